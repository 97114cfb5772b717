"""The official SDK, sync and async, with strict response validation, judges both doors to the API.

One is the simulator itself; the other is the site's /v1, with the simulator behind it.
"""

from collections.abc import Callable
from typing import Any

import browserbase
import pytest
from browserbase import Browserbase

from sessions_app.models import Session
from tests.conftest import eventually
from tests.contract.conftest import Ask, Door, OpenDoor, asker
from tests.processes import start_simulator
from tests.upstream import Simulator, a_zip


@pytest.fixture(scope="module")
def team_world(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The default world, with quick traffic: every kind of session there is."""
    process, url = start_simulator(tmp_path_factory.mktemp("team") / "log", "--speed", "50")
    yield url
    process.stop()
    assert "Traceback" not in process.text()


def test_every_answer_about_the_default_world_fits_the_contract(kind: str, team_world: str) -> None:
    check_default_world(asker(kind, team_world, "bb_demo"))


def test_so_does_every_answer_through_the_site(kind: str, team_world: str, open_door: OpenDoor) -> None:
    door = open_door(team_world, "bb_demo")
    check_default_world(asker(kind, door.url, door.key))


def check_default_world(ask: Ask) -> None:
    projects = ask(lambda sdk: sdk.projects.list())
    sessions = ask(lambda sdk: sdk.sessions.list())
    running = ask(lambda sdk: sdk.sessions.list(status="RUNNING"))
    assert len(projects) == 3
    assert len(sessions) >= 600
    assert {session.status for session in sessions} >= {"COMPLETED", "TIMED_OUT", "ERROR", "RUNNING"}
    assert sessions == sorted(sessions, key=lambda session: session.created_at, reverse=True)
    assert running
    oldest = sessions[-1].model_dump(exclude_none=True)
    assert ask(lambda sdk: sdk.sessions.retrieve(oldest["id"])).model_dump(exclude_none=True) == oldest
    assert all(ask(lambda sdk, p=project: sdk.projects.usage(p.id)).browser_minutes > 60 for project in projects)


def test_projects_are_listed_and_retrieved(ask: Ask, simulator: Simulator) -> None:
    listed = ask(lambda sdk: sdk.projects.list())
    assert [project.id for project in listed] == simulator.projects
    assert ask(lambda sdk: sdk.projects.retrieve(listed[0].id)) == listed[0]
    assert ask(lambda sdk: sdk.projects.usage(listed[0].id)).browser_minutes == 0


def test_a_session_is_created_runs_is_released_and_completes(ask: Ask, simulator: Simulator) -> None:
    made = ask(lambda sdk: sdk.sessions.create(user_metadata={"team": "growth"}, api_timeout=600, keep_alive=True))
    assert made.status in ("PENDING", "RUNNING")
    assert made.connect_url.startswith("ws://")
    assert made.signing_key
    assert made.selenium_remote_url
    assert made.user_metadata == {"team": "growth"}
    assert (made.expires_at - made.created_at).total_seconds() == 600

    eventually(lambda: ask(lambda sdk: sdk.sessions.retrieve(made.id)).status == "RUNNING", within_s=5)
    assert [session.id for session in ask(lambda sdk: sdk.sessions.list(status="RUNNING"))] == [made.id]
    found = ask(lambda sdk: sdk.sessions.list(q="user_metadata['team']:'growth'"))
    assert [session.id for session in found] == [made.id]

    asked = ask(lambda sdk: sdk.sessions.update(made.id, status="REQUEST_RELEASE", project_id=made.project_id))
    assert asked.status == "RUNNING"
    ended = eventually(
        lambda: (read := ask(lambda sdk: sdk.sessions.retrieve(made.id))).status == "COMPLETED" and read, within_s=8
    )
    assert ended.ended_at > asked.updated_at
    again = ask(lambda sdk: sdk.sessions.update(made.id, status="REQUEST_RELEASE"))
    assert (again.status, again.ended_at) == ("COMPLETED", ended.ended_at)
    assert ask(lambda sdk: sdk.projects.usage(made.project_id)).browser_minutes == 1


def test_every_create_option_is_accepted(ask: Ask) -> None:
    made = ask(
        lambda sdk: sdk.sessions.create(
            region="eu-central-1",
            api_timeout=21600,
            keep_alive=False,
            extension_id="ext_1",
            proxies=[
                {"type": "browserbase", "geolocation": {"country": "US", "state": "NY", "city": "New York"}},
                {"type": "external", "server": "http://proxy.example:3128", "username": "u", "password": "p"},
                {"type": "none", "domainPattern": "*.example"},
            ],
            proxy_settings={"caCertificates": ["cert_1"]},
            browser_settings={
                "viewport": {"width": 1280, "height": 720},
                "context": {"id": "ctx_1", "persist": True},
                "blockAds": True,
                "solveCaptchas": False,
                "recordSession": False,
                "logSession": False,
                "verified": True,
                "advancedStealth": True,
                "os": "mobile",
                "allowedDomains": ["example.com"],
                "ignoreCertificateErrors": True,
                "captchaImageSelector": "#a",
                "captchaInputSelector": "#b",
                "extensionId": "ext_2",
            },
        )
    )
    assert made.region == "eu-central-1"
    assert made.context_id == "ctx_1"


def test_live_view_urls_and_their_pages_fit_the_contract(ask: Ask) -> None:
    made = ask(lambda sdk: sdk.sessions.create())
    eventually(lambda: ask(lambda sdk: sdk.sessions.retrieve(made.id)).status == "RUNNING", within_s=5)
    live = ask(lambda sdk: sdk.sessions.debug(made.id, expires_in=60))
    assert live.pages
    assert live.ws_url.startswith("ws://")
    assert all(page.url.startswith("https://") and page.title and page.favicon_url for page in live.pages)


def test_logs_are_what_was_put_in_and_else_empty(ask: Ask, simulator: Simulator) -> None:
    log = {"method": "Page.navigate", "pageId": 1, "sessionId": "with-logs", "timestamp": 1764097200000}
    log["request"] = {"params": {"url": "https://shop.example/"}, "rawBody": "{}"}
    simulator.put(simulator.session(id="with-logs", logs=[log]), simulator.session(id="a/b ü"))
    logs = ask(lambda sdk: sdk.sessions.logs.list("with-logs"))
    assert [(entry.method, entry.page_id, entry.request.params) for entry in logs] == [
        ("Page.navigate", 1, {"url": "https://shop.example/"})
    ]
    assert ask(lambda sdk: sdk.sessions.logs.list("a/b ü")) == []


def test_a_context_is_created_retrieved_updated_and_deleted(ask: Ask, simulator: Simulator) -> None:
    made = ask(lambda sdk: sdk.contexts.create(name=" shop ", project_id=simulator.projects[1]))
    assert (made.cipher_algorithm, made.initialization_vector_size) == ("AES-256-CBC", 16)
    read = ask(lambda sdk: sdk.contexts.retrieve(made.id))
    assert (read.id, read.name, read.project_id) == (made.id, "shop", simulator.projects[1])
    with pytest.warns(DeprecationWarning, match="deprecated"):
        updated = ask(lambda sdk: sdk.contexts.update(made.id))
    assert updated.model_dump() == made.model_dump()
    session = ask(lambda sdk: sdk.sessions.create(browser_settings={"context": {"id": made.id, "persist": True}}))
    assert session.context_id == made.id
    assert ask(lambda sdk: sdk.contexts.delete(made.id)) is None
    with pytest.raises(browserbase.NotFoundError):
        ask(lambda sdk: sdk.contexts.retrieve(made.id))


def test_an_extension_is_uploaded_retrieved_and_deleted(ask: Ask, simulator: Simulator) -> None:
    made = ask(lambda sdk: sdk.extensions.create(file=("nothing.zip", a_zip())))
    assert (made.file_name, made.project_id) == ("nothing.zip", simulator.projects[0])
    assert ask(lambda sdk: sdk.extensions.retrieve(made.id)) == made
    assert ask(lambda sdk: sdk.sessions.create(extension_id=made.id)).id
    assert ask(lambda sdk: sdk.extensions.delete(made.id)) is None
    with pytest.raises(browserbase.NotFoundError):
        ask(lambda sdk: sdk.extensions.retrieve(made.id))


WRONG: list[tuple[Callable[[Any], Any], type[Exception]]] = [
    (lambda sdk: sdk.sessions.retrieve("nobody"), browserbase.NotFoundError),
    (lambda sdk: sdk.sessions.debug("nobody"), browserbase.NotFoundError),
    (lambda sdk: sdk.projects.retrieve("nobody"), browserbase.NotFoundError),
    (lambda sdk: sdk.sessions.create(project_id="nobody"), browserbase.NotFoundError),
    (lambda sdk: sdk.sessions.create(api_timeout=59), browserbase.BadRequestError),
    (lambda sdk: sdk.sessions.list(q="team = growth"), browserbase.BadRequestError),
    (lambda sdk: sdk.sessions.list(status="SLEEPING"), browserbase.BadRequestError),
    (lambda sdk: sdk.contexts.retrieve("nobody"), browserbase.NotFoundError),
    (lambda sdk: sdk.contexts.delete("nobody"), browserbase.NotFoundError),
    (lambda sdk: sdk.contexts.create(project_id="nobody"), browserbase.NotFoundError),
    (lambda sdk: sdk.extensions.retrieve("nobody"), browserbase.NotFoundError),
    (lambda sdk: sdk.extensions.create(file=b"no zip"), browserbase.BadRequestError),
]


def test_a_wrong_question_is_the_sdks_error(ask: Ask) -> None:
    for question, error in WRONG:
        with pytest.raises(error):
            ask(question)


def test_a_wrong_key_is_the_sdks_authentication_error(kind: str, way: Simulator | Door) -> None:
    for key in ("bb_nobody", "sg_nobody", way.key + "x"):
        with pytest.raises(browserbase.AuthenticationError):
            asker(kind, way.url, key)(lambda sdk: sdk.projects.list())


def test_the_accounts_own_key_opens_nothing_at_the_site(kind: str, door: Door, simulator: Simulator) -> None:
    with pytest.raises(browserbase.AuthenticationError):
        asker(kind, door.url, simulator.key)(lambda sdk: sdk.projects.list())


@pytest.mark.parametrize("end", ["/", "/v1/.."])
def test_a_base_url_may_end_in_a_slash(kind: str, end: str, door: Door) -> None:
    assert len(asker(kind, door.url + end, door.key)(lambda sdk: sdk.projects.list())) == 2


def test_a_session_made_through_the_site_has_its_owner_at_once(kind: str, door: Door) -> None:
    made = asker(kind, door.url, door.key)(lambda sdk: sdk.sessions.create(user_metadata={"team": "growth"}))
    assert Session.objects.get(pk=made.id).created_by == door.token.owner


def test_a_token_that_may_only_read_sees_no_way_into_a_browser(
    kind: str, open_door: OpenDoor, simulator: Simulator
) -> None:
    door = open_door(simulator.url, simulator.key, right="read")
    ask = asker(kind, door.url, door.key)
    made = simulator.create()
    read = ask(lambda sdk: sdk.sessions.retrieve(made["id"]))
    assert (read.id, read.connect_url, read.signing_key, read.selenium_remote_url) == (made["id"], None, None, None)
    assert [session.id for session in ask(lambda sdk: sdk.sessions.list())] == [made["id"]]
    for refused in (
        lambda sdk: sdk.sessions.debug(made["id"]),
        lambda sdk: sdk.sessions.create(),
        lambda sdk: sdk.sessions.update(made["id"], status="REQUEST_RELEASE"),
        lambda sdk: sdk.contexts.create(),
        lambda sdk: sdk.extensions.create(file=("nothing.zip", a_zip())),
    ):
        with pytest.raises(browserbase.PermissionDeniedError, match="operate"):
            ask(refused)


def test_a_token_of_one_project_has_its_lists_cut_to_it(kind: str, open_door: OpenDoor, simulator: Simulator) -> None:
    mine, other = simulator.projects
    door = open_door(simulator.url, simulator.key, project_ids=[mine])
    ask = asker(kind, door.url, door.key)
    elsewhere = simulator.create(projectId=other)
    made = ask(lambda sdk: sdk.sessions.create())
    assert made.project_id == mine
    assert [session.id for session in ask(lambda sdk: sdk.sessions.list())] == [made.id]
    assert [project.id for project in ask(lambda sdk: sdk.projects.list())] == [mine]
    for refused in (
        lambda sdk: sdk.sessions.create(project_id=other),
        lambda sdk: sdk.sessions.retrieve(elsewhere["id"]),
        lambda sdk: sdk.sessions.update(elsewhere["id"], status="REQUEST_RELEASE"),
        lambda sdk: sdk.projects.usage(other),
        lambda sdk: sdk.contexts.create(),
        lambda sdk: sdk.extensions.retrieve("any"),
    ):
        with pytest.raises((browserbase.PermissionDeniedError, browserbase.NotFoundError)):
            ask(refused)
    assert simulator.get(f"/v1/sessions/{elsewhere['id']}")["status"] in ("PENDING", "RUNNING")


def test_a_429_is_retried_by_the_sdk_after_retry_after(way: Simulator | Door, simulator: Simulator) -> None:
    simulator.fault("GET /v1/projects", "status", status=429, count=1)
    with Browserbase(api_key=way.key, base_url=way.url) as sdk:
        assert len(sdk.projects.list()) == 2
