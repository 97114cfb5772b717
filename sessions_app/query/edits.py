"""A query changed by a click: a term more, a term less, a value shut out. Terms -> terms."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from .errors import QueryError
from .reader import parse
from .terms import FIELDS, Path, Term, Value

#: Of these a session has one value at most.
SINGLE = frozenset({"metadata", "status", "project", "region", "by", "context", "extension", "keep_alive"})
#: Of these it is written in one way only, so that allowing others shuts a value out. A project has id and name.
EXCLUSIVE = SINGLE - {"project"}

Edit = Callable[[Sequence[Term], Term], list[Term]]


def read_one(text: str) -> Term:
    """The term that the text is. Raises QueryError, also where it is none or more than one."""
    terms = parse(text)
    if len(terms) != 1:
        raise QueryError("This takes one term, as in team=growth.", terms[1].start if terms else 0)
    return terms[0]


def add(terms: Sequence[Term], term: Term) -> list[Term]:
    """With sessions of which the term holds: those alone, or besides what is allowed for the same key so far.

    Where one of several allowed values is added, it alone remains. An exclusion of the same values goes.
    """
    term = _with_unique_values(term)
    if term.negated:
        return exclude(terms, replace(term, negated=False))
    rest = drop(terms, replace(term, negated=True))
    joined = next((one for one in rest if _is_alike(one, term) and term.kind in SINGLE), None)
    if joined is None:
        return rest if term in rest else [*rest, term]
    is_allowed = all(_has(joined, value) for value in term.values)
    return _replaced(rest, joined, term if is_allowed else _join(joined, term))


def exclude(terms: Sequence[Term], term: Term) -> list[Term]:
    """Without the sessions that the term finds: its values go from what is allowed, or are shut out with others."""
    term = _with_unique_values(term)
    if term.negated:
        return add(terms, replace(term, negated=False))
    rest = drop(terms, term)
    if term.kind in EXCLUSIVE and any(_is_alike(one, term) for one in rest):
        return rest
    negated = replace(term, negated=True)
    joined = next((one for one in rest if _is_alike(one, negated)), None)
    if joined is None:
        return rest if negated in rest else [*rest, negated]
    return _replaced(rest, joined, _join(joined, negated))


def drop(terms: Sequence[Term], term: Term) -> list[Term]:
    """Without the term, or without those of its values that stand among others."""
    left = [_without(one, term) if _key(one) == _key(term) else one for one in terms]
    return [one for one in left if one.values]


EDITS: dict[str, Edit] = {"drop": drop, "add": add, "not": exclude}


def _is_alike(one: Term, other: Term) -> bool:
    """Whether both only name values of the same key."""
    return _key(one) == _key(other) and all(value.compare == "=" for value in (*one.values, *other.values))


def _key(term: Term) -> tuple[str, Path, bool]:
    return term.kind, term.path, term.negated


def _replaced(terms: Sequence[Term], one: Term, other: Term) -> list[Term]:
    return [other if term is one else term for term in terms]


def _join(one: Term, other: Term) -> Term:
    return replace(one, values=(*one.values, *(value for value in other.values if not _has(one, value))))


def _without(one: Term, other: Term) -> Term:
    return replace(one, values=tuple(value for value in one.values if not _has(other, value)))


def _has(term: Term, value: Value) -> bool:
    return _folded(term, value) in {_folded(term, one) for one in term.values}


def _with_unique_values(term: Term) -> Term:
    return replace(term, values=tuple({_folded(term, value): value for value in term.values}.values()))


def _folded(term: Term, value: Value) -> Value:
    """Case is ignored where a search ignores it."""
    ignores_case = FIELDS.get(term.kind, term.kind) in ("word", "boolean")
    return replace(value, text=value.text.casefold()) if ignores_case else value
