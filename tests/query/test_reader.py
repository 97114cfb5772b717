import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions_app.query import QueryError, Term, Value, parse, write
from sessions_app.query.terms import metadata_term
from tests.query.made_up import queries


def has(*texts: str, compare: str = "=") -> tuple[Value, ...]:
    return tuple(Value(text, compare) for text in texts)


ANY = Value("", "*")


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("   ", []),
        ("status:running", [Term("status", has("running"))]),
        ("Status:RUNNING", [Term("status", has("RUNNING"))]),
        ("status:ERROR,TIMED_OUT", [Term("status", has("ERROR", "TIMED_OUT"))]),
        ('project:"my shop"', [Term("project", has("my shop"))]),
        ("team=growth", [Term("metadata", has("growth"), ("team",))]),
        ("-team=growth", [Term("metadata", has("growth"), ("team",), negated=True)]),
        ("team=growth,data", [Term("metadata", has("growth", "data"), ("team",))]),
        ('team="a,b",c', [Term("metadata", has("a,b", "c"), ("team",))]),
        ("order.status=shipped", [Term("metadata", has("shipped"), ("order", "status"))]),
        ('"a.b"=1', [Term("metadata", has("1"), ("a.b",))]),
        ('a."b c".d=1', [Term("metadata", has("1"), ("a", "b c", "d"))]),
        ('"-a"=1', [Term("metadata", has("1"), ("-a",))]),
        ('""=1', [Term("metadata", has("1"), ("",))]),
        ('note="free \\"text\\" \\\\ here"', [Term("metadata", has('free "text" \\ here'), ("note",))]),
        ('team=""', [Term("metadata", has(""), ("team",))]),
        ("team=*", [Term("metadata", (ANY,), ("team",))]),
        ('team="*"', [Term("metadata", has("*"), ("team",))]),
        ("team=gr*", [Term("metadata", has("gr*"), ("team",))]),
        ("team=*,growth", [Term("metadata", (ANY, *has("growth")), ("team",))]),
        ("at=2026-11-25T17:19:04Z", [Term("metadata", has("2026-11-25T17:19:04Z"), ("at",))]),
        ("x=a=b:c", [Term("metadata", has("a=b:c"), ("x",))]),
        ("token=abc==", [Term("metadata", has("abc=="), ("token",))]),
        ("path=a\\b", [Term("metadata", has("a\\b"), ("path",))]),
        ("v=-5", [Term("metadata", has("-5"), ("v",))]),
        ("attempt>2", [Term("metadata", has("2", compare=">"), ("attempt",))]),
        ("a.b<-1.5e3", [Term("metadata", has("-1.5e3", compare="<"), ("a", "b"))]),
        ("duration:>1h30m", [Term("duration", has("1h30m", compare=">"))]),
        ("duration:<5m,>1h", [Term("duration", (*has("5m", compare="<"), *has("1h", compare=">")))]),
        ("started:2026-11-01", [Term("started", has("2026-11-01"))]),
        ("started:>2026-11-01T10:30", [Term("started", has("2026-11-01T10:30", compare=">"))]),
        ('ended:<"2026-11-01 10:30:15.5+02:00"', [Term("ended", has("2026-11-01 10:30:15.5+02:00", compare="<"))]),
        ("started:<2h", [Term("started", has("2h", compare="<"))]),
        ("proxy_mb:>0.5", [Term("proxy_mb", has("0.5", compare=">"))]),
        ("keep_alive:TRUE", [Term("keep_alive", has("TRUE"))]),
        ("-ended:*", [Term("ended", (ANY,), negated=True)]),
        ('status:"*"', [Term("status", has("*"))]),
        ("by:ada@example.org", [Term("by", has("ada@example.org"))]),
        ("b81c04ef", [Term("word", has("b81c04ef"))]),
        ("-b81c04ef", [Term("word", has("b81c04ef"), negated=True)]),
        ("price.check", [Term("word", has("price.check"))]),
        ("alpha,beta", [Term("word", has("alpha", "beta"))]),
        ('"nightly sweep"', [Term("word", has("nightly sweep"))]),
        ("team=growth  status:ERROR", [Term("metadata", has("growth"), ("team",)), Term("status", has("ERROR"))]),
        ("ключ=знач", [Term("metadata", has("знач"), ("ключ",))]),
    ],
)
def test_reads_terms(text, terms):
    assert parse(text) == terms


