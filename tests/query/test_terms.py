import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions_app.query import QueryError, Term, parse
from sessions_app.query.terms import metadata_term


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("   ", []),
        ("status:running", [Term("status", "running")]),
        ("Status:RUNNING", [Term("status", "RUNNING")]),
        ("project:checkout", [Term("project", "checkout")]),
        ('project:"my shop"', [Term("project", "my shop")]),
        ("team=growth", [Term("metadata", "growth", ("team",))]),
        ("order.status=shipped", [Term("metadata", "shipped", ("order", "status"))]),
        ('"a.b"=1', [Term("metadata", "1", ("a.b",))]),
        ('note="free \\"text\\" \\\\ here"', [Term("metadata", 'free "text" \\ here', ("note",))]),
        ('team=""', [Term("metadata", "", ("team",))]),
        ("at=2026-11-25T17:19:04Z", [Term("metadata", "2026-11-25T17:19:04Z", ("at",))]),
        ("x=a=b:c", [Term("metadata", "a=b:c", ("x",))]),
        ("b81c04ef", [Term("id", "b81c04ef")]),
        ("team=growth  status:ERROR", [Term("metadata", "growth", ("team",)), Term("status", "ERROR")]),
        ("ключ=знач", [Term("metadata", "знач", ("ключ",))]),
    ],
)
def test_reads_terms(text, terms):
    assert parse(text) == terms


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("team=", 5, "no value"),
        ("status:", 7, "no value"),
        ("color:red", 0, 'no field "color"'),
        ('team="growth', 5, "never closed"),
        ('team="a"b', 8, "space is missing"),
        ("=x", 0, "empty key"),
        ("a..b=x", 0, "empty key"),
        ("x" * 2_001, 2_000, "at most"),
    ],
)
def test_says_where_a_query_is_bad(text, position, words):
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert caught.value.position == position
    assert words in caught.value.message


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4), st.text())
def test_the_term_of_a_value_is_read_back_as_that_value(path, value):
    assert parse(metadata_term(tuple(path), value)) == [Term("metadata", value, tuple(path))]


def where_bad(text: str) -> int | None:
    try:
        parse(text)
    except QueryError as error:
        return error.position
    return None


@given(st.text(max_size=200))
def test_no_text_whatever_breaks_the_reader(text):
    assert where_bad(text) in (None, *range(len(text) + 1))
