"""Conditions on a session's metadata, as PostgreSQL keeps it in JSONB."""

import json
import re
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, Q, TextField, Value

from .holds import any_of, holds
from .words import is_maybe_number, words

JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
METADATA = F("user_metadata")


def leaf(path: tuple[str, ...]) -> Func:
    """The JSONB at the path, NULL where there is none. `->` with a text never looks into a list."""
    keys = (text(key) for key in path)
    return Func(METADATA, *keys, template="(%(expressions)s)", arg_joiner=" -> ", output_field=TextField())


def text(value: str) -> Value:
    return Value(value, TextField())


def is_present(path: tuple[str, ...]) -> Q:
    return holds("({0} IS NOT NULL)", leaf(path))


def is_one_of(path: tuple[str, ...], values: list[str]) -> Q:
    """The value is one of these texts, or the number or boolean that JSON writes so."""
    forms = sorted({form for value in values for form in json_forms(value)})
    return holds("coalesce({0}::text = ANY({1}), false)", leaf(path), Value(forms, ArrayField(TextField())))


def compares(path: tuple[str, ...], compare: str, number: Decimal) -> Q:
    """The value is a number, and less or more than this one."""
    template = f"(CASE WHEN jsonb_typeof({{0}}) = 'number' THEN {{0}}::numeric {compare} {{1}}::numeric ELSE false END)"
    return holds(template, leaf(path), text(str(number)))


def contains(path: tuple[str, ...], values: list[str]) -> Q:
    """What the index can say of `is_one_of`: true wherever that is, and for numbers like 3.0 also where 3 stands."""
    found = {nested(path, form) for value in values for form in json_forms(value)}
    return any_of([holds("({0} @> {1}::jsonb)", METADATA, text(written)) for written in sorted(found)])


def nested(path: tuple[str, ...], form: str) -> str:
    """The smallest metadata, as JSON, with this at the path."""
    for key in reversed(path):
        form = f"{{{json.dumps(key, ensure_ascii=False)}: {form}}}"
    return form


def json_forms(value: str) -> list[str]:
    """How JSONB writes what a query writes as `value`: always the string, maybe a number or boolean."""
    string = json.dumps(value, ensure_ascii=False)
    other = value if value in ("true", "false") else json_number(value)
    return [string, other] if other else [string]


def json_number(value: str) -> str:
    """The number as JSONB writes it, "" where nothing that it writes reads so: 3.0 is not 3.

    Very small numbers are shown with an exponent, as Python writes them; JSONB never has one.
    """
    if not JSON_NUMBER.fullmatch(value):
        return ""
    if "e" not in value.lower():
        return value
    return format(Decimal(value), "f") if json.dumps(json.loads(value)) == value else ""


def has_words(value: str) -> Q | None:
    """Somewhere in the values stand these words, one after the other; None where there is no word in `value`."""
    found = words(value)
    if not found:
        return None
    pattern = whole(r"\W+".join(found))
    path = f'strict $.** ? (@ like_regex {json.dumps(pattern, ensure_ascii=False)} flag "i")'
    in_texts = holds("jsonb_path_exists({0}, {1}::jsonpath)", METADATA, text(path))
    return in_texts | in_numbers(found) if is_maybe_number(found) else in_texts


def in_numbers(found: list[str]) -> Q:
    """The same in a number or boolean, where only a point stands between words."""
    path = 'strict $.** ? (@.type() == "number" || @.type() == "boolean")'
    pattern = whole(r"\.".join(found))
    template = "(jsonb_path_query_array({0}, {1}::jsonpath)::text ~* {2})"
    return holds(template, METADATA, text(path), text(pattern))


def whole(pattern: str) -> str:
    return rf"(?<!\w){pattern}(?!\w)"
