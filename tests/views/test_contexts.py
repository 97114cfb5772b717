"""The pages of contexts: the list, one of them, making one, deleting one with what would break."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sessions_app.actions import tokens
from sessions_app.models import AuditEvent, Context, SavedView, User
from sessions_app.models.belonging import MOST_COUNTED
from sessions_app.pulls import belongings, projects, sessions
from tests.conftest import make_account
from tests.hostile import CORPUS
from tests.rows import make_project, make_session

pytestmark = pytest.mark.django_db
URL = "/contexts/"
FRAGMENT = {"HX-Request": "true"}


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


def make_context(account, **fields: Any) -> Context:
    defaults = {"id": f"ctx-{Context.objects.count()}", "recent_at": timezone.now()}
    return Context.objects.create(account=account, **(defaults | fields))


def make_there(simulator, **body: Any) -> str:
    """A context at upstream, which our tables do not know."""
    return simulator.http.post("/v1/contexts", json=body).raise_for_status().json()["id"]


def page_of(client: Client, thing: Context, part: str = "context") -> Any:
    return client.get(reverse(part, args=[thing.pk]))


def program(user: User, account, projects: list[str] | None = None) -> Client:
    _, text = tokens.make(user, "read", account, project_ids=projects)
    return Client(headers={"Authorization": f"Bearer {text}"})


# ---- What becomes known


def test_a_pull_makes_the_contexts_of_its_sessions_known_with_their_last_use(account, simulator):
    old, new = simulator.session("COMPLETED", contextId="kept"), simulator.session(contextId="kept")
    old["startedAt"] = "2026-11-01T10:00:00.000Z"
    simulator.put(old, new, simulator.session())
    sessions.pull(account)
    (known,) = Context.objects.all()
    assert (known.pk, known.account, known.project_id) == ("kept", account, simulator.projects[0])
    assert known.last_used_at == known.recent_at > timezone.now() - timedelta(minutes=2)
    sessions.pull(account)
    assert Context.objects.get().last_used_at == known.last_used_at


def test_what_nobody_read_is_read_in_the_background_and_what_is_gone_is_told(account, simulator):
    there = make_there(simulator, name="shop", projectId=simulator.projects[1])
    make_context(account, id=there)
    make_context(account, id="never-was")
    belongings.learn()
    known = Context.objects.get(pk=there)
    assert (known.name, known.project_id, known.gone_since) == ("shop", simulator.projects[1], None)
    assert Context.objects.get(pk="never-was").gone_since
    read_at = known.read_at
    belongings.learn()
    assert Context.objects.get(pk=there).read_at == read_at


def test_one_that_fails_now_is_read_later(account, simulator):
    make_context(account, id=make_there(simulator))
    simulator.fault("GET /v1/contexts", "status", status=400, count=1)
    belongings.learn()
    assert Context.objects.get().read_at is None
    belongings.learn()
    assert Context.objects.get().read_at


# ---- The list


def test_the_list_has_the_latest_used_first_with_what_is_known(signed_in, account, user):
    project = make_project(account, name="checkout")
    now = timezone.now()
    make_context(account, id="older", name="supplier portal", recent_at=now - timedelta(hours=1))
    make_context(account, id="newer", project=project, created_by=user, created_at=now, recent_at=now)
    make_session(account, context_id="newer")
    make_session(account, context_id="newer", status="RUNNING")
    page = text_of(signed_in.get(URL))
    assert page.index('id="context-newer"') < page.index('id="context-older"')
    for words in ("supplier portal", "checkout", "by ada", "1 running now", "/sessions/?q=context%3Anewer"):
        assert words in page


def test_a_script_reads_the_list_page_by_page(signed_in, account):
    for number in range(60):
        make_context(account, id=f"c{number:02}", recent_at=timezone.now() - timedelta(minutes=number))
    first = signed_in.get(URL, {"format": "json"}).json()
    assert [one["id"] for one in first["results"]] == [f"c{number:02}" for number in range(50)]
    second = signed_in.get(URL, {"format": "json", "cursor": first["next"]}).json()
    assert [one["id"] for one in second["results"]] == [f"c{number:02}" for number in range(50, 60)]
    assert second["next"] is None
    assert "Older" in text_of(signed_in.get(URL))
    assert "Newest" in text_of(signed_in.get(URL, {"cursor": first["next"]}))
    assert set(first["results"][0]) == {
        "id", "account", "project_id", "name", "created_by", "created_at", "first_seen", "last_used_at", "gone_since",
        "sessions", "sessions_exact",
    }  # fmt: skip


def test_a_bad_cursor_is_a_bad_request(signed_in, account):
    answer = signed_in.get(URL, {"format": "json", "cursor": "nonsense"})
    assert (answer.status_code, answer.json()["error"]["parameter"]) == (400, "cursor")
    assert signed_in.get(URL, {"cursor": "nonsense"}).status_code == 400


def test_one_is_found_by_its_name_and_by_the_beginning_of_its_id(signed_in, account):
    make_context(account, id="abc-1", name="Supplier portal")
    make_context(account, id="xyz-2")
    for text, found in (("portal", ["abc-1"]), ("xyz", ["xyz-2"]), ("bc-1", []), ("%", [])):
        answer = signed_in.get(URL, {"format": "json", "text": text}).json()
        assert [one["id"] for one in answer["results"]] == found, text
    assert "No context like that" in text_of(signed_in.get(URL, {"text": "mars"}))


def test_the_gone_ones_are_listed_apart(signed_in, account, user):
    make_context(account, id="there")
    make_context(account, id="went", gone_since=timezone.now(), deleted_by=user)
    assert 'id="context-went"' not in text_of(signed_in.get(URL))
    gone = text_of(signed_in.get(URL, {"gone": "1"}))
    assert 'id="context-went"' in gone
    assert "deleted by ada" in gone
    assert 'id="context-there"' not in gone


def test_counting_sessions_ends_at_a_thousand(signed_in, account):
    make_context(account, id="busy")
    make_context(account, id="quiet")
    make_session(account, context_id="quiet")
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO sessions_app_session (id, account_id, status, region, started_at, keep_alive, context_id,
                   proxy_bytes, user_metadata, raw, first_seen, changed_at)
               SELECT 's' || n, %s, 'COMPLETED', '', now(), false, 'busy', 0, '{}', '{}', now(), now()
               FROM generate_series(1, %s) n""",
            [account.pk, MOST_COUNTED + 5],
        )
    assert "1,000+" in text_of(signed_in.get(URL))
    counted = {one["id"]: one for one in signed_in.get(URL, {"format": "json"}).json()["results"]}
    assert (counted["busy"]["sessions"], counted["busy"]["sessions_exact"]) == (MOST_COUNTED, False)
    assert (counted["quiet"]["sessions"], counted["quiet"]["sessions_exact"]) == (1, True)


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def test_the_number_of_queries_does_not_grow(signed_in, account, user):
    project = make_project(account)
    make_context(account, id="one", project=project, created_by=user)
    make_session(account, context_id="one", status="RUNNING")
    before = [queries_of(signed_in, path) for path in (URL, f"{URL}one/", f"{URL}one/delete/", "/sessions/new/")]
    for number in range(20):
        make_context(account, project=make_project(account), created_by=User.objects.create(username=f"u{number}"))
        make_session(account, context_id="one", status="RUNNING", project=project)
    after = [queries_of(signed_in, path) for path in (URL, f"{URL}one/", f"{URL}one/delete/", "/sessions/new/")]
    assert after == before
    assert max(after) < 20


