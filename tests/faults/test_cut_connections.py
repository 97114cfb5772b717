"""PostgreSQL cuts its connections, as a restart does: whoever comes next does not notice."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from pytest_django import DjangoDbBlocker

from sessions_app.actions import creations
from sessions_app.models import Account, AuditEvent, CreateTry, Session, User
from tests.conftest import eventually
from tests.faults.cutting import Relay, Server
from tests.processes import start_web
from tests.proxy.conftest import Gateway
from tests.upstream import Simulator

AT_ONCE = 24  # more than either pool has places
AFTERWARDS = 20
PAGE = "/sessions/?format=json"
UPSTREAM = "/v1/sessions"
#: By then a pool whose pauses double is in one that is longer than a request's patience.
AWAY_S = 8

Get = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def server(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Server]:
    with django_db_blocker.unblock():
        server = Server()
    yield server
    server.close()


@pytest.fixture(scope="module")
def web(server: Server, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A web process whose connections can be told from others'. It must write no traceback."""
    with django_db_blocker.unblock():
        process, url = start_web(tmp_path_factory.mktemp("cut"), PGAPPNAME=server.name)
    yield url
    process.kill()
    assert "Traceback" not in process.text(), process.text()


@pytest.fixture
def gateway(shared_db: None, web: str, account: Account, user: User) -> Iterator[Gateway]:
    gateway = Gateway(web, account, user)
    yield gateway
    gateway.close()


@pytest.fixture
def get(gateway: Gateway, cookies: dict[str, str]) -> Iterator[Get]:
    with signed_in(gateway.url, gateway, cookies) as http:
        yield http.get


def signed_in(url: str, gateway: Gateway, cookies: dict[str, str]) -> httpx.Client:
    """Asks for a page as a person, and for what is upstream's as a program."""
    return httpx.Client(base_url=url, cookies=cookies, headers={"X-BB-API-Key": gateway.token()}, timeout=30)


def crowd(get: Get, path: str) -> None:
    """So many at once that the pool opens several connections."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(get, [path] * 2 * AT_ONCE))
    assert {answer.status_code for answer in answers} == {200}


def failures(get: Get, path: str) -> int:
    return sum(get(path).status_code != 200 for _ in range(AFTERWARDS))


@pytest.mark.parametrize("path", [PAGE, UPSTREAM])
def test_no_request_fails_after_all_connections_were_cut(server: Server, get: Get, path: str) -> None:
    crowd(get, path)
    assert server.connected() > 2
    server.cut()
    assert failures(get, path) == 0
    server.cut()
    crowd(get, path)


def test_the_first_request_after_an_outage_is_answered(server: Server, get: Get) -> None:
    crowd(get, PAGE)
    crowd(get, UPSTREAM)
    with server.away():
        time.sleep(AWAY_S)
    assert (failures(get, UPSTREAM), failures(get, PAGE)) == (0, 0)


def test_while_it_is_away_pages_say_so_as_they_are_asked(server: Server, get: Get) -> None:
    words = "Its database does not answer."
    crowd(get, PAGE)
    with server.away():
        page = get("/sessions/", headers={"Accept": "text/html"})
        fragment = get("/sessions/", headers={"Accept": "text/html", "HX-Request": "true"})
        for_scripts = [get("/api/usage"), get(PAGE), get("/sessions/", headers={"Authorization": "Bearer sg_none"})]
        signing_in = get("/accounts/login/", headers={"Accept": "text/html"})
        alive = get("/healthz")
    assert {page.status_code, fragment.status_code, signing_in.status_code} == {503}
    for answer, is_page in ((page, True), (signing_in, True), (fragment, False)):
        assert words in answer.text
        assert ("<html" in answer.text) == is_page
    for answer in for_scripts:
        assert answer.status_code == 503
        assert answer.json()["error"]["message"].startswith(words)
        assert answer.headers["Retry-After"] == "5"
    assert alive.json() == {"ok": True}


def test_a_page_that_is_cut_half_way_says_what_happened(server: Server, get: Get) -> None:
    with ThreadPoolExecutor(1) as thread:
        with server.cutting_who_asks_for("sessions_app_session"):
            asking = thread.submit(get, PAGE)
        assert asking.result().status_code == 503


def test_connections_that_break_without_a_word_cost_one_request_at_most(
    gateway: Gateway, cookies: dict[str, str], tmp_path: Path
) -> None:
    """As after a firewall forgot them, or a standby took over: it shows when they are used."""
    with Relay() as relay:
        process, url = start_web(tmp_path, DATABASE_URL=relay.database_url)
        with signed_in(url, gateway, cookies) as http:
            crowd(http.get, PAGE)
            crowd(http.get, UPSTREAM)
            relay.forget()
            assert failures(http.get, PAGE) <= 1
            assert failures(http.get, UPSTREAM) <= 1
        process.kill()


def test_a_look_that_was_cut_half_way_is_done_again(server: Server, get: Get) -> None:
    with ThreadPoolExecutor(1) as thread:
        with server.cutting_who_asks_for("sessions_app_token"):
            asking = thread.submit(get, UPSTREAM)
        assert asking.result().status_code == 200


def test_a_session_whose_note_was_cut_half_way_has_its_owner_once(server: Server, gateway: Gateway) -> None:
    http = gateway.http()
    with ThreadPoolExecutor(1) as thread:
        with server.cutting_who_asks_for("sessions_app_auditevent"):
            creating = thread.submit(http.post, UPSTREAM, json={})
        created = creating.result()
    assert created.status_code == 201
    assert Session.objects.get(pk=created.json()["id"]).created_by == gateway.user
    assert AuditEvent.objects.filter(session_id=created.json()["id"], actor=gateway.user).count() == 1


def test_a_create_during_which_connections_are_cut_gives_its_session_an_owner(
    server: Server, gateway: Gateway, simulator: Simulator
) -> None:
    http = gateway.http()
    assert http.post(UPSTREAM, json={}).status_code == 201
    simulator.fault("POST /v1/sessions", "latency", seconds=1)
    with ThreadPoolExecutor(1) as thread:
        creating = thread.submit(http.post, UPSTREAM, json={})
        eventually(lambda: CreateTry.objects.filter(state="open").exists())
        server.cut()
        created = creating.result()
    assert created.status_code == 201
    assert Session.objects.get(pk=created.json()["id"]).created_by == gateway.user


def test_a_create_just_after_connections_were_cut_is_not_taken_for_one_of_a_dead_process(
    server: Server, gateway: Gateway, simulator: Simulator
) -> None:
    http = gateway.http()
    assert http.post(UPSTREAM, json={}).status_code == 201
    server.cut()
    simulator.fault("POST /v1/sessions", "latency", seconds=1)
    with ThreadPoolExecutor(1) as thread:
        creating = thread.submit(http.post, UPSTREAM, json={})
        under_way = eventually(lambda: CreateTry.objects.filter(state="open").first())
        creations.note_the_dead()
        under_way.refresh_from_db()
        assert under_way.state == "open"
        assert creating.result().status_code == 201
