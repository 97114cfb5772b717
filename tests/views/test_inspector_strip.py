"""The strip: the whole session on one line."""

import re

import pytest

from tests.inspector.logs import Written
from tests.inspector.stories import a_purchase, put_log

pytestmark = pytest.mark.django_db


def strip(client, id, **asked):
    answer = client.get(f"/sessions/{id}/strip/", asked, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def said(page):
    return re.findall(r'data-said="([^"]*)"', page)


def marks(page):
    return len(re.findall(r"<(?:rect|circle) class=", page))


def test_each_tab_has_a_lane_with_what_was_done_in_it(account, simulator, signed_in):
    page = strip(signed_in, put_log(simulator, a_purchase()))
    assert re.findall(r'data-lane="([^"]*)"', page) == ["Tab 1", "Tab 2"]
    words = " ".join(said(page))
    assert "shop.example/checkout, 2 requests" in words
    assert "api.shop.example/pay failed" in words
    assert "clicked" in words
    assert "typed" in words
    assert "TypeError" in words
    assert "4242-secret-typed" not in page


def test_counts_go_to_the_tabs_with_what_went_wrong_in_red(account, simulator, signed_in):
    page = strip(signed_in, put_log(simulator, a_purchase()))
    network, console = re.findall(r"<hx-partial[^>]*>(.*?)</hx-partial>", page, re.DOTALL)
    assert network.startswith(" 2 ")
    assert "1 failed" in re.sub("<[^>]*>", "", network)
    assert console.startswith(" 5 ")
    assert "1 error" in re.sub("<[^>]*>", "", console)


def test_counts_are_of_the_part_that_is_selected(account, simulator, signed_in):
    id = put_log(simulator, a_purchase())
    for part in ("strip", "counts"):
        answer = signed_in.get(f"/sessions/{id}/{part}/", {"from": "4000", "to": "42500"}, headers={"HX-Request": "1"})
        network, console = re.findall(r"<hx-partial[^>]*>(.*?)</hx-partial>", answer.content.decode(), re.DOTALL)
        assert re.sub("<[^>]*>", "", network).split() == ["1", "1", "failed"]
        assert re.sub("<[^>]*>", "", console).split() == ["1", "1", "error"]


def test_idle_stretches_are_told_and_what_the_log_does_not_cover_is_not_known(account, simulator, signed_in):
    page = strip(signed_in, put_log(simulator, a_purchase(), seconds=300))
    assert "no command for 44 s" in said(page)
    assert "not known: nothing logged after" in said(page)
    assert "not known: nothing logged before" not in said(page)


def test_an_empty_log_is_nothing_logged(account, simulator, signed_in):
    page = strip(signed_in, put_log(simulator, Written()))
    assert "not known: nothing was logged" in said(page)
    assert "does not mean that nothing happened" in page


def test_zoomed_in_only_that_part_is_drawn(account, simulator, signed_in):
    id = put_log(simulator, a_purchase())
    page = strip(signed_in, id, left="35000", right="45000")
    assert 'data-left="35000.0"' in page
    assert 'data-right="45000.0"' in page
    assert "clicked" not in " ".join(said(page))
    assert "api.shop.example/pay failed" in " ".join(said(page))
    for asked in ({"left": "50", "right": "40"}, {"left": "x"}, {"left": "1e300"}, {"right": "-5"}):
        assert 'data-left="0.0" data-right="60000.0"' in strip(signed_in, id, **asked)


def test_ten_thousand_requests_are_some_hundred_marks(account, simulator, signed_in):
    written = Written()
    for number in range(10_000):
        written.sent(str(number), f"https://shop.example/{number}", number * 5)
        if number % 3 == 0:
            written.failed(str(number), number * 5 + 2)
    assert marks(strip(signed_in, put_log(simulator, written))) < 1100


def test_many_tabs_fold(account, simulator, signed_in):
    written = Written()
    for tab in range(10):
        written.page = tab
        written.command("Page.navigate", tab * 1000, {"frameId": f"F{tab}"}, url=f"https://shop.example/{tab}")
    id = put_log(simulator, written)
    folded = strip(signed_in, id)
    assert folded.count("data-lane=") == 3
    assert "7 more tabs" in folded
    assert strip(signed_in, id, lanes="all").count("data-lane=") == 10


def test_clocks_that_lie_do_not_stretch_the_strip(account, simulator, signed_in):
    written = a_purchase()
    written.event("Page.loadEventFired", 10**9)
    written.event("Page.loadEventFired", -(10**9))
    assert 'data-end="60000.0"' in strip(signed_in, put_log(simulator, written))


def test_where_there_is_no_log_the_tabs_say_so_and_no_strip_is_drawn(account, simulator, signed_in):
    id = put_log(simulator, a_purchase())
    signed_in.get(f"/sessions/{id}/")
    simulator.fault("GET /v1/sessions", "status", status=404)
    assert strip(signed_in, id) == ""
    story = signed_in.get(f"/sessions/{id}/story/", headers={"HX-Request": "true"}).content.decode()
    assert "no log of this session" in story
    assert "Try again" not in story


def test_a_failed_read_is_said_with_a_retry(account, simulator, signed_in):
    id = put_log(simulator, a_purchase())
    signed_in.get(f"/sessions/{id}/")
    simulator.fault("GET /v1/sessions", "status", status=403)
    page = strip(signed_in, id)
    assert 'role="alert"' in page
    assert "Try again" in page