def test_a_list_in_which_nothing_changed_is_a_304(signed_in, account):
    make_context(account)
    first = signed_in.get(URL, headers=FRAGMENT)
    again = signed_in.get(URL, headers=FRAGMENT | {"HX-PTag": first.headers["HX-PTag"]})
    assert (first.status_code, again.status_code) == (200, 304)


def test_a_program_sees_those_of_its_account_and_projects(account, user, simulator):
    other = make_account("other", simulator.url, "bb_nobody")
    ours, theirs = make_project(account), make_project(account)
    make_context(account, id="ours", project=ours)
    make_context(account, id="theirs", project=theirs)
    make_context(other, id="others")

    def seen(client: Client) -> set[str]:
        return {one["id"] for one in client.get(URL).json()["results"]}

    assert seen(program(user, account)) == {"ours", "theirs"}
    narrow = program(user, account, [ours.pk])
    assert seen(narrow) == {"ours"}
    assert narrow.get(f"{URL}ours/").json()["id"] == "ours"
    assert narrow.get(f"{URL}theirs/").status_code == 404
    for path in (f"{URL}new/", f"{URL}ours/delete/"):
        assert narrow.post(path).status_code == 403


# ---- One of them


def test_its_page_says_what_is_known_who_uses_it_and_what_was_done(signed_in, account, user):
    thing = make_context(account, id="ctx", name="shop")
    ran, runs = make_session(account, context_id="ctx"), make_session(account, context_id="ctx", status="RUNNING")
    AuditEvent.objects.create(action="context.created", actor_name="ada", belonging_id="ctx", detail="“shop”.")
    page = text_of(page_of(signed_in, thing))
    assert page.index(f'id="running-{runs.pk}"') < page.index(f'id="latest-{ran.pk}"')
    for words in ("Context created</b> by ada", "shop", "/sessions/?q=context%3Actx", f'hx-get="{URL}ctx/fields/"'):
        assert words in page


