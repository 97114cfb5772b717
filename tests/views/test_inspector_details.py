"""The tab of details: every field, whoever started and ended it, the record, the raw answer."""

from datetime import timedelta

import pytest

from sessions_app.models import Wish
from tests.rows import make_session

pytestmark = pytest.mark.django_db


def tab(client, session):
    response = client.get(f"/sessions/{session.id}/details/", headers={"HX-Request": "true"})
    return " ".join(response.content.decode().split())


def test_what_has_no_place_of_its_own_is_shown_by_the_way_to_it(account, signed_in):
    raw = {
        "id": "x",
        "avgCpuUsage": 17,
        "browserSettings": {"viewport": {"width": 1280}, "blockAds": False, "<b>": []},
        "proxies": [{"type": "external", "server": "p.example", "password": "hunter2hunter2"}],
    }
    shown = tab(signed_in, make_session(account, raw=raw))
    for name, value in (("avgCpuUsage", "17"), ("browserSettings.viewport.width", "1280"), ("…blockAds", "false")):
        assert f'{name.removeprefix("…")}</dt><dd class="mono">{value}</dd>' in shown
    assert "browserSettings.&lt;b&gt;" in shown
    assert "p.example" in shown
    assert "hunter2" not in shown


def test_metadata_lead_to_the_sessions_that_have_the_same(account, signed_in):
    metadata = {"team": "growth", "order": {"open": True}, "long": "x" * 5000, "empty": ""}
    shown = tab(signed_in, make_session(account, user_metadata=metadata))
    assert 'href="/sessions/?add=team%3Dgrowth">growth</a>' in shown
    assert ">order.open</dt>" in shown
    assert f"<dd>{'x' * 5000}</dd>" in shown


def test_a_context_leads_to_its_page(account, signed_in):
    shown = tab(signed_in, make_session(account, context_id="context-7", extension_id="extension-8"))
    assert '<a href="/contexts/context-7/">context-7</a>' in shown
    assert '<a href="/extensions/extension-8/">extension-8</a>' in shown


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "TIMED_OUT"}, "Browserbase, at its time limit"),
        ({"status": "RUNNING"}, "nobody yet"),
        ({"status": "COMPLETED"}, "not known here"),
    ],
)
def test_who_ended_it_is_said_as_far_as_it_is_known(account, signed_in, user, fields, words):
    shown = tab(signed_in, make_session(account, created_by=user, **fields))
    assert "<dt>Started by</dt><dd>ada</dd>" in shown
    assert f"<dt>Ended by</dt><dd>{words}</dd>" in shown


def test_who_asked_for_the_end_here_ended_it(account, signed_in, user):
    session = make_session(account)
    asked_at = session.ended_at - timedelta(seconds=2)
    Wish.objects.create(session=session, asked_by=user, tries=1, asked_at=asked_at, done_at=session.ended_at)
    assert "<dt>Ended by</dt><dd>ada</dd>" in tab(signed_in, session)
