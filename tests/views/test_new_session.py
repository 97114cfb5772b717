"""The new-session form: what it sends, what it answers, what it never repeats or loses."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from sessions_app.models import Account, AuditEvent, Project, Session, User
from tests.conftest import make_account
from tests.rows import make_project, make_session
from tests.upstream import Simulator

URL = "/sessions/new/"


@pytest.fixture
def project(account: Account, simulator: Simulator, broker: None) -> Project:
    return make_project(account, id=simulator.projects[0], name="checkout")


def text(response: HttpResponse) -> str:
    """The page as a person reads it, more or less."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", response.content.decode())))


def value_of(response: HttpResponse, name: str) -> str | None:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    return unescape(found[1]) if found else None


def test_a_newcomer_sees_every_option_and_what_an_untouched_form_sends(signed_in: Client, project: Project) -> None:
    response = signed_in.get(URL)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    page = text(response)
    assert f'POST /v1/sessions {{ "projectId": "{project.id}" }}' in page
    assert "Project's default, 5 min" in page
    assert "0 of 25 slots held" in page
    for label in ("Ends after", "Keep alive", "Metadata", "Proxies", "Recording", "Allowed domains", "Extension id"):
        assert label in page


def test_the_form_asks_the_database_no_more_for_many_projects(
    signed_in: Client, account: Account, django_assert_max_num_queries: Any
) -> None:
    for _ in range(30):
        make_project(account)
    with django_assert_max_num_queries(8):
        signed_in.get(URL)


def test_a_started_session_shows_its_connect_url_in_this_answer_and_never_again(
    signed_in: Client, user: User, project: Project, simulator: Simulator
) -> None:
    typed = {"project": project.id, "metadata": "team=growth", "region": "eu-central-1", "token": "t1"}
    response = signed_in.post(URL, typed)
    assert response.status_code == 201
    assert "no-store" in response.headers["Cache-Control"]
    session = Session.objects.get()
    assert (session.created_by, session.user_metadata, session.region) == (user, {"team": "growth"}, "eu-central-1")
    page = text(response)
    assert "signingKey=" in page
    for tool in ("connect_over_cdp(", "connectOverCDP(", "puppeteer.connect(", "x-bb-signing-key", "cdpUrl"):
        assert tool in page
    assert f'href="/sessions/{session.id}/"' in response.content.decode()

    again = signed_in.post(URL, typed)
    assert "signingKey=" not in text(again)
    assert session.short_id in text(again)
    assert "nothing was started a second time" in text(again)
    assert len(simulator.get("/v1/sessions")) == 1


def test_the_same_form_can_be_sent_twice_on_purpose(signed_in: Client, project: Project) -> None:
    tokens = {value_of(signed_in.get(URL), "token") for _ in range(2)}
    assert len(tokens) == 2
    for token in tokens:
        assert signed_in.post(URL, {"project": project.id, "token": token}).status_code == 201
    assert Session.objects.count() == 2


def test_a_form_without_a_token_starts_a_session(signed_in: Client, project: Project) -> None:
    assert signed_in.post(URL, {"project": project.id}).status_code == 201


def test_what_is_wrong_is_marked_and_nothing_typed_is_lost(
    signed_in: Client, project: Project, simulator: Simulator
) -> None:
    typed = {
        "project": project.id,
        "timeout": "other",
        "timeout_other": "7 h",
        "metadata": "team=<b>growth</b>",
        "proxies": "external",
        "own-server": "http://p:1",
        "own-password": "hunter2",
        "context_id": "ctx",
    }
    response = signed_in.post(URL, typed)
    page = response.content.decode()
    assert "from 60 to 21600" in page
    assert "team=&lt;b&gt;growth&lt;/b&gt;" in page
    for name in ("timeout_other", "own-server", "own-password", "context_id"):
        assert re.search(rf'name="{name}" value="{re.escape(typed[name])}"', page), name
    assert simulator.get("/v1/sessions") == []


def test_upstreams_refusal_stands_in_its_own_words_and_the_form_may_be_sent_again(
    signed_in: Client, project: Project
) -> None:
    typed = {"project": project.id, "region": "mars-1", "metadata": "a=b", "token": "t2"}
    page = text(signed_in.post(URL, typed))
    assert "nothing was started. It says: “region:" in page
    assert "a=b" in page
    assert signed_in.post(URL, typed | {"region": ""}).status_code == 201


def test_a_lost_answer_is_not_taken_for_a_failure(signed_in: Client, project: Project, simulator: Simulator) -> None:
    simulator.fault("POST /v1/sessions", "reset", count=1, when="after")
    typed = {"project": project.id, "metadata": "a=b", "token": "t3"}
    response = signed_in.post(URL, typed)
    assert "may have been started all the same" in text(response)
    assert "a=b" in text(response)
    assert 'href="/sessions/"' in response.content.decode()
    assert "Nothing was started a second time" in text(signed_in.post(URL, typed))
    assert len(simulator.get("/v1/sessions")) == 1
    assert value_of(response, "token") not in (None, "t3")


