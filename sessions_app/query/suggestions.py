"""What can be written next: fields, keys and values that really occur, comparisons that make sense."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import tzinfo

from sessions_app.models import Project, User
from sessions_app.models.token import token_of

from .examples import MEANINGS, examples
from .facets import Tally, field_facets, tally
from .names import occurring_words
from .question import Question
from .terms import FIELDS, field_term, metadata_term, write_path, write_value
from .values import is_number
from .writing import Range, Writing, unquoted

COUNTED_OVER = 2_000
MOST = 12
SHORTEST_WORD = 2  # of which values are suggested before there is a key
NOTHING_COUNTED = Tally({}, {}, 0)


@dataclass(frozen=True)
class Suggestion:
    """`text` stands in the place of what is written; `count` is of sessions, None where nobody counted.

    `is_whole`: a value, after which the term is done; else a head, after which its value is written.
    """

    text: str
    detail: str = ""
    count: int | None = None
    is_whole: bool = True
    name: str = ""  # by which people know it, where it differs from the text


@dataclass(frozen=True)
class Suggestions:
    """At most `MOST` of each kind. The counts are of the newest `over` sessions that the rest of the query means."""

    found: list[Suggestion]
    replace: Range
    over: int = 0


def suggest(writing: Writing, user: object, zone: tzinfo) -> Suggestions:
    """Raises TooSlow."""
    question = Question.ask(writing.others, user, zone)
    if not writing.operator:
        counted = tally(question, COUNTED_OVER)
        return Suggestions(heads(writing.typed, counted), writing.replace, counted.over)
    if not writing.field and not writing.path:
        return Suggestions([], writing.replace)
    is_counted = writing.path or writing.field in COUNTED_FIELDS
    counted = tally(question, COUNTED_OVER) if is_counted else NOTHING_COUNTED
    found = of_path(writing, counted) if writing.path else of_field(writing, question, counted)
    fitting = (one for one in found if unquoted(one.text) not in writing.values)
    whatever = [Suggestion("*", "any value")] if can_be_anything(writing) else []
    return Suggestions(best(fitting, unquoted(writing.typed)) + whatever, writing.replace, counted.over)


COUNTED_FIELDS = ("status", "project", "region", "by")


def can_be_anything(writing: Writing) -> bool:
    """Of moments and the like, nobody asks whether there are any."""
    fits = FIELDS[writing.field] in ("word", "text") if writing.field else writing.operator == "="
    return fits and writing.typed in ("", "*") and not writing.values


# A field or a key


def heads(typed: str, counted: Tally) -> list[Suggestion]:
    """Fields, then keys; once a word is begun, also values that begin so."""
    typed = typed.replace('"', "")
    found = best([*fields(), *keys(counted)], typed, 2 * MOST)
    return found + best(terms(counted), typed, begins=True) if len(typed) >= SHORTEST_WORD else found


def fields() -> Iterator[Suggestion]:
    for name, meaning in MEANINGS.items():
        yield Suggestion(f"{name}:", meaning, is_whole=False)


def keys(counted: Tally) -> Iterator[Suggestion]:
    for path, counts in sorted(counted.paths.items(), key=lambda pair: -pair[1].total()):
        detail, name = most_frequent(counts), ".".join(path)
        yield Suggestion(f"{write_path(path)}=", detail, counts.total(), is_whole=False, name=name)


def most_frequent(counts: Counter[str], most: int = 3) -> str:
    values = [text for text, _ in counts.most_common(most)]
    return ", ".join(value[:24] for value in values)


def terms(counted: Tally) -> Iterator[Suggestion]:
    """Whole terms, known by their values."""
    for facet in field_facets(counted):
        for value in facet["values"]:
            name = value.get("name") or unquoted(value["value"])
            yield Suggestion(field_term(facet["field"], name), "", value["count"], name=name)
    for path, counts in counted.paths.items():
        for text, count in counts.most_common():
            yield Suggestion(metadata_term(path, text), "", count, name=text)


# A value


def of_path(writing: Writing, counted: Tally) -> Iterator[Suggestion]:
    """Those that occur; compared, only numbers."""
    counts = counted.paths.get(writing.path, Counter())
    compares = writing.operator != "="
    for text, count in counts.most_common():
        if not compares or is_number(text):
            yield Suggestion(write_value(text), "", None if compares else count, name=text)


def of_field(writing: Writing, question: Question, counted: Tally) -> Iterator[Suggestion]:
    name = writing.field
    today = question.now.astimezone(question.zone).date()
    if name not in COUNTED_FIELDS:
        yield from (Suggestion(text, meaning) for text, meaning in examples(name, unquoted(writing.typed), today))
        return
    found = {one.text: one for one in occurring(name, counted)}
    for text in filter(None, further(name, question.user)):
        found.setdefault(write_value(text), Suggestion(write_value(text), name=text))
    yield from found.values()


def occurring(name: str, counted: Tally) -> Iterator[Suggestion]:
    """A project by its name, where it has one."""
    for facet in field_facets(replace(counted, fields={name: counted.fields.get(name, Counter())})):
        for value in facet["values"]:
            known = value.get("name") or unquoted(value["value"])
            yield Suggestion(write_value(known), "", value["count"], name=known)


def further(name: str, user: object) -> Iterable[str]:
    """Values that sessions further back may have."""
    if name == "project":
        return Project.objects.visible_to(user).values_list("name", flat=True)
    if token_of(user) is not None:
        return ()
    return User.objects.values_list("username", flat=True) if name == "by" else occurring_words(name)


# Those that fit what was typed


def best(found: Iterable[Suggestion], typed: str, most: int = MOST, begins: bool = False) -> list[Suggestion]:
    """Those that begin so, then those that hold it unless they have to begin so; otherwise in their order."""
    typed = typed.casefold()
    ranked = [(rank(one, typed), one) for one in found]
    places = (0,) if begins else (0, 1)
    return [one for place in places for rank_of_one, one in ranked if rank_of_one == place][:most]


def rank(one: Suggestion, typed: str) -> int:
    """0 where it begins so, 1 where it holds it, 2 otherwise."""
    texts = (one.text.casefold(), one.name.casefold())
    if any(text.startswith(typed) for text in texts):
        return 0
    return 1 if any(typed in text for text in texts) else 2