def test_what_upstream_says_now_is_shown_and_remembered(signed_in, account, simulator):
    projects.pull(account)
    thing = make_context(account, id=make_there(simulator, name="shop <b>", projectId=simulator.projects[0]))
    answer = page_of(signed_in, thing, "context_fields")
    assert "shop &lt;b&gt;" in answer.content.decode()
    assert answer.headers["HX-Trigger"] == "belonging-changed"
    thing.refresh_from_db()
    assert (thing.name, thing.project_id) == ("shop <b>", simulator.projects[0])
    assert "HX-Trigger" not in page_of(signed_in, thing, "context_fields").headers


def test_one_that_upstream_has_no_more_is_gone_and_its_page_says_so(signed_in, account, simulator):
    thing = make_context(account, id="never-was")
    answer = page_of(signed_in, thing, "context_fields")
    assert answer.status_code == 200
    assert "Gone at Browserbase" in text_of(answer)
    page = text_of(page_of(signed_in, thing))
    assert "nobody deleted it from here" in page
    assert "Delete…" not in page


@pytest.mark.parametrize("fault", [{"fault": "html_502"}, {"fault": "status", "status": 403}, {"fault": "bad_json"}])
def test_where_upstream_says_nothing_its_part_says_so_and_can_ask_again(signed_in, account, simulator, fault):
    thing = make_context(account, id=make_there(simulator))
    simulator.fault("GET /v1/contexts", **fault)
    answer = page_of(signed_in, thing, "context_fields")
    assert answer.status_code == 200
    assert "Ask again" in text_of(answer)
    thing.refresh_from_db()
    assert thing.gone_since is None


def test_an_id_that_only_upstream_knows_is_found_there(signed_in, account, simulator):
    there = make_there(simulator, name="shop")
    assert "shop" in text_of(signed_in.get(f"{URL}{there}/"))
    assert Context.objects.get().name == "shop"


def test_an_id_that_nobody_knows_is_not_found(signed_in, account, simulator):
    for path in (f"{URL}nobody-knows-it/", f"{URL}%00/", f"{URL}nobody-knows-it/fields/", f"{URL}it/delete/"):
        assert signed_in.get(path).status_code == 404
    simulator.fault("GET /v1/contexts", "html_502")
    answer = signed_in.get(f"{URL}perhaps/", {"format": "json"})
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)


# ---- Making one


def new(client: Client, **form: Any) -> Any:
    return client.post(f"{URL}new/", form, follow=True)


