"""An id that our tables do not have."""

import time

import pytest
from django.urls import reverse

from sessions_app.models import Account, Session
from tests.conftest import make_account
from tests.rows import make_session

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counts(broker):
    """Nobody has looked anything up yet."""


def get(client, id, json=False):
    return client.get(reverse("session", args=[id]) + ("?format=json" if json else ""))


def test_upstream_is_asked_once_and_what_it_knows_is_stored_and_shown(account, simulator, signed_in):
    session = simulator.session(userMetadata={"team": "growth"})
    simulator.put(session)
    assert "growth" in get(signed_in, session["id"]).content.decode()
    assert Session.objects.get().account == account
    simulator.fault("GET /v1/sessions", "status", status=500)
    assert get(signed_in, session["id"], json=True).json()["id"] == session["id"]


def test_every_account_is_asked(account, other_simulator, signed_in):
    second = make_account("second", other_simulator.url, other_simulator.key)
    session = other_simulator.session()
    other_simulator.put(session)
    assert get(signed_in, session["id"], json=True).status_code == 200
    assert Session.objects.get().account == second


def test_an_account_that_fails_does_not_hide_what_another_knows(account, other_simulator, signed_in):
    Account.objects.filter(pk=account.pk).update(base_url="http://127.0.0.1:9")
    make_account("second", other_simulator.url, other_simulator.key)
    session = other_simulator.session()
    other_simulator.put(session)
    assert get(signed_in, session["id"], json=True).status_code == 200


def test_unknown_to_both_is_a_404_that_helps(account, signed_in):
    near = make_session(account, id="b81c04ef-4c2e-4b1f-9d0e-5a7712c0e9f3")
    for asked in ("b81c04ef", "B81C04EF-4C2E-4B1F-9D0E-5A7712C0E9F3", "b81c04ef-4c2e-4b1f-9d0e-xxxxxxxxxxxx"):
        response = get(signed_in, asked)
        assert response.status_code == 404
        assert near.id in response.content.decode()
        assert "Is the id whole?" in response.content.decode()
    response = get(signed_in, "b81c04ef", json=True)
    assert response.status_code == 404
    assert response.json()["error"]["message"]


@pytest.mark.parametrize(
    "id",
    ["\x00", "a\x00b", " ", "%", "%00", "..", ".", "'; DROP TABLE--", '"', "🦊", "a/b", "x" * 10_000, "\ud7ff", "a\nb"],
)
def test_absurd_ids_are_404(account, signed_in, id):
    assert get(signed_in, id).status_code == 404
    assert get(signed_in, id, json=True).status_code == 404
    for part in ("session_live", "session_live_tabs"):
        assert signed_in.get(reverse(part, args=[id])).status_code == 404


@pytest.mark.parametrize("path", ["//", "/a/b/", "/%2F/", "/a%2Fb/", "/%00/", "/%FF/", "/%2525/", "/%25/"])
def test_absurd_paths_are_404(account, signed_in, path):
    assert signed_in.get(f"/sessions{path}").status_code == 404


def test_upstream_that_does_not_answer_is_said_with_a_retry_within_two_seconds(account, simulator, signed_in):
    simulator.fault("GET /v1/sessions/", "hang")
    begun = time.monotonic()
    response = get(signed_in, "b81c04ef-4c2e-4b1f-9d0e-5a7712c0e9f3")
    assert time.monotonic() - begun < 4
    assert response.status_code == 503
    assert "Try again" in response.content.decode()
    simulator.fault("GET /v1/sessions/", "html_502")
    response = get(signed_in, "b81c04ef-4c2e-4b1f-9d0e-5a7712c0e9f3", json=True)
    assert response.status_code == 503
    assert response.json()["error"]["message"]
    assert int(response.headers["Retry-After"]) > 0


def test_a_refused_key_is_said(account, signed_in):
    account.set_key("bb_wrong")
    account.save()
    response = get(signed_in, "b81c04ef")
    assert response.status_code == 503
    assert "refused" in response.content.decode()


def test_sixty_look_ups_a_minute_are_a_users_limit(account, signed_in, client, django_user_model, simulator):
    for number in range(60):
        assert get(signed_in, f"unknown-{number}", json=True).status_code == 404
    response = get(signed_in, "unknown-61")
    assert response.status_code == 429
    assert "lot of unknown ids" in response.content.decode()
    refused = get(signed_in, "unknown-62", json=True)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "60"
    known = make_session(account)
    assert get(signed_in, known.id).status_code == 200
    client.force_login(django_user_model.objects.create_user("bob"))
    assert get(client, "unknown-63").status_code == 404


def test_without_an_account_it_is_said(db, signed_in):
    response = get(signed_in, "b81c04ef")
    assert response.status_code == 404
    assert "no account" in response.content.decode()
