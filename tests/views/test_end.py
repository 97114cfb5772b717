import pytest
from django.test import Client

from sessions_app.models import AuditEvent, User, Wish
from tests.rows import make_session

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def running(account):
    return make_session(account, status="RUNNING")


def end(client, session_id, headers=JSON, **form):
    return client.post(f"/sessions/{session_id}/end/", form, headers=headers)


def test_the_wish_is_answered_and_kept_with_its_record(signed_in, running, user):
    answer = end(signed_in, running.id)
    assert answer.status_code == 202
    wish = answer.json()["wish"]
    kept = Wish.objects.get()
    assert wish == {
        "session": running.id,
        "asked_at": kept.asked_at.isoformat().replace("+00:00", "Z"),
        "state": "asked",
    }
    assert kept.asked_by == user
    event = AuditEvent.objects.get(action=AuditEvent.Action.END_ASKED)
    assert (event.session_id, event.actor, event.address) == (running.id, user, "127.0.0.1")


def test_asking_twice_is_one_wish(signed_in, running):
    assert end(signed_in, running.id).json() == end(signed_in, running.id).json()
    assert Wish.objects.count() == 1
    assert AuditEvent.objects.count() == 1


def test_an_ended_session_answers_done(signed_in, account):
    session = make_session(account, status="TIMED_OUT")
    answer = end(signed_in, session.id)
    assert (answer.status_code, answer.json()["wish"]["state"]) == (202, "done")
    assert answer.json()["wish"]["asked_at"]


@pytest.mark.parametrize("session_id", ["nobody", "a%2541", "%00", "x" * 3000, "🦊", "'--"])
def test_an_unknown_session_is_a_404(signed_in, session_id):
    answer = end(signed_in, session_id)
    assert answer.status_code == 404
    assert answer.json()["error"]["message"]
    assert end(signed_in, session_id, headers=HTMX).status_code == 404


def test_a_session_that_no_pull_has_seen_yet_is_looked_up_and_ended(signed_in, account, simulator):
    created = simulator.create()
    answer = end(signed_in, created["id"])
    assert (answer.status_code, answer.json()["wish"]["state"]) == (202, "asked")
    assert Wish.objects.get().session.account == account


def test_only_post_ends_a_session(signed_in, running):
    assert signed_in.get(f"/sessions/{running.id}/end/").status_code == 405
    assert not Wish.objects.exists()


def test_without_sign_in_nothing_ends(client, running):
    assert end(client, running.id).status_code == 401
    assert not Wish.objects.exists()


def test_without_the_csrf_token_nothing_ends(running, user):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    answer = end(strict, running.id)
    assert answer.status_code == 403
    assert "X-CSRFToken" in answer.json()["error"]["message"]
    assert not Wish.objects.exists()


def test_one_click_ends_a_session_of_nobody_known(signed_in, running):
    answer = end(signed_in, running.id, headers=HTMX)
    assert answer.status_code == 200
    assert answer["HX-Trigger"] == "session-changed"
    assert f"/sessions/{running.id}/details/#record" in answer.content.decode()
    assert Wish.objects.count() == 1


def test_one_click_ends_a_session_of_ones_own(signed_in, running, user):
    running.created_by = user
    running.save()
    end(signed_in, running.id, headers=HTMX)
    assert Wish.objects.count() == 1


def test_somebody_elses_session_names_the_owner_before_it_ends(signed_in, running):
    running.created_by = User.objects.create_user("<i>grace</i>")
    running.save()
    question = end(signed_in, running.id, headers=HTMX).content.decode()
    assert "<dialog" in question
    assert "&lt;i&gt;grace&lt;/i&gt;" in question
    assert "<i>" not in question
    assert not Wish.objects.exists()
    assert end(signed_in, running.id, headers=HTMX, sure="1")["HX-Trigger"] == "session-changed"
    assert Wish.objects.count() == 1


def test_a_script_is_not_asked_whose_session_it_is(signed_in, running):
    running.created_by = User.objects.create_user("grace")
    running.save()
    assert end(signed_in, running.id).status_code == 202


def test_it_works_without_script_in_the_browser(signed_in, running):
    answer = end(signed_in, running.id, headers={})
    assert answer["Location"] == f"/sessions/{running.id}/"
    assert Wish.objects.count() == 1
    assert f"Ending {running.short_id}" in signed_in.get("/sessions/").content.decode()


def test_the_question_is_a_page_of_its_own_without_script_in_the_browser(signed_in, running):
    running.created_by = User.objects.create_user("grace")
    running.save()
    page = end(signed_in, running.id, headers={}).content.decode()
    assert "<html" in page
    assert "end-dialog" not in page
    assert 'name="sure"' in page
