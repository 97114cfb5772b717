"""The story: what happened, in sentences."""

import re
from html import unescape

import pytest

from tests.inspector.logs import Written
from tests.inspector.stories import a_purchase, put_log

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}


def get(client, id, part="", **asked):
    answer = client.get(f"/sessions/{id}/story/{part}", asked, headers=FRAGMENT)
    assert answer.status_code == 200
    return answer.content.decode()


def sentences(client, id, part="rows/", **asked):
    page = get(client, id, part, **({"first": "0"} | asked))
    found = re.findall(
        r'<span class="row-text">(.*?)</span>\s*<span class="row-aside quiet"[^>]*>(.*?)</span>', page, re.S
    )
    return [tuple(" ".join(unescape(re.sub("<[^>]*>", "", text)).split()) for text in pair) for pair in found]


@pytest.fixture
def purchase(account, simulator):
    return put_log(simulator, a_purchase())


def test_what_counts_is_told_in_order_and_how_it_ended(purchase, signed_in):
    told = sentences(signed_in, purchase)
    assert [text for text, _ in told[:-1]] == [
        "went to shop.example/checkout",
        "clicked at 1, 2",
        "typed",
        "no command for 44 s",
        "POST api.shop.example/pay",
        "Uncaught TypeError: Cannot read properties of undefined (reading 'id')",
        "went to other.example/help",
        "closed the browser",
    ]
    asides = dict(told)
    assert asides["went to shop.example/checkout"] == "3.2 s, 2 requests, 1 failed"
    assert asides["POST api.shop.example/pay"] == "failed: net::ERR_CONNECTION_REFUSED"
    assert told[-1][0].startswith("Completed")


def test_what_does_not_count_is_folded_behind_what_does(purchase, signed_in):
    page = get(signed_in, purchase, "rows/", first="0")
    folds = re.findall(r"first=(\d+)&amp;count=(\d+)", page)
    assert folds
    unfolded = [
        text for first, count in folds for text, _ in sentences(signed_in, purchase, "quiet/", first=first, count=count)
    ]
    assert "loaded shop.example/checkout in 3.2 s" in unfolded
    assert "shop is ready" in unfolded
    everything = [text for text, _ in sentences(signed_in, purchase, all="1")]
    assert set(unfolded) <= set(everything)


def test_the_same_again_is_counted(account, simulator, signed_in):
    written = Written()
    for number in range(5):
        written.sent(f"r{number}", "https://api.example/poll", number * 1000).received(
            f"r{number}", "https://api.example/poll", number * 1000 + 10, status=500
        )
    assert "5 times" in get(signed_in, put_log(simulator, written), "rows/", first="0")


@pytest.mark.parametrize(
    ("asked", "has", "lacks"),
    [
        ({"q": "PAY"}, "api.shop.example/pay", "clicked"),
        ({"q": "4242-secret-typed"}, "", "typed"),
        ({"kinds": "actions"}, "clicked", "went to"),
        ({"kinds": "errors"}, "TypeError", "clicked"),
        ({"kinds": "nonsense"}, "clicked", "shop is ready"),
        ({"from": "40000", "to": "45000"}, "api.shop.example/pay", "clicked"),
        ({"from": "20000", "to": "21000"}, "no command for 44 s", "went to"),
        ({"from": "59500"}, "Completed", "went to"),
    ],
)
def test_filters_and_parts(purchase, signed_in, asked, has, lacks):
    told = " ".join(text for text, _ in sentences(signed_in, purchase, **asked))
    assert has in told
    assert lacks not in told


def test_the_logs_own_entries_are_one_click_away_and_covered(purchase, signed_in):
    page = get(signed_in, purchase, "rows/", first="0")
    address = re.search(r'story/entries/\?([^"]*request=2)"', page)[1].replace("&amp;", "&")
    entries = get(signed_in, purchase, f"entries/?{address}")
    assert "Network.loadingFailed" in entries
    assert "Network.requestWillBeSent" in entries
    assert f"/sessions/{purchase}/raw/?entry=" in entries
    typed = get(signed_in, purchase, "entries/", number="7")
    assert "Input.insertText" in typed
    assert "4242-secret-typed" not in typed
    for number in ("99999", "-1", "x", "1" * 50):
        assert "No single entry" in get(signed_in, purchase, "entries/", number=number)


def test_beside_the_replay_it_is_the_list_alone(purchase, signed_in):
    page = get(signed_in, purchase, beside="replay")
    assert "<form" not in page
    assert 'id="story-list"' in page
    assert "data-chunk" in page


def test_an_empty_log_is_nothing_logged(account, simulator, signed_in):
    id = put_log(simulator, Written())
    told = sentences(signed_in, id)
    assert len(told) == 1
    assert told[0][0]
    assert "data-chunk" in get(signed_in, id)
