"""What is said once the site answers."""

from collections.abc import Mapping

from .environment import DEMO_KEY

DEMO = """
Sightglass runs at {url}: sign in as demo, password demo.
It shows the sessions of the simulator at {simulator_url}. Start one yourself, with the official SDK
(pip install browserbase), see it appear on {url}/sessions/ within seconds, and click End:

    from browserbase import Browserbase
    bb = Browserbase(api_key="{key}", base_url="{simulator_url}")
    session = bb.sessions.create(project_id=bb.projects.list()[0].id, user_metadata={{"team": "you"}})
    print(session.id, session.status)

Ctrl-C stops everything.
"""

UP = """
Sightglass runs at {url}{here}.

Ctrl-C stops everything.
"""


def welcome(mode: str, settings: Mapping[str, str], port: int) -> str:
    """The address and what to try first."""
    url, local = settings["SIGHTGLASS_URL"], f"http://127.0.0.1:{port}"
    if mode == "demo":
        return DEMO.format(url=url, simulator_url=settings["SIGHTGLASS_SIMULATOR_URL"], key=DEMO_KEY)
    return UP.format(url=url, here="" if url == local else f", behind your proxy; here it is {local}")
