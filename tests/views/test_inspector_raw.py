"""The raw log: every entry, searchable, covered."""

import json
import re

import pytest

from tests.inspector.logs import Written
from tests.inspector.stories import a_purchase, put_log

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}


def get(client, id, part="", **asked):
    answer = client.get(f"/sessions/{id}/raw/{part}", asked, headers=FRAGMENT)
    assert answer.status_code == 200
    return answer.content.decode()


def numbers(page):
    return [int(number) for number in re.findall(r'data-number="(\d+)"', page)]


@pytest.fixture
def purchase(account, simulator):
    return put_log(simulator, a_purchase())


def test_entries_in_order_with_what_tells_most(purchase, signed_in):
    page = get(signed_in, purchase, "rows/", first="0")
    assert numbers(page) == list(range(16))
    assert "Network.loadingFailed" in page
    assert "errorText: net::ERR_CONNECTION_REFUSED" in page
    assert "4242-secret-typed" not in page


def test_values_are_written_as_in_the_log(account, simulator, signed_in):
    written = Written().event("Page.frameAttached", 0, isMain=True, isBlocked=False, parent=None, depth=1.5)
    page = get(signed_in, put_log(simulator, written), "rows/", first="0")
    assert "isMain: true, isBlocked: false, parent: null, depth: 1.5" in page


def test_a_secret_in_the_place_of_a_method_is_covered(account, simulator, signed_in):
    id = put_log(simulator, Written().event("token=Hush145qzHush145qz", 0))
    shown = get(signed_in, id) + get(signed_in, id, "rows/", first="0")
    assert "token=***" in shown
    assert "Hush145qz" not in shown


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "CONNECTION_refused"}, [9]),
        ({"q": "https://api.shop.example/pay"}, [8]),
        ({"q": '"errorText": "net::ERR_CONNECTION_REFUSED"'}, [9]),
        ({"q": "4242-secret-typed"}, []),
        ({"q": "nowhere"}, []),
        ({"method": "Page.navigate"}, [0, 14]),
        ({"method": "Input."}, [6, 7]),
        ({"method": "Input.", "q": "mousePressed"}, [6]),
        ({"from": "39000", "to": "41500"}, [8, 9]),
    ],
)
def test_search_methods_and_parts(purchase, signed_in, asked, found):
    assert numbers(get(signed_in, purchase, "rows/", **({"first": "0"} | asked))) == found


def test_a_search_says_how_far_it_looked(account, simulator, signed_in):
    written = Written()
    for number in range(500):
        written.event("Page.loadEventFired", number)
    id = put_log(simulator, written)
    page = get(signed_in, id, "rows/", q="loadEvent")
    assert len(numbers(page)) == 200
    assert "Looked through 200 of 500" in page
    seen = numbers(page)
    while address := re.search(r'hx-get="[^"]*/raw/rows/\?([^"]*)" hx-trigger="intersect', page):
        page = get(signed_in, id, f"rows/?{address[1].replace('&amp;', '&')}")
        seen += numbers(page)
    assert seen == list(range(500))
    assert "All 500 entries have been looked through" in page
    assert "None of 500 entries holds that" in get(signed_in, id, "rows/", q="nowhere")


def test_an_entry_opens_where_the_address_says(purchase, signed_in):
    assert 'data-opens-at="9"' in get(signed_in, purchase, entry="9")
    assert 'data-opens-at="1"' in get(signed_in, purchase, entry="14", method="Page.navigate")
    assert "data-opens-at" not in get(signed_in, purchase, entry="9999")
    opened = get(signed_in, purchase, "entry/", number="9")
    assert "net::ERR_CONNECTION_REFUSED" in opened
    assert "Copy entry 9" in opened


def test_what_cannot_be_understood_is_counted_and_shown_as_far_as_it_is_safe(account, simulator, signed_in):
    written = a_purchase()
    written.entries += [{"nothing": "known"}, {"deep": json.loads("[" * 400 + "]" * 400)}]
    id = put_log(simulator, written)
    assert "2 cannot be understood" in get(signed_in, id)
    page = get(signed_in, id, "rows/", first="0")
    assert "nothing: known" in page
    assert "nested deeper" in page
    assert "cannot be read: nested deeper" in get(signed_in, id, "entry/", number="17")


def test_the_download_is_the_whole_log_covered(purchase, signed_in):
    answer = signed_in.get(f"/sessions/{purchase}/raw/download/")
    assert answer["Content-Disposition"].startswith("attachment")
    text = b"".join(answer.streaming_content).decode()
    entries = json.loads(text)
    assert len(entries) == 16
    assert entries[0]["method"] == "Page.navigate"
    assert "4242-secret-typed" not in text


def test_a_download_that_cannot_be_is_an_error(purchase, simulator, signed_in):
    signed_in.get(f"/sessions/{purchase}/")
    simulator.fault("GET /v1/sessions", "status", status=404)
    assert signed_in.get(f"/sessions/{purchase}/raw/download/").status_code == 404


def test_an_empty_log(account, simulator, signed_in):
    id = put_log(simulator, Written())
    assert "does not mean that nothing happened" in get(signed_in, id)
    assert json.loads(b"".join(signed_in.get(f"/sessions/{id}/raw/download/").streaming_content)) == []
