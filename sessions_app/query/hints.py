"""Why a query found nothing: which term rules everything out, and what was probably meant."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from django.db.models import BooleanField, Count, ExpressionWrapper, Q

from sessions_app.models import Project, Session, User

from .facets import Tally, tally
from .holds import all_of
from .names import occurring_words
from .question import Question
from .search import bounded
from .terms import Term, Value, write, write_path
from .walk import NEWEST_FIRST

LOOKED_AT = 10_000  # sessions
LISTED = 1_000  # sessions whose keys and values are known
MOST_TERMS = 8
SIMILAR = 0.6
ANY = Value("", "*")


@dataclass(frozen=True)
class Hint:
    """`message` in words; `meant` the query as it was probably meant, "" where nobody can tell."""

    message: str
    meant: str = ""


def explain(question: Question) -> Hint | None:
    """Looks at the newest sessions that the reader may see. None where there is nothing to say. Raises TooSlow."""
    terms = question.terms[:MOST_TERMS]
    if not terms:
        return None
    with bounded():
        counts = _counts(question, terms)
        among = f"{counts['all']:,} sessions" if counts["all"] < LOOKED_AT else f"the newest {LOOKED_AT:,} sessions"
        for number, term in enumerate(terms):
            if not counts[f"with_{number}"]:
                return _alone(question, term, counts[f"key_{number}"], among)
        return _together(terms, counts, among)


def _counts(question: Question, terms: tuple[Term, ...]) -> dict[str, int]:
    """How many of the newest sessions each term alone finds, all but each one, and how many have its key."""
    asked: dict[str, Q] = {}
    for number, term in enumerate(terms):
        others = [question.filters.condition(other) for other in terms if other is not term]
        asked[f"with_{number}"] = question.filters.condition(term)
        asked[f"without_{number}"] = all_of(others)
        asked[f"key_{number}"] = question.filters.condition(key_of(term))
    held = {name: ExpressionWrapper(condition, BooleanField()) for name, condition in asked.items()}
    newest = Session.objects.visible_to(question.user).annotate(**held).order_by(*NEWEST_FIRST)[:LOOKED_AT]
    wanted = {f"{name}_n": Count("pk", filter=Q(**{name: True})) for name in asked}
    counts = newest.aggregate(all=Count("pk"), **wanted)
    return {name.removesuffix("_n"): count for name, count in counts.items()}


def key_of(term: Term) -> Term:
    """Whether the term's key is there at all; of what has no key, the term itself."""
    return replace(term, values=(ANY,), negated=False) if term.kind == "metadata" else term


def _alone(question: Question, term: Term, with_key: int, among: str) -> Hint:
    if term.kind == "metadata" and not with_key and not term.negated:
        words, other = f"0 of {among} have the key {write_path(term.path)}", _path_meant(question, term)
    else:
        words, other = f"0 of {among} match {term}", _value_meant(question, term)
    if other is None:
        return Hint(f"{words}.")
    question_words = f"did you mean {write_path(other.path) if other.path != term.path else other}?"
    return Hint(f"{words}; {question_words}", write(other if one is term else one for one in question.terms))


def _together(terms: tuple[Term, ...], counts: dict[str, int], among: str) -> Hint:
    """Each finds something, but not together: the one without which the most is found."""
    if len(terms) == 1:
        return Hint(f"{terms[0]} matches some of {among}, but none of those asked for.")
    found = [(counts[f"without_{number}"], number) for number in range(len(terms))]
    most, number = max(found)
    if not most:
        return Hint(f"Each term matches some of {among}, but hardly two of them the same.")
    rest = write(other for other in terms if other is not terms[number])
    return Hint(f"Each term matches some of {among}, but none match all: without {terms[number]}, {most:,} do.", rest)


def _path_meant(question: Question, term: Term) -> Term | None:
    """The same with a key that occurs; of two alike the one that has the value."""
    known = _known(question).paths
    names = {write_path(path): path for path in known}
    close = _closest(write_path(term.path), names)
    return replace(term, path=names[close]) if close else None


def _value_meant(question: Question, term: Term) -> Term | None:
    if len(term.values) != 1 or term.values[0].compare != "=" or term.negated:
        return None
    close = _closest(term.values[0].text, _occurring(question, term))
    return replace(term, values=(Value(close),)) if close else None


def _occurring(question: Question, term: Term) -> Iterable[str]:
    match term.kind:
        case "metadata":
            return _known(question).paths.get(term.path, {})
        case "status" | "region":
            return occurring_words(term.kind)
        case "project":
            return Project.objects.visible_to(question.user).values_list("name", flat=True)
        case "by":
            return User.objects.values_list("username", flat=True)
        case _:
            return ()


def _known(question: Question) -> Tally:
    return tally(question.only(), LISTED)


def _closest(text: str, known: Iterable[str]) -> str:
    """The most similar one, in letters or as one the beginning of the other; "" where none is, and for numbers."""
    if text.isdigit():
        return ""
    likeness = {one: _likeness(text.casefold(), one.casefold()) for one in known if one != text}
    close = max(likeness, key=lambda one: likeness[one], default="")
    return close if likeness.get(close, 0) >= SIMILAR else ""


def _likeness(one: str, other: str) -> float:
    begins = min(len(one), len(other)) >= 3 and (one.startswith(other) or other.startswith(one))
    ratio = SequenceMatcher(None, one, other).ratio()
    return max(ratio, 0.75) if begins else ratio