@pytest.mark.parametrize(
    ("text", "position", "words", "meant"),
    [
        ("team=", 5, "missing", ""),
        ("team= x", 5, "missing", ""),
        ("status:", 7, "missing", ""),
        ("status:ERROR,", 13, "missing", ""),
        ("status:ERROR, RUNNING", 13, "missing", ""),
        ("team=,a", 5, "missing", ""),
        ("attempt>", 8, "missing", ""),
        ("color:red", 0, 'no field "color"', "color=red"),
        ("team=x color:red", 7, 'no field "color"', "team=x color=red"),
        ("-color:red", 1, 'no field "color"', "-color=red"),
        ("statsu:ERROR", 0, "did you mean status:", "status:ERROR"),
        ("owner:ada", 0, "did you mean by:", "by:ada"),
        ("https://example.org/x", 0, 'no field "https"', "https=//example.org/x"),
        (":x", 0, "no field", ""),
        ('team="growth', 5, "never closed", 'team="growth"'),
        ('a=1 "b', 4, "never closed", 'a=1 "b"'),
        ('"\\', 0, "never closed", '"\\"'),
        ('team="a"b', 8, "space is missing", 'team="a" b'),
        ('team=a"b', 6, "quotes", ""),
        ('a."b c"', 7, "quotes", ""),
        ("=x", 0, "key is missing", ""),
        ("a..b=x", 2, "key is missing", ""),
        ("a.=x", 2, "key is missing", ""),
        ("team = x", 5, "key is missing", ""),
        ("-", 0, "directly before", ""),
        ("- team=x", 0, "directly before", ""),
        ("--team=x", 0, "directly before", ""),
        ("*", 0, "any value", '"*"'),
        ('""', 0, "word is missing", ""),
        (",a", 0, "word is missing", ""),
        ("attempt>>2", 7, 'no ">>"', "attempt>2"),
        ("attempt>=2", 7, 'no ">="', "attempt>2"),
        ("started:>>2026-11-01", 8, 'no ">>"', "started:>2026-11-01"),
        ("duration:<>5m", 9, 'no "<>"', "duration:<5m"),
        ("attempt=>2", 8, "Compare without =", ""),
        ("attempt>two", 8, "numbers", ""),
        ("status:>x", 7, "cannot be compared", ""),
        ("a=1 by:<x", 7, "cannot be compared", ""),
        ("keep_alive:>true", 11, "cannot be compared", ""),
        ("keep_alive:yes", 11, "neither true nor false", "keep_alive:true"),
        ("started:yesterday", 8, "no date", ""),
        ("started:>2026-13-01", 9, "calendar", ""),
        ("started:2026-02-30", 8, "calendar", ""),
        ("started:>2026-11-01T25:00", 9, "calendar", ""),
        ("started:2026-11-01T10:00+99:00", 8, "calendar", ""),
        ("started:2h", 8, "no date", ""),
        ("started:2026-11", 8, "no date", ""),
        ("duration:>90", 10, "no duration", "duration:>90s"),
        ("duration:>5min", 10, "no duration", "duration:>5m"),
        ("duration:>30m1h", 10, "no duration", ""),
        ("duration:>-5m", 10, "no duration", ""),
        ("started:<5m5m", 9, "no duration", ""),
        ("proxy_mb:>many", 10, "no number", ""),
        ("x" * 2_001, 2_000, "at most", ""),
        (" ".join(["x"] * 101), 200, "at most", ""),
        ("status:" + ",".join(["x"] * 101), 0, "at most", ""),
    ],
)
def test_says_where_a_query_is_bad_and_what_was_meant(text, position, words, meant):
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert caught.value.position == position
    assert words in caught.value.message
    assert caught.value.meant == meant


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("  Status:ERROR   team=growth ", "status:ERROR team=growth"),
        ('"team"="growth"', "team=growth"),
        ('"a.b"."c"="x y"', '"a.b".c="x y"'),
        ('team="*",*', 'team="*",*'),
        ('"-x"', '"-x"'),
        ('duration:>"5m"', "duration:>5m"),
        ('project:"<x"', 'project:"<x"'),
        ('a=">5"', 'a=">5"'),
    ],
)
def test_prints_the_canonical_form(text, canonical):
    assert write(parse(text)) == canonical


@given(st.lists(st.text(), min_size=1, max_size=4), st.text())
def test_the_term_of_a_value_is_read_back_as_that_value(path, value):
    assert parse(metadata_term(tuple(path), value)) == [Term("metadata", has(value), tuple(path))]


@given(queries())
def test_every_query_prints_back_to_itself(terms):
    text = write(terms)
    assert parse(text) == terms
    assert write(parse(text)) == text


def read(text: str) -> list[Term] | int:
    """The terms, or where it is bad."""
    try:
        return parse(text)
    except QueryError as error:
        return error.position


@given(st.text(max_size=200) | st.text('ab=:<>"\\,.-* ', max_size=40))
def test_whatever_is_read_prints_back_and_whatever_is_not_has_a_place(text):
    found = read(text)
    if isinstance(found, int):
        assert 0 <= found <= len(text)
    else:
        assert parse(write(found)) == found
        assert all(parse(text[term.start : term.end]) == [term] for term in found)
