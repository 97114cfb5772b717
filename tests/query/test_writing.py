import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions_app.query import parse, write
from sessions_app.query.terms import write_value
from sessions_app.query.writing import unquoted, writing_at
from tests.query.made_up import queries

ANY_TEXT = st.text(max_size=80) | st.text('ab=:<>"\\\\,.-* ', max_size=40)


@given(ANY_TEXT, st.integers(-1, 90))
def test_whatever_is_written_there_is_a_piece_at_the_caret(text, at):
    writing = writing_at(text, at)
    caret = at if 0 <= at <= len(text) else len(text)
    (start, end), (first, last) = writing.term, writing.replace
    assert 0 <= start <= first <= last <= end <= len(text)
    assert start <= caret <= end
    assert writing.typed == text[first : max(caret, first)]
    assert isinstance(writing.others, list)
    assert isinstance(writing.path, tuple)


@given(queries().filter(bool), st.data())
def test_the_other_terms_are_those_around_it(terms, data):
    text = write(terms)
    here = data.draw(st.integers(0, len(terms) - 1))
    end = parse(text)[here].end
    assert writing_at(text, end).others == [term for number, term in enumerate(terms) if number != here]


@given(st.text())
def test_a_value_is_read_as_it_was_written(value):
    assert unquoted(write_value(value)) == value


@pytest.mark.parametrize(
    ("text", "field", "path", "typed", "values"),
    [
        ("Status:ERR", "status", (), "ERR", ()),
        ("-status:A,B", "status", (), "B", ("A",)),
        ('"a.b".c="x, y",z', "", ("a.b", "c"), "z", ("x, y",)),
        ("attempt>2", "", ("attempt",), "2", ()),
        ("color:red", "", (), "red", ()),
        ("a..b=x", "", (), "x", ()),
        ("team", "", (), "team", ()),
        ('team="gr', "", ("team",), '"gr', ()),
        ("a=1 team=x", "", ("team",), "x", ()),
    ],
)
def test_what_is_written_at_the_end(text, field, path, typed, values):
    writing = writing_at(text, len(text))
    assert (writing.field, writing.path, writing.typed, writing.values) == (field, path, typed, values)


@pytest.mark.parametrize(
    ("text", "at", "position", "judged"),
    [
        ("team=", 5, 5, False),
        ("team= ", 6, 5, True),
        ("duration:>9", 11, 10, False),
        ("color:r", 7, 0, True),
        ("color:r", 2, 0, True),
        ("colo", 4, 0, False),
    ],
)
def test_a_value_half_written_is_not_judged(text, at, position, judged):
    assert writing_at(text, at).judges(position) is judged
