"""The console: what pages said."""

import re

import pytest

from tests.inspector.logs import Written
from tests.inspector.stories import a_purchase, put_log

pytestmark = pytest.mark.django_db


def get(client, id, part="", **asked):
    answer = client.get(f"/sessions/{id}/console/{part}", asked, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def lines(client, id, **asked):
    page = get(client, id, "rows/", **({"first": "0"} | asked))
    found = re.findall(r'<span class="row-text mono">(.*?)</span>\s*<span class="row-aside', page, re.S)
    return [" ".join(re.sub("<[^>]*>", "", text).split()) for text in found]


@pytest.fixture
def purchase(account, simulator):
    return put_log(simulator, a_purchase())


def test_lines_with_level_stack_and_repeats_counted(purchase, signed_in):
    said = lines(signed_in, purchase)
    assert said[0] == "shop is ready"
    assert said[1].startswith("Uncaught TypeError: Cannot read properties")
    assert said[2] == "again 3 times"
    page = get(signed_in, purchase, "rows/", first="0")
    assert "pay (https://shop.example/app.js:1:20411)" in page
    assert "app.js:1:20411" in re.search(r'row-aside mono quiet" title="([^"]+)"', page)[1]
    assert 'title="said by tab 1"' in page


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"level": "error"}, 1),
        ({"level": "warning"}, 1),
        ({"q": "READY"}, 1),
        ({"q": "app.js:1:20411"}, 1),
        ({"q": "nowhere"}, 0),
        ({"level": "nonsense"}, 3),
        ({"from": "41000", "to": "42500"}, 1),
    ],
)
def test_levels_words_and_parts(purchase, signed_in, asked, count):
    assert len(lines(signed_in, purchase, **asked)) == count


def test_what_differs_in_its_tab_is_not_counted_together(account, simulator, signed_in):
    written = Written()
    for page in (1, 1, 2):
        args = [{"type": "string", "value": "same"}]
        written.event("Runtime.consoleAPICalled", 10, page, type="log", args=args)
    assert lines(signed_in, put_log(simulator, written)) == ["same 2 times", "same"]


def test_nothing_written(account, simulator, signed_in):
    assert "No page wrote to the console" in get(signed_in, put_log(simulator, Written()))
