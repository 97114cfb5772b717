"""The session's page, its refreshes and its JSON."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sessions_app.actions.record import record
from sessions_app.models import AuditEvent, Session, User, Wish
from tests.rows import make_project, make_session

pytestmark = pytest.mark.django_db


def running(account, **fields):
    now = timezone.now()
    times = {"started_at": now - timedelta(minutes=4), "updated_at": now, "expires_at": now + timedelta(minutes=9)}
    return make_session(account, status="RUNNING", **(times | fields))


def page(client, session, **headers):
    return client.get(reverse("session", args=[session.id]), headers=headers)


def details(client, session):
    """The tab of that name, as the page asks for it."""
    return client.get(reverse("session_details", args=[session.id]), headers={"HX-Request": "true"})


def text_of(response):
    return " ".join(response.content.decode().split())


def test_it_begins_with_a_sentence_and_shows_all_fields(account, signed_in, user):
    project = make_project(account, name="checkout")
    session = make_session(
        account,
        project_id=project.id,
        status="TIMED_OUT",
        created_by=user,
        context_id="context-7",
        proxy_bytes=1234567,
        user_metadata={"team": "growth", "order": {"status": "open"}},
        raw={"id": "x", "avgCpuUsage": 17, "futureField": {"deep": ["<script>"]}},
    )
    shown = text_of(page(signed_in, session))
    assert "Timed out after 2 min" in shown
    assert "Its limit was 5 min." in shown
    assert "Started by ada." in shown
    shown += text_of(details(signed_in, session))
    for value in (session.id, "checkout", "us-west-2", "context-7", "1.2 MB", "growth", "order.status", "avgCpuUsage"):
        assert value in shown, value
    assert "&lt;script&gt;" in shown
    assert "<script>&quot;" not in shown


def test_a_running_one_offers_end_and_loads_its_live_view(account, signed_in):
    session = running(account)
    response = page(signed_in, session)
    shown = text_of(response)
    assert f'hx-get="/sessions/{session.id}/live/"' in shown
    assert f'aria-label="End session {session.short_id}"' in shown
    assert "Running for" in shown
    assert f'href="/sessions/new/?like={session.id}"' in shown
    assert "http://127.0.0.1" not in shown  # no minted link in the page itself


def test_the_chosen_tab_comes_from_the_address(account, signed_in):
    session = running(account)
    shown = signed_in.get(f"/sessions/{session.id}/", {"tab": 'A&"1'}).content.decode()
    assert f'hx-get="/sessions/{session.id}/live/?tab=A%26%221"' in shown


def test_only_this_page_may_hold_a_frame_and_only_of_the_known_hosts(account, signed_in):
    policy = page(signed_in, running(account)).headers["Content-Security-Policy"]
    frames = next(part for part in policy.split(";") if part.strip().startswith("frame-src"))
    assert frames.split()[1:] == [
        "'self'",
        "https://www.browserbase.com",
        "https://*.browserbase.com",
        account.base_url,
    ]
    assert "frame-src" not in signed_in.get("/sessions/").headers["Content-Security-Policy"]


def test_a_stand_in_is_not_framed_where_private_addresses_are_not_allowed(account, signed_in, settings):
    settings.ALLOW_PRIVATE_UPSTREAM = False
    assert account.base_url not in page(signed_in, running(account)).headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("fields", "phase", "tab"),
    [
        ({"status": "RUNNING"}, "live", "live"),
        ({"status": "PENDING"}, "waiting", "live"),
        ({"status": "PAUSED", "ended_at": None}, "none", "replay"),
        ({"status": "PAUSED"}, "ended", "replay"),
        ({"status": "COMPLETED"}, "ended", "replay"),
        ({"status": "ERROR", "ended_at": None}, "ended", "replay"),
    ],
)
def test_it_opens_with_the_browser_while_there_is_one_else_with_what_it_left(account, signed_in, fields, phase, tab):
    shown = text_of(page(signed_in, make_session(account, **fields)))
    assert f'data-phase="{phase}"' in shown
    assert f'data-panel="{tab}"' in shown
    assert ('data-tab-link="live"' in shown) == (tab == "live")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "COMPLETED"}, "Completed after 2 min"),
        ({"status": "ERROR"}, "Failed after 2 min"),
        ({"status": "ERROR", "ended_at": None}, "Failed after about 2 min"),
        ({"status": "MELTED"}, "Ended after 2 min"),
        ({"status": "MELTED", "ended_at": None}, "Browserbase calls its status “MELTED”"),
        ({"status": "PENDING", "expires_at": None}, "Waiting for its browser for"),
        ({"status": "RUNNING"}, "Past its limit"),
        ({"status": "RUNNING", "missing_since": timezone.now()}, "Gone: Browserbase no longer knew it"),
        (
            {"status": "COMPLETED", "keep_alive": True, "ended_at": "at once"},
            "It ended almost at once, although keep alive",
        ),
    ],
)
def test_the_sentence_says_what_the_row_proves(account, signed_in, fields, words):
    started = timezone.now() - timedelta(hours=1)
    if fields.get("ended_at") == "at once":
        fields = fields | {"started_at": started, "ended_at": started + timedelta(seconds=3)}
    assert words in text_of(page(signed_in, make_session(account, **fields)))


def test_an_end_that_was_asked_for_is_said_with_what_was_tried(account, signed_in, user):
    session = running(account)
    Wish.objects.create(session=session, asked_by=user, tries=3, last_error="Browserbase does not answer.")
    shown = text_of(page(signed_in, session))
    assert "Ending: ada asked for it" in shown
    assert "Browserbase does not answer. Tried 3 times so far." in shown
    assert 'aria-label="End session' not in shown


def test_an_end_that_does_not_come_is_said(account, signed_in, user):
    session = running(account)
    Wish.objects.create(session=session, asked_by=user, tries=40, asked_at=timezone.now() - timedelta(minutes=6))
    assert "Still not ended, though its end was asked for" in text_of(page(signed_in, session))


def test_the_record_is_shown_newest_first(account, signed_in, user):
    session = make_session(account)
    record(AuditEvent.Action.END_ASKED, actor=user, address="10.1.2.3", session=session)
    record(AuditEvent.Action.END_TRIED, session=session, succeeded=False, detail="Refused.")
    record(AuditEvent.Action.END_ASKED, actor=user, session=make_session(account), detail="another one's")
    shown = text_of(details(signed_in, session))
    assert shown.index("Refused.") < shown.index("10.1.2.3")
    assert "another one" not in shown


def test_an_unchanged_page_is_not_sent_again_and_a_change_is(account, signed_in):
    session = running(account)
    first = page(signed_in, session, **{"HX-Request": "true"})
    assert "<html" not in first.content.decode()
    tag = first.headers["HX-PTag"]
    assert page(signed_in, session, **{"HX-Request": "true", "HX-PTag": tag}).status_code == 304
    Session.objects.filter(pk=session.pk).update(status="COMPLETED", ended_at=timezone.now())
    changed = page(signed_in, session, **{"HX-Request": "true", "HX-PTag": tag})
    assert changed.status_code == 200
    assert "Completed after" in changed.content.decode()
    assert "phase=ended" in changed.content.decode()


def test_the_number_of_queries_does_not_grow(account, signed_in, user):
    session = make_session(account, created_by=user)

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert page(signed_in, session).status_code == 200
            assert details(signed_in, session).status_code == 200
        return len(captured)

    record(AuditEvent.Action.END_ASKED, actor=user, session=session)
    few = queries()
    for number in range(60):
        other = User.objects.create_user(f"user-{number}")
        record(AuditEvent.Action.END_TRIED, actor=other, session=session)
        Wish.objects.create(session=session, asked_by=other, done_at=timezone.now())
    assert queries() == few


def test_json_has_the_apis_fields(account, signed_in, user):
    session = make_session(account, created_by=user, user_metadata={"team": "growth"}, context_id="c")
    assert signed_in.get(f"/sessions/{session.id}/?format=json").json() == {
        "id": session.id,
        "project_id": "project-of-nobody",
        "status": "COMPLETED",
        "region": "us-west-2",
        "created_at": session.created_at.isoformat().replace("+00:00", "Z"),
        "updated_at": session.updated_at.isoformat().replace("+00:00", "Z"),
        "started_at": session.started_at.isoformat().replace("+00:00", "Z"),
        "ended_at": session.ended_at.isoformat().replace("+00:00", "Z"),
        "expires_at": session.expires_at.isoformat().replace("+00:00", "Z"),
        "keep_alive": False,
        "proxy_bytes": 0,
        "context_id": "c",
        "user_metadata": {"team": "growth"},
        "created_by": "ada",
    }


def test_json_needs_a_sign_in(account, client):
    response = client.get(f"/sessions/{make_session(account).id}/?format=json")
    assert response.status_code == 401
    assert "error" in response.json()


@pytest.mark.parametrize(
    "id",
    [
        "a/b",
        "50%",
        "per%cent",
        "a%2Fb",
        "%2e%2e",
        "..",
        "new",
        "?q=1&x",
        "ü ö",
        "🦊",
        "a\"b'c<d>",
        "a\\b",
        "x" * 500,
        "#top",
    ],
)
def test_odd_ids_have_their_page_and_json(account, signed_in, id):
    session = make_session(account, id=id)
    url = signed_in.get("/sessions/?format=json").json()["results"][0]["id"]
    assert url == id
    assert page(signed_in, session).status_code == 200
    json = signed_in.get(reverse("session", args=[id]) + "?format=json")
    assert json.json()["id"] == id


def test_any_metadata_is_shown_as_text(account, signed_in):
    for metadata in (
        [1, {"a": None}],
        "text",
        7,
        {"": {"": ""}},
        {"<b>": "<script>alert(1)</script>"},
        {"a.b": 1},
    ):
        response = page(signed_in, make_session(account, user_metadata=metadata))
        assert response.status_code == 200
        assert "<script>alert" not in response.content.decode()
