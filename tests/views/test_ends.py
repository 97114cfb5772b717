"""Ending many: the preview that is written down, its confirmation, its stop, and the answers to what cannot be."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sessions_app.actions import end_many, tokens
from sessions_app.models import AuditEvent, BatchedEnd, EndBatch, Session, User, Wish
from sessions_app.models.end_batch import PATIENCE
from tests.conftest import make_account
from tests.rows import make_project, make_session

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def grace(db):
    return User.objects.create_user("grace")


@pytest.fixture
def running(account):
    return [make_session(account, status="RUNNING", user_metadata={"team": "growth"}) for _ in range(3)]


def ask(client, where="", body=None, **more):
    return client.post(
        f"/ends/{where}", body or {}, content_type="application/json", headers={"Accept": "application/json"}, **more
    )


def preview(client, **body):
    answer = ask(client, body=body)
    assert answer.status_code == 201, answer.content
    return answer.json()


def look(client, batch):
    return client.get(f"/ends/{batch['id']}/?format=json").json()


def step(batch):
    """What the worker does every second."""
    end_many.step(batch["id"])


def test_a_preview_holds_what_runs_and_matches_and_asks_nothing(signed_in, account, running, user, grace):
    make_session(account, user_metadata={"team": "growth"})
    make_session(account, status="RUNNING", user_metadata={"team": "labs"})
    make_session(account, status="RUNNING", user_metadata={"team": "growth"}, missing_since=timezone.now())
    pending = make_session(account, status="PENDING", user_metadata={"team": "growth"}, created_by=user)
    odd = make_session(account, status="HIBERNATED", ended_at=None, user_metadata={"team": "growth"}, created_by=grace)
    made = preview(signed_in, q="team=growth")
    assert made["sessions"] == [odd.id, pending.id, *(one.id for one in reversed(running))]
    assert (made["count"], made["state"], made["more"], made["q"]) == (5, "preview", False, "team=growth")
    assert made["owners"] == {"not known": 3, "ada": 1, "grace": 1}
    assert made["projects"] == {"project-of-nobody": 5}
    assert made["oldest"] < made["newest"]
    assert not Wish.objects.exists()
    assert not AuditEvent.objects.exists()


def test_what_was_picked_one_by_one_is_each_named_once_also_where_it_is_over(signed_in, account, running):
    over = make_session(account)
    ids = [running[1].id, over.id, running[0].id]
    made = preview(signed_in, sessions=[*ids, running[1].id, "nobody", "\x00"])
    assert made["sessions"] == ids
    assert made["already_over"] == [over.id]
    assert made["unknown"] == ["nobody", "\N{REPLACEMENT CHARACTER}"]
    assert made["q"] is None


def test_what_starts_after_the_preview_is_not_ended(signed_in, account, running):
    made = preview(signed_in, q="team=growth")
    later = make_session(account, status="RUNNING", user_metadata={"team": "growth"})
    assert ask(signed_in, f"{made['id']}/confirm/").status_code == 202
    step(made)
    assert set(Wish.objects.values_list("session_id", flat=True)) == {one.id for one in running}
    assert not later.wishes.exists()


def test_each_end_and_the_batch_are_on_the_record(signed_in, running, user):
    made = preview(signed_in, q="")
    ask(signed_in, f"{made['id']}/confirm/")
    step(made)
    batch = AuditEvent.objects.get(action="sessions.ends_asked")
    assert (batch.actor, batch.address) == (user, "127.0.0.1")
    assert "3 sessions" in batch.detail
    events = AuditEvent.objects.filter(action="session.end_asked", actor=user, address="127.0.0.1")
    assert set(events.values_list("session_id", flat=True)) == {one.id for one in running}


def test_confirming_twice_does_nothing_twice(signed_in, running):
    made = preview(signed_in, q="")
    first = ask(signed_in, f"{made['id']}/confirm/").json()
    step(made)
    second = ask(signed_in, f"{made['id']}/confirm/")
    assert (second.status_code, second.json()["confirmed_at"]) == (202, first["confirmed_at"])
    step(made)
    assert Wish.objects.count() == 3
    assert AuditEvent.objects.filter(action="sessions.ends_asked").count() == 1


def test_outcomes_say_what_became_of_each(signed_in, account, running):
    made = preview(signed_in, q="")
    Session.objects.filter(pk=running[0].id).update(status="TIMED_OUT")
    ask(signed_in, f"{made['id']}/confirm/")
    assert look(signed_in, made)["waiting"] == 3
    step(made)
    said = look(signed_in, made)
    assert (said["state"], said["asked"], said["done"], said["over"]) == ("running", 2, 1, 1)
    Wish.objects.filter(session=running[1]).update(done_at=timezone.now())
    Wish.objects.filter(session=running[2]).update(last_error="Browserbase refuses: <no>.")
    assert look(signed_in, made)["asked"] == 1
    BatchedEnd.objects.filter(session=running[2]).update(asked_at=timezone.now() - PATIENCE)
    step(made)
    said = look(signed_in, made)
    assert (said["state"], said["done"], said["over"], said["failed"], said["waiting"]) == ("done", 2, 1, 1, 0)
    outcomes = {one["session"]: (one["outcome"], one["error"]) for one in said["outcomes"]}
    assert outcomes == {
        running[0].id: ("over", None),
        running[1].id: ("ended", None),
        running[2].id: ("refused", "Browserbase refuses: <no>."),
    }
    Wish.objects.update(accepted_at=timezone.now(), last_error="")
    assert look(signed_in, made)["outcomes"][0]["outcome"] == "running"


def test_a_stop_leaves_what_was_not_asked_and_waits_for_the_rest(signed_in, account):
    count = end_many.OPEN_AT_ONCE + 5
    for _ in range(count):
        make_session(account, status="RUNNING")
    made = preview(signed_in, q="")
    ask(signed_in, f"{made['id']}/confirm/")
    step(made)
    step(made)
    assert Wish.objects.count() == end_many.OPEN_AT_ONCE
    stopped = ask(signed_in, f"{made['id']}/stop/")
    assert (stopped.status_code, stopped.json()["state"], stopped.json()["stopped_by"]) == (202, "stopping", "ada")
    step(made)
    assert Wish.objects.count() == end_many.OPEN_AT_ONCE
    Wish.objects.update(done_at=timezone.now())
    step(made)
    said = look(signed_in, made)
    assert (said["state"], said["done"], said["not_asked"]) == ("stopped", end_many.OPEN_AT_ONCE, 5)
    assert AuditEvent.objects.filter(action="sessions.ends_stopped").count() == 1
    assert ask(signed_in, f"{made['id']}/stop/").json()["stopped_at"] == said["stopped_at"]


def test_a_batch_that_waits_for_its_account_does_not_hold_up_another_account(signed_in, account, other_simulator):
    other = make_account("other", other_simulator.url, other_simulator.key)
    for _ in range(end_many.OPEN_AT_ONCE + 1):
        make_session(account, status="RUNNING")
    first = preview(signed_in, q="")
    alone = make_session(other, status="RUNNING")
    second = preview(signed_in, sessions=[alone.id])
    for batch in (first, second):
        ask(signed_in, f"{batch['id']}/confirm/")
        step(batch)
    assert alone.wishes.exists()


def test_an_open_wish_is_taken_over(signed_in, running, user):
    wish = Wish.objects.create(session=running[0], asked_by=user)
    made = preview(signed_in, sessions=[running[0].id])
    ask(signed_in, f"{made['id']}/confirm/")
    step(made)
    assert BatchedEnd.objects.get().wish == wish
    assert Wish.objects.count() == 1


def test_a_preview_can_be_confirmed_for_an_hour_and_by_whoever_made_it_alone(signed_in, running, grace):
    made = preview(signed_in, q="")
    other = Client()
    other.force_login(grace)
    assert ask(other, f"{made['id']}/confirm/").status_code == 403
    EndBatch.objects.update(made_at=timezone.now() - timedelta(hours=1))
    late = ask(signed_in, f"{made['id']}/confirm/")
    assert late.status_code == 409
    assert "hour" in late.json()["error"]["message"]
    assert look(signed_in, made)["state"] == "expired"
    assert not Wish.objects.exists()
    EndBatch.objects.update(made_at=timezone.now() - timedelta(hours=3))
    EndBatch.objects.prune()
    assert not EndBatch.objects.exists()


def test_a_confirmed_batch_is_never_pruned(signed_in, running):
    made = preview(signed_in, q="")
    ask(signed_in, f"{made['id']}/confirm/")
    EndBatch.objects.update(made_at=timezone.now() - timedelta(days=3))
    EndBatch.objects.prune()
    assert look(signed_in, made)["state"] == "running"


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({}, None),
        ({"q": "team=a", "sessions": ["x"]}, None),
        ({"q": 1}, None),
        ({"sessions": []}, None),
        ({"sessions": "x"}, None),
        ({"sessions": [1]}, None),
        ({"sessions": [str(number) for number in range(10_001)]}, None),
        ({"q": "color:red"}, "q"),
        ({"q": "team=a", "tz": "Mars/Phobos"}, "tz"),
        ({"q": "team=a", "tz": 1}, "tz"),
    ],
)
def test_what_means_nothing_is_a_400(signed_in, body, parameter):
    answer = ask(signed_in, body=body)
    assert answer.status_code == 400, body
    assert answer.json()["error"].get("parameter") == parameter
    assert answer.json()["error"]["message"]
    assert not EndBatch.objects.exists()


def test_a_bad_query_is_marked_at_its_place(signed_in):
    assert ask(signed_in, body={"q": "team=a color:red"}).json()["error"]["position"] == 7


@pytest.mark.parametrize("body", ["{", "[]", "null", '"x"', '{"q": "\\ud800"}', '{"sessions": ["\\ud800"]}'])
def test_a_body_that_is_no_json_object_is_a_400(signed_in, body):
    answer = signed_in.post("/ends/", body, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize("q", ['team="\x00"', "team=nobody", '"', "🦊", "by:nobody"])
def test_any_query_is_answered(signed_in, running, q):
    assert ask(signed_in, body={"q": q}).status_code in (201, 400)


def test_a_batch_of_nothing_is_done_at_once(signed_in):
    made = preview(signed_in, q="team=nobody")
    assert (made["count"], made["owners"], made["sessions"]) == (0, {}, [])
    ask(signed_in, f"{made['id']}/confirm/")
    step(made)
    assert look(signed_in, made)["state"] == "done"


def test_without_sign_in_nothing_is_shown(client, running):
    assert ask(client, body={"q": ""}).status_code == 401
    assert client.get("/ends/?format=json").status_code == 401


def test_without_the_csrf_token_nothing_begins(running, user):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    assert ask(strict, body={"q": ""}).status_code == 403


def bearing(text):
    return Client(headers={"Authorization": f"Bearer {text}"})


def test_a_program_ends_what_its_token_reaches_and_sees_its_own_batches_alone(signed_in, account, user, running):
    project = make_project(account)
    mine = make_session(account, project=project, status="RUNNING")
    _, text = tokens.make(user, "operate", account, project_ids=[project.id], by=user)
    program = bearing(text)
    made = preview(program, q="")
    assert made["sessions"] == [mine.id]
    assert preview(program, sessions=[running[0].id])["unknown"] == [running[0].id]
    theirs = preview(signed_in, q="")
    assert program.get(f"/ends/{theirs['id']}/").status_code == 404
    assert ask(signed_in, f"{made['id']}/confirm/").status_code == 403
    assert ask(program, f"{made['id']}/confirm/").status_code == 202
    step(made)
    assert "By token" in AuditEvent.objects.get(action="session.end_asked").detail
    assert [one["id"] for one in program.get("/ends/").json()["results"]] == [made["id"]]


def test_a_token_to_read_ends_nothing(account, user, running):
    _, text = tokens.make(user, "read", account, by=user)
    assert ask(bearing(text), body={"q": ""}).status_code == 403


def test_the_page_of_a_preview_names_owners_first_and_what_is_over(signed_in, account, running, grace):
    Session.objects.filter(pk=running[0].id).update(created_by=User.objects.create_user("<i>eve</i>"))
    over = make_session(account, created_by=grace)
    form = {"session": [running[0].id, running[1].id], "sessions": json.dumps([over.id])}
    page = signed_in.post("/ends/", form, follow=True).content.decode()
    assert "End 2 sessions?" in page
    assert "1 of the 3 picked" in page
    assert "&lt;i&gt;eve&lt;/i&gt;" in page
    assert "<i>eve" not in page
    assert not Wish.objects.exists()


def test_the_page_shows_how_it_goes_and_costs_nothing_while_nothing_changes(signed_in, running):
    answer = signed_in.post("/ends/", {"q": "team=growth"})
    batch = EndBatch.objects.get()
    assert answer["Location"] == f"/ends/{batch.pk}/"
    assert signed_in.post(f"/ends/{batch.pk}/confirm/")["Location"] == f"/ends/{batch.pk}/"
    end_many.step(batch.pk)
    fragment = signed_in.get(f"/ends/{batch.pk}/", headers=HTMX)
    assert fragment.content.decode().strip().startswith('<div id="batch"')
    assert 'aria-valuenow="0"' in fragment.content.decode()
    again = signed_in.get(f"/ends/{batch.pk}/", headers=HTMX | {"HX-PTag": fragment["HX-PTag"]})
    assert (again.status_code, again.content) == (304, b"")
    Wish.objects.update(done_at=timezone.now())
    end_many.step(batch.pk)
    page = signed_in.get(f"/ends/{batch.pk}/").content.decode()
    assert 'aria-valuenow="100"' in page
    assert "3 ended" in page
    assert "Stop" not in page
    assert f"/ends/{batch.pk}/" in signed_in.get("/ends/").content.decode()


def test_the_overview_shows_a_batch_that_is_under_way(signed_in, running):
    made = preview(signed_in, q="")
    ask(signed_in, f"{made['id']}/confirm/")
    assert f"/ends/{made['id']}/" in signed_in.get("/").content.decode()
    step(made)
    Wish.objects.update(done_at=timezone.now())
    step(made)
    assert f"/ends/{made['id']}/" not in signed_in.get("/").content.decode()


def test_a_form_without_anything_says_so(signed_in):
    answer = signed_in.post("/ends/", {})
    assert answer.status_code == 400
    assert "Nothing was picked" in answer.content.decode()
    bad = signed_in.post("/ends/", {"q": "color:red"})
    assert bad.status_code == 400
    assert "color" in bad.content.decode()


@pytest.mark.parametrize("state", ["preview", "running"])
def test_a_page_takes_the_same_number_of_queries_for_many_as_for_few(signed_in, account, running, state):
    def cost() -> int:
        made = preview(signed_in, q="")
        if state == "running":
            ask(signed_in, f"{made['id']}/confirm/")
            step(made)
        with CaptureQueriesContext(connection) as queries:
            assert signed_in.get(f"/ends/{made['id']}/").status_code == 200
        return len(queries)

    few = cost()
    for _ in range(30):
        make_session(account, status="RUNNING", user_metadata={"team": "growth"})
    assert cost() == few


def test_outcomes_are_paged_and_filtered(signed_in, account):
    for _ in range(101):
        make_session(account, status="RUNNING")
    made = preview(signed_in, q="")
    ask(signed_in, f"{made['id']}/confirm/")
    step(made)
    page = signed_in.get(f"/ends/{made['id']}/").content.decode()
    assert page.count('id="end-') == 100
    last = BatchedEnd.objects.order_by("pk")[99].pk
    assert f"?after={last}" in page
    assert signed_in.get(f"/ends/{made['id']}/?after={last}").content.decode().count('id="end-') == 1
    asked = signed_in.get(f"/ends/{made['id']}/?outcome=asked").content.decode()
    assert asked.count('id="end-') == end_many.OPEN_AT_ONCE
    for odd in ("?after=x", "?after=-1", "?after=99999999999999999999", "?outcome=x"):
        assert signed_in.get(f"/ends/{made['id']}/{odd}").status_code == 200


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999", "x"])
def test_a_batch_that_is_not_there_is_a_404(signed_in, number):
    for where in ("", "confirm/", "stop/"):
        assert ask(signed_in, f"{number}/{where}").status_code in (404, 405)
    assert signed_in.get(f"/ends/{number}/").status_code == 404