def test_a_limit_says_when_to_try_again_and_who_holds_the_slots(
    signed_in: Client, user: User, project: Project, simulator: Simulator
) -> None:
    Project.objects.update(concurrency=2)
    mine = make_session(project.account, project=project, status="RUNNING", created_by=user)
    theirs = make_session(
        project.account, project=project, status="RUNNING", created_by=User.objects.create_user("grace")
    )
    ended = make_session(project.account, project=project)
    elsewhere = make_session(project.account, status="RUNNING")
    simulator.fault("POST /v1/sessions", "status", status=429, count=1, headers={"retry-after": "17"})
    response = signed_in.post(URL, {"project": project.id, "metadata": "a=b"})
    page = text(response)
    assert "2 of 2 slots of checkout are held." in page
    assert "you, since" in page
    assert "grace, since" in page
    html = response.content.decode()
    assert all(f'action="/sessions/{session.id}/end/"' in html for session in (mine, theirs))
    assert not any(session.id in html for session in (ended, elsewhere))
    assert "data-retry" in html
    assert "a=b" in page


def test_at_most_ten_holders_are_listed_the_oldest_first(
    signed_in: Client, project: Project, django_assert_max_num_queries: Any
) -> None:
    held = [make_session(project.account, project=project, status="RUNNING") for _ in range(12)]
    with django_assert_max_num_queries(7):
        page = signed_in.get(f"{URL}holders/?project={project.id}").content.decode()
    assert "12 of 25 slots" in page
    assert [session.id in page for session in held] == [True] * 10 + [False] * 2


def test_holders_of_an_absurd_project_are_everybody(signed_in: Client, project: Project) -> None:
    make_session(project.account, project=project, status="RUNNING")
    assert "1 session hold slots" in text(signed_in.get(f"{URL}holders/?project=%00x"))


def test_a_refused_key_is_said_to_be_ours(signed_in: Client, simulator: Simulator, broker: None) -> None:
    stale = make_account("stale", simulator.url, "bb_no_such_key")
    page = text(signed_in.post(URL, {"project": make_project(stale).id}))
    assert "refused the key of this account; nothing was started" in page


def test_an_unreachable_upstream_started_nothing(signed_in: Client, broker: None) -> None:
    nowhere = make_account("nowhere", "http://127.0.0.1:9", "bb_nobody")
    page = text(signed_in.post(URL, {"project": make_project(nowhere).id, "metadata": "a=b"}))
    assert "cannot be reached right now; nothing was started" in page
    assert "a=b" in page


def test_without_an_account_the_form_says_what_is_missing(signed_in: Client, broker: None) -> None:
    response = signed_in.get(URL)
    assert response.status_code == 200
    assert "no Browserbase account yet" in text(response)
    assert "https://api.browserbase.com/v1/sessions" in text(response)
    assert "Nothing was started: There is no account" in text(signed_in.post(URL, {}))


def test_before_the_first_project_is_known_upstream_chooses(
    signed_in: Client, account: Account, simulator: Simulator, broker: None
) -> None:
    assert "No project is known yet" in text(signed_in.get(URL))
    assert signed_in.post(URL, {"project": ""}).status_code == 201
    assert Session.objects.get().project_id == simulator.projects[0]


@contextmanager
def old_style_upstream(credentials: dict[str, str]) -> Iterator[str]:
    """A server whose one answer is a session with these credentials."""
    import json
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from threading import Thread

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = json.dumps({"id": "old-1", "status": "RUNNING", **credentials}).encode()
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(201)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_connect_url_that_holds_a_key_is_never_shown(signed_in: Client, broker: None) -> None:
    url = "wss://connect.browserbase.com?apiKey=bb_live_of_somebody&sessionId=old-1"
    with old_style_upstream({"connectUrl": url}) as upstream:
        make_account("old", upstream, "bb_live_of_us")
        page = text(signed_in.post(URL, {}))
        body = signed_in.post(URL, {}, content_type="application/json").json()
    assert "wss://connect.browserbase.com?apiKey=YOUR_API_KEY&sessionId=old-1" in page
    assert "bb_live" not in page
    assert body["connect_url"] is None


