"""Views of the list: saved, shared, changed, and the one that opens after signing in."""

from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from sessions_app.models import SavedView, User
from sessions_app.query.columns import DEFAULT
from tests.rows import make_session

pytestmark = pytest.mark.django_db

STATE = {"q": "team=growth -status:COMPLETED", "columns": "status,id,order.status", "density": "compact"}


@pytest.fixture
def other(db: None) -> User:
    return User.objects.create_user("grace", "grace@example.org", "a long password")


def make(owner: User, name: str = "Growth", **fields) -> SavedView:
    return SavedView.objects.create(owner=owner, name=name, **(STATE | fields))


def save(client: Client, name: str = "Growth", **fields):
    return client.post("/views/", STATE | {"name": name} | fields)


def asked(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def text(client: Client, path: str, **parameters) -> str:
    return client.get(path, parameters, follow=True).content.decode()


def test_a_view_keeps_query_columns_and_density_under_a_name(signed_in, user):
    answer = save(signed_in, " Growth ", is_shared="on")
    view = SavedView.objects.get()
    assert (view.owner, view.name, view.is_shared) == (user, "Growth", True)
    assert asked(answer["Location"]) == STATE | {"view": str(view.pk)}
    assert asked(signed_in.get(f"/views/{view.pk}/")["Location"]) == STATE | {"view": str(view.pk)}


def test_a_saved_view_shows_in_the_menu_and_says_when_the_list_is_no_more_as_it_has_it(signed_in, user):
    view = make(user)
    address = signed_in.get(f"/views/{view.pk}/")["Location"]
    assert "changed</span>" not in text(signed_in, address)
    changed = text(signed_in, address.replace("growth", "labs"))
    assert "changed</span>" in changed
    assert f'action="/views/{view.pk}/state/"' in changed
    assert "changed</span>" in text(signed_in, address.replace("compact", "normal"))


def test_a_change_is_kept_by_its_owner(signed_in, user):
    view = make(user)
    answer = signed_in.post(f"/views/{view.pk}/state/", STATE | {"q": "team=labs"})
    assert asked(answer["Location"])["q"] == "team=labs"
    view.refresh_from_db()
    assert (view.q, view.name) == ("team=labs", "Growth")


def test_a_view_without_a_query_is_every_session(signed_in, account):
    session = make_session(account)
    save(signed_in, q="", columns=DEFAULT, density="normal")
    assert session.short_id in text(signed_in, f"/views/{SavedView.objects.get().pk}/")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "  "}, "Give it a name."),
        ({"name": "x" * 61}, "A name has at most 60 characters."),
        ({"name": "a\u202eb"}, "signs that can be seen"),
        ({"name": "a\x00b"}, "Null characters"),
        ({"name": "growth"}, "You have a view of this name already."),
        ({"q": "color:red"}, "There is no field"),
        ({"columns": 'x"'}, "A comma is missing"),
        ({"columns": ""}, "required"),
        ({"density": "tiny"}, "not one of the available choices"),
        ({"q": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_what_cannot_be_saved_is_said_and_kept_in_the_form(signed_in, user, fields, words):
    make(user)
    for headers in ({}, {"HX-Request": "true"}):
        answer = signed_in.post("/views/", STATE | {"name": "New"} | fields, headers=headers)
        assert answer.status_code == 200
        assert words in answer.content.decode()
    assert SavedView.objects.count() == 1


def test_two_people_may_use_the_same_name(signed_in, other):
    make(other, is_shared=True)
    assert save(signed_in).status_code == 302


def test_there_is_an_end_to_how_many_one_may_have(signed_in, user):
    SavedView.objects.bulk_create([SavedView(owner=user, name=f"view {n}", **STATE) for n in range(200)])
    assert "You have 200 views, which is the most." in save(signed_in).content.decode()
    assert signed_in.get("/sessions/").status_code == 200
    view = SavedView.objects.first()
    assert signed_in.post(f"/views/{view.pk}/name/", {"name": "another"}).status_code == 302


def test_a_view_is_renamed_shared_and_deleted(signed_in, user):
    view = make(user)
    signed_in.post(f"/views/{view.pk}/name/", {"name": "GROWTH", "is_shared": "on"})
    view.refresh_from_db()
    assert (view.name, view.is_shared, view.q) == ("GROWTH", True, STATE["q"])
    assert "Delete the view “GROWTH”?" in text(signed_in, f"/views/{view.pk}/delete/")
    assert SavedView.objects.exists()
    assert "is deleted" in signed_in.post(f"/views/{view.pk}/delete/", follow=True).content.decode()
    assert not SavedView.objects.exists()


def test_a_shared_view_is_seen_by_all_and_changed_by_its_owner_alone(signed_in, other):
    view = make(other, is_shared=True)
    assert "Growth" in text(signed_in, "/sessions/")
    assert asked(signed_in.get(f"/views/{view.pk}/")["Location"])["q"] == STATE["q"]
    assert "grace" in text(signed_in, "/views/")
    for way in ("state", "name", "delete"):
        assert signed_in.post(f"/views/{view.pk}/{way}/", STATE | {"name": "mine"}).status_code == 403
    view.refresh_from_db()
    assert view.name == "Growth"


def test_anothers_own_view_is_not_there(signed_in, other):
    view = make(other, "Secret plans")
    assert signed_in.get(f"/views/{view.pk}/").status_code == 404
    assert "Secret plans" not in text(signed_in, "/sessions/", view=view.pk) + text(signed_in, "/views/")
    for way in ("state", "name", "delete"):
        assert signed_in.post(f"/views/{view.pk}/{way}/", STATE | {"name": "mine"}).status_code == 404
    assert signed_in.post("/views/start/", {"view": view.pk}).status_code == 404


@pytest.mark.parametrize("key", ["0", "99999999999999999999999", "nothing", "-1", "01x", "٣"])
def test_a_view_that_is_none_is_not_there(signed_in, key):
    assert signed_in.get(f"/views/{key}/").status_code == 404
    assert signed_in.post("/views/start/", {"view": key}).status_code == 404
    assert signed_in.get("/sessions/", {"view": key}).status_code == 200


@pytest.mark.parametrize("way", ["state", "name", "delete"])
def test_a_number_too_large_for_the_table_is_not_there(signed_in, way):
    assert signed_in.post(f"/views/{10**30}/{way}/", STATE | {"name": "x"}).status_code == 404


def test_hostile_names_are_text(signed_in, user):
    make(user, "<script>alert(1)</script>", is_shared=True)
    for path in ("/sessions/", "/views/", "/jump/?text=%3Cscript"):
        page = text(signed_in, path)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_the_built_in_views_need_nobody(signed_in, client):
    assert asked(signed_in.get("/views/running/")["Location"]) == {"q": "status:RUNNING"}
    assert signed_in.get("/views/all/")["Location"] == "/sessions/"
    client.cookies["tz"] = "Pacific/Kiritimati"
    today = timezone.localtime(timezone=ZoneInfo("Pacific/Kiritimati")).date()
    assert asked(signed_in.get("/views/errors-today/")["Location"])["q"] == f"status:ERROR started:>{today}"


def test_a_program_is_told_the_views_by_whoever_signed_in(signed_in, user, other):
    mine = make(user)
    make(other, "Secret plans")
    (view,) = signed_in.get("/views/?format=json").json()["results"]
    assert view == STATE | {"id": mine.pk, "name": "Growth", "owner": "ada", "shared": False, "url": view["url"]}
    assert asked(view["url"])["view"] == str(mine.pk)


# The start page


def sign_in(client: Client) -> str:
    cache.clear()
    return client.post("/accounts/login/", {"login": "ada", "password": "a long password"})["Location"]


def test_the_chosen_view_opens_after_signing_in_and_by_the_brand(client, signed_in, user):
    view = make(user)
    signed_in.post("/views/start/", {"view": str(view.pk)})
    assert asked(signed_in.get("/start/")["Location"]) == STATE | {"view": str(view.pk)}
    assert '<a class="brand" href="/start/">' in text(signed_in, "/")
    fresh = Client()
    assert fresh.get("/")["Location"] == "/accounts/login/"
    assert sign_in(fresh) == "/start/"


def test_a_built_in_view_can_be_the_start_page(signed_in, user):
    signed_in.post("/views/start/", {"view": "running"})
    assert asked(signed_in.get("/start/")["Location"]) == {"q": "status:RUNNING"}


def test_without_a_choice_the_overview_opens(signed_in, user):
    assert signed_in.get("/start/")["Location"] == "/"
    assert '<a class="brand" href="/">' in text(signed_in, "/")
    assert sign_in(Client()) == "/"


def test_a_start_page_that_is_gone_is_the_overview(signed_in, user, other):
    view = make(other, is_shared=True)
    signed_in.post("/views/start/", {"view": view.pk})
    assert asked(signed_in.get("/start/")["Location"])["q"] == STATE["q"]
    SavedView.objects.update(is_shared=False)
    assert signed_in.get("/start/")["Location"] == "/"
    view.delete()
    assert signed_in.get("/start/")["Location"] == "/"
    signed_in.post("/views/start/", {"view": ""})
    user.refresh_from_db()
    assert user.start_view == ""


def test_another_page_that_was_asked_for_comes_first(client, signed_in, user):
    signed_in.post("/views/start/", {"view": "running"})
    fresh = Client()
    assert fresh.get("/usage/")["Location"] == "/accounts/login/?next=/usage/"
    cache.clear()
    answer = fresh.post(
        "/accounts/login/?next=/usage/", {"login": "ada", "password": "a long password", "next": "/usage/"}
    )
    assert answer["Location"] == "/usage/"