@pytest.fixture
def ready(account, simulator):
    projects.pull(account)
    return account


def test_a_new_one_is_made_in_its_project_and_on_the_record(signed_in, ready, simulator, user):
    page = text_of(new(signed_in, project=simulator.projects[1], name=" shop "))
    known = Context.objects.get()
    assert simulator.get(f"/v1/contexts/{known.pk}")["name"] == "shop"
    assert (known.name, known.project_id, known.created_by) == ("shop", simulator.projects[1], user)
    (event,) = AuditEvent.objects.filter(belonging_id=known.pk)
    assert (event.action, event.actor, event.project_id) == ("context.created", user, simulator.projects[1])
    assert f'“shop” is created. <a href="{URL}{known.pk}/#record">Record</a>' in page


def test_one_without_a_name_is_known_by_its_id(signed_in, ready, simulator):
    page = text_of(new(signed_in, project=simulator.projects[0], name="   "))
    assert f"The context “{Context.objects.get().pk}” is created." in page


def test_a_name_that_is_taken_is_said_beside_it_with_all_that_was_typed(signed_in, ready, simulator):
    make_there(simulator, name="shop", projectId=simulator.projects[1])
    page = text_of(new(signed_in, project=simulator.projects[1], name="Shop"))
    assert "The project has a context of this name already" in page
    assert 'value="Shop"' in page
    assert f'value="{simulator.projects[1]}" selected' in page
    assert not Context.objects.exists()
    assert AuditEvent.objects.get().succeeded is False


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"fault": "html_502"}, "may have been made all the same"),
        ({"fault": "reset", "when": "after"}, "may have been made all the same"),
        ({"fault": "status", "status": 429}, "nothing was made"),
        ({"fault": "status", "status": 401}, "refused this account's key; nothing was made"),
        ({"fault": "status", "status": 403}, "refused this; nothing was made"),
        ({"fault": "status", "status": 422}, "refused this; nothing was made"),
    ],
)
def test_whatever_upstream_says_is_told_and_nothing_typed_is_lost(signed_in, ready, simulator, fault, words):
    simulator.fault("POST /v1/contexts", **fault)
    page = text_of(new(signed_in, project=simulator.projects[1], name="shop"))
    assert words in page
    assert 'value="shop"' in page
    assert not Context.objects.exists()


@pytest.mark.parametrize(("form", "words"), [({"project": "of nobody"}, "of nobody"), ({"name": "x" * 501}, "500")])
def test_what_cannot_be_is_said_before_anything_is_sent(signed_in, ready, simulator, form, words):
    page = text_of(new(signed_in, **({"project": simulator.projects[0], "name": "shop"} | form)))
    assert "No context was made" in page
    assert words in page
    assert not AuditEvent.objects.exists()


def test_the_same_form_sent_twice_makes_one(signed_in, ready, simulator, broker):
    form = {"project": simulator.projects[0], "name": "", "token": "one-time"}
    assert new(signed_in, **form).redirect_chain == new(signed_in, **form).redirect_chain
    assert Context.objects.count() == 1


# ---- Deleting one


def test_it_says_what_would_break(signed_in, account, user):
    thing = make_context(account, id="ctx", name="shop")
    now = timezone.now()
    make_session(account, context_id="ctx", created_by=user, started_at=now - timedelta(days=2))
    make_session(account, context_id="ctx", started_at=now - timedelta(days=40))
    SavedView.objects.create(owner=user, name="Shop runs", q="context:ctx", columns="id")
    page = text_of(page_of(signed_in, thing, "delete_context"))
    for words in ("1 session<", "ada 1", "Shop runs", "cannot be undone"):
        assert words in page
    assert "owner not known" not in page
    assert 'name="sure"' not in page


