"""No string whatever in an address of the inspector's lists is an error of ours."""

import pytest

from tests.hostile import CORPUS
from tests.inspector.stories import a_purchase, put_log

pytestmark = pytest.mark.django_db
PARTS = ("strip", "story", "story/rows", "story/quiet", "story/entries", "console", "console/rows")
PARTS += ("raw", "raw/rows", "raw/entry")
#: Whatever one of them takes: a new one is a new word.
NAMES = ("q", "kinds", "all", "beside", "level", "method", "first", "count", "number", "request", "entry", "lanes")
NAMES += ("t", "from", "to", "left", "right")
ODD = ("", "-1", "1e400", "nan", "999999999999999999999", "\x00", "\ud800", "*" * 3000, "١٢")


def test_nothing_in_an_address_is_an_error_of_ours(account, simulator, signed_in):
    id = put_log(simulator, a_purchase())
    for text in (*CORPUS, *ODD):
        sent = text.encode("utf-8", "replace")
        for part in PARTS:
            for names in (NAMES, ("q", "first")):
                answer = signed_in.get(
                    f"/sessions/{id}/{part}/", dict.fromkeys(names, sent), headers={"HX-Request": "true"}
                )
                assert answer.status_code == 200, (part, names, text)
