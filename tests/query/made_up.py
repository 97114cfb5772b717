"""Queries and sessions by chance, of few values, so that they meet."""

from typing import Any

from hypothesis import strategies as st

from sessions_app.query import Term, Value

KEYS = ("team", "a", "b", "a.b", "", "-x", "0", "ключ", 'q"')
TEXTS = (
    *("growth", "Growth", "3", "3.0", "-0", "1e2", "1e-07", "true", "null", "", "*", "a b", "x,y", "a_b", "ÜBER"),
    *(">5", "\x00"),
)
NUMBERS = (3, 3.0, 0, -0.0, 100, 100.0, 1.5, -2, 1e-7, 1e16, 12345678901234567890123, True, False)
NAMES = (
    *("growth", "a b", "running", "RUNNING", "Hibernated", "us-west-2", "US-WEST-2", "", "ada", "grace", "Shop"),
    *("shop", "p1", "s-", "ctx"),
)
DATES = (
    *("2026-11-01", "2026-11-01T00:00", "2026-11-01T12:00:30Z", "2026-10-31", "0001-01-01", "9999-12-31"),
    "2026-03-29T02:30",
)
LENGTHS = ("0s", "90s", "2m", "1h30m", "1.5h", "99999999999d")
FIGURES = ("0", "2", "-1", "1.5", "3.0", "1e2", "1e999999", "1e-999999", "12345678901234567890123")
WORDS = ("growth", "GROWTH", "a b", "b a", "a_b", "3", "1.5", "true", "über", "s-1", "!!", "id", "\x00")

scalars = st.sampled_from(NUMBERS) | st.sampled_from([text for text in TEXTS if "\x00" not in text]) | st.none()
sometimes_lists = scalars | st.lists(scalars, max_size=2)
keys = st.sampled_from(KEYS)
nested = st.dictionaries(keys, sometimes_lists | st.dictionaries(keys, sometimes_lists, max_size=2), max_size=3)
metadata = nested | nested | st.lists(nested | scalars, max_size=2) | scalars.filter(lambda value: value is not None)


def values(texts: tuple[str, ...], compares: str = "=") -> st.SearchStrategy[tuple[Value, ...]]:
    one = st.builds(Value, st.sampled_from(texts), st.sampled_from(compares)) | st.just(Value("", "*"))
    return st.lists(one, min_size=1, max_size=3).map(tuple)


def of_field(kind: str, found: st.SearchStrategy[tuple[Value, ...]]) -> st.SearchStrategy[Term]:
    return st.builds(Term, st.just(kind), found, negated=st.booleans())


def compared(texts: tuple[str, ...]) -> st.SearchStrategy[tuple[Value, ...]]:
    """Metadata takes one comparison for all its values."""
    same = st.lists(st.sampled_from(texts), min_size=1, max_size=2)
    return st.tuples(st.sampled_from("<>"), same).map(lambda pair: tuple(Value(text, pair[0]) for text in pair[1]))


def moments() -> st.SearchStrategy[tuple[Value, ...]]:
    ago = st.builds(Value, st.sampled_from(LENGTHS), st.sampled_from("<>"))
    date = st.builds(Value, st.sampled_from(DATES), st.sampled_from("<>="))
    return st.lists(ago | date | st.just(Value("", "*")), min_size=1, max_size=2).map(tuple)


def terms() -> st.SearchStrategy[Term]:
    paths = st.lists(keys, min_size=1, max_size=2).map(tuple)
    common = st.sampled_from([("team",), ("a",), ("a", "b")])
    named = ("status", "region", "project", "by", "context", "extension", "id")
    return st.one_of(
        st.builds(Term, st.just("metadata"), values(TEXTS) | compared(FIGURES), paths, st.booleans()),
        st.builds(Term, st.just("metadata"), values(TEXTS), common, st.booleans()),
        *(of_field(kind, values(NAMES)) for kind in named),
        of_field("keep_alive", values(("true", "false", "True"))),
        of_field("started", moments()),
        of_field("ended", moments()),
        of_field("duration", values(LENGTHS, "<>=")),
        of_field("proxy_mb", values(FIGURES, "<>=")),
        of_field("word", st.lists(st.builds(Value, st.sampled_from(WORDS)), min_size=1, max_size=2).map(tuple)),
    )


def queries() -> st.SearchStrategy[list[Term]]:
    return st.lists(terms(), max_size=3)


def sessions() -> st.SearchStrategy[dict[str, Any]]:
    """Fields of a row; `started_s` and `lasts_s` count from midnight of 1 November 2026 UTC."""
    return st.fixed_dictionaries(
        {
            "status": st.sampled_from(("RUNNING", "COMPLETED", "Hibernated", "")),
            "region": st.sampled_from(("us-west-2", "eu", "")),
            "project_id": st.sampled_from(("p1", "p2", "ghost", "", None)),
            "keep_alive": st.booleans(),
            "context_id": st.sampled_from(("", "growth", "ctx")),
            "extension_id": st.sampled_from(("", "growth", "ctx")),
            "proxy_bytes": st.sampled_from((0, 1_500_000, 2_000_000, 100_000_000)),
            "created_by": st.sampled_from(("ada", "grace", None)),
            "user_metadata": metadata,
            "started_at": st.sampled_from((-86_400, -3_600, 0, 1, 43_230, 86_399.999999, 86_400)),
            "lasts": st.sampled_from((None, -5, 0, 90, 90.5, 120, 5_400)),
            "updated": st.sampled_from((None, 60)),
            "missing": st.sampled_from((None, 300)),
        }
    )