def test_it_is_deleted_for_good_and_its_page_says_by_whom(signed_in, ready, simulator, user):
    thing = make_context(ready, id=make_there(simulator, name="shop"), name="shop")
    page = text_of(signed_in.post(reverse("delete_context", args=[thing.pk]), follow=True))
    assert simulator.http.get(f"/v1/contexts/{thing.pk}").status_code == 404
    for words in ("“shop” is deleted", "ada deleted it", "Context deleted</b> by ada"):
        assert words in page
    assert AuditEvent.objects.get().belonging_id == thing.pk


def test_while_a_session_runs_with_it_that_has_to_be_known(signed_in, ready, simulator):
    thing = make_context(ready, id=make_there(simulator))
    runs = make_session(ready, context_id=thing.pk, status="RUNNING")
    address = reverse("delete_context", args=[thing.pk])
    for answer in (signed_in.get(address), signed_in.get(address, headers=FRAGMENT)):
        assert "1 session runs with it now" in text_of(answer)
        assert runs.short_id in text_of(answer)
    assert "has to be ticked" in text_of(signed_in.post(address))
    assert simulator.get(f"/v1/contexts/{thing.pk}")
    signed_in.post(address, {"sure": "1"})
    assert simulator.http.get(f"/v1/contexts/{thing.pk}").status_code == 404


def test_one_that_was_gone_already_is_said_to_have_been(signed_in, ready):
    thing = make_context(ready, id="never-was")
    page = text_of(signed_in.post(reverse("delete_context", args=[thing.pk]), follow=True))
    assert "was gone already" in page
    assert "nobody deleted it from here" in page


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"fault": "status", "status": 403}, "nothing was deleted"),
        ({"fault": "bad_json"}, ""),
        ({"fault": "html_502"}, "It may be deleted all the same"),
    ],
)
def test_where_upstream_does_not_delete_that_is_told_and_recorded(signed_in, ready, simulator, fault, words):
    thing = make_context(ready, id=make_there(simulator))
    simulator.fault("DELETE /v1/contexts", **fault)
    assert words in text_of(signed_in.post(reverse("delete_context", args=[thing.pk]), follow=True))
    thing.refresh_from_db()
    event = AuditEvent.objects.get()
    assert (thing.gone_since is None) == (event.succeeded is False) == bool(words)


# ---- Ways there


def test_the_form_for_a_session_offers_those_that_are_there(signed_in, account):
    make_context(account, id="there", name="shop")
    make_context(account, id="went", gone_since=timezone.now())
    page = text_of(signed_in.get("/sessions/new/"))
    assert '<option value="there">shop' in page
    assert '<option value="went">' not in page


def test_the_palette_leads_to_one_by_its_name_or_its_pasted_id(signed_in, account):
    thing = make_context(account, id="5d0c9a12-0000-4000-8000-000000000000", name="Supplier portal")
    for text in ("supplier", thing.pk):
        page = text_of(signed_in.get("/jump/", {"text": text}, headers=FRAGMENT))
        assert f'href="{URL}{thing.pk}/"' in page, text
    assert f'href="{URL}"' in text_of(signed_in.get("/jump/", {"text": "cont"}, headers=FRAGMENT))


def test_a_list_beside_a_form_that_failed_refreshes_itself_as_the_list(signed_in, account, simulator):
    page = text_of(signed_in.post(f"{URL}new/", {"project": "of nobody"}))
    assert f'hx-get="{URL}?"' in page


def test_hostile_ids_and_names_are_text_everywhere(signed_in, account):
    for number, text in enumerate(CORPUS):
        make_context(account, id=f"{text[:200]}{number}", name=text)
    for thing in Context.objects.all():
        for part in ("context", "delete_context"):
            answer = page_of(signed_in, thing, part)
            assert answer.status_code == 200
            assert "<pwned-tag" not in answer.content.decode()
    assert "<pwned-tag" not in signed_in.get(URL).content.decode()


def test_a_list_of_none_offers_nothing_to_look_through(signed_in, account):
    assert 'role="search"' not in text_of(signed_in.get(URL))
    make_context(account, gone_since=timezone.now())
    assert 'role="search"' in text_of(signed_in.get(URL))
