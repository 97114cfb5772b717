"""What is said once the site answers."""

DEMO = """
Sightglass runs at {url}: sign in as demo, password demo.
It shows the sessions of the simulator at {simulator_url}. Start one yourself, with the official SDK
(`pip install browserbase`), and see it appear on {url}/sessions/ within seconds; then click End:

    from browserbase import Browserbase
    bb = Browserbase(api_key="{key}", base_url="{simulator_url}")
    session = bb.sessions.create(project_id=bb.projects.list()[0].id, user_metadata={{"team": "you"}})
    print(session.id, session.status)

Ctrl-C stops everything.
"""

UP = """
Sightglass runs at {url}. Ctrl-C stops everything.
"""