def test_one_like_this_brings_what_is_known_and_says_what_is_not(signed_in: Client, project: Project) -> None:
    liked = make_session(
        project.account,
        project=project,
        region="ap-southeast-1",
        keep_alive=True,
        context_id="ctx-9",
        proxy_bytes=5,
        user_metadata={"attempt": 3},
    )
    page = text(signed_in.get(URL, {"like": liked.id}))
    sent = page[page.index("POST /v1/sessions") : page.index("Or from a script")]
    assert f'"projectId": "{project.id}"' in sent
    assert '"region": "ap-southeast-1"' in sent
    assert '"keepAlive": true' in sent
    assert '"attempt": 3' in sent
    assert '"context": { "id": "ctx-9" }' in sent
    assert "timeout" not in sent  # it ran for the project's default of five minutes
    assert "which one is not known" in page


def test_one_like_this_repeats_a_length_that_is_not_the_default(signed_in: Client, project: Project) -> None:
    Project.objects.update(default_timeout_s=900)
    liked = make_session(project.account, project=project)
    assert '"timeout": 300' in text(signed_in.get(URL, {"like": liked.id}))


@pytest.mark.parametrize("liked", ["nobody", "nul\x00", "a/b", "x" * 5000])
def test_one_like_nobody_opens_the_plain_form(signed_in: Client, project: Project, liked: str) -> None:
    response = signed_in.get(URL, {"like": liked})
    assert response.status_code == 200
    assert "is not known here" in text(response)


def test_a_link_fills_the_form_in(signed_in: Client, project: Project) -> None:
    query = (
        f"?project={project.id}&region=us-east-1&timeout=1200&keep_alive=yes&metadata=team%3Dgrowth&metadata=run%3D7"
    )
    page = text(signed_in.get(URL + query))
    for line in ('"region": "us-east-1"', '"timeout": 1200', '"keepAlive": true', '"team": "growth", "run": "7"'):
        assert line in page


def test_a_link_that_asks_for_the_impossible_is_marked_in_place(signed_in: Client, project: Project) -> None:
    response = signed_in.get(f"{URL}?timeout=5&project=gone&metadata=nonsense")
    assert response.status_code == 200
    page = text(response)
    for words in ("from 60 to 21600", "not known here", "Write key=value"):
        assert words in page


def test_the_preview_follows_what_is_typed_and_hides_passwords(signed_in: Client, project: Project) -> None:
    typed = {
        "project": project.id,
        "proxies": "external",
        "own-server": "http://p:1",
        "own-password": "hunter2",
        "metadata": "team=growth",
        "allowed_domains": "example.com",
    }
    response = signed_in.post(f"{URL}preview/", typed)
    page = unescape(response.content.decode())
    assert "hunter2" not in page
    assert '"password": "••••••"' in page
    assert "17 of 512 characters" in page
    assert 'hx-target="#domains_summary" hx-swap="innerHTML">example.com<' in page
    assert Session.objects.count() == 0


def test_the_scripts_name_options_as_the_sdks_do(signed_in: Client, project: Project) -> None:
    typed = {"project": project.id, "timeout": "900", "metadata": '{"someKey": "it\'s"}', "record_session": "no"}
    page = unescape(signed_in.post(f"{URL}preview/", typed).content.decode())
    assert "api_timeout=900," in page
    assert 'user_metadata={"someKey": "it\'s"},' in page
    assert 'browser_settings={"record_session": False},' in page
    assert "it'\"'\"'s" in page  # for the shell


def test_a_rule_is_added_without_starting_anything(signed_in: Client, project: Project, simulator: Simulator) -> None:
    typed = {"proxies": "rules", "rule-0-type": "external", "rule-0-server": "http://p:1", "add_rule": "1"}
    plain = signed_in.post(URL, typed).content.decode()
    fragment = signed_in.post(URL, typed, headers={"HX-Request": "true"}).content.decode()
    for page in (plain, fragment):
        assert 'name="rule-0-server" value="http://p:1"' in page
        assert 'name="rule-1-server" value=""' in page
    assert "<html" not in fragment
    assert simulator.get("/v1/sessions") == []


def test_the_record_names_who_tried_in_vain(signed_in: Client, user: User, project: Project) -> None:
    signed_in.post(URL, {"project": project.id, "region": "mars-1"})
    event = AuditEvent.objects.get()
    assert (event.actor, event.succeeded, event.address) == (user, False, "127.0.0.1")


def test_strangers_are_sent_to_the_sign_in(client: Client, project: Project) -> None:
    assert client.get(URL).status_code == 302
    assert client.post(URL, {"project": project.id}).status_code == 302
    assert Session.objects.count() == 0


def test_a_form_older_than_the_sign_in_is_shown_again_as_typed(user: User, project: Project) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    response = strict.post(URL, {"project": project.id, "metadata": "team=growth", "csrfmiddlewaretoken": "x" * 32})
    assert response.status_code == 403
    assert "nothing was started" in text(response)
    assert "team=growth" in text(response)
    token = value_of(response, "csrfmiddlewaretoken")
    again = {"project": project.id, "metadata": "team=growth", "csrfmiddlewaretoken": token}
    assert strict.post(URL, again).status_code == 201
