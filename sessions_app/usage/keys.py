"""The keys of a breakdown: JSON texts, one for each split, None for "not set"."""

from collections.abc import Iterable
from typing import Any

import msgspec

from sessions_app.models import Account, User

from .splits import Split

Keys = tuple[str | None, ...]

NUMBER_BEGINS = "-0123456789"
NAMED = {"account": (Account, "name"), "by": (User, "username")}


def read_keys(text: str | None, splits: int) -> Keys:
    """As the database has them: an array of one for each split where there are several."""
    if splits == 1:
        return (canonical(text),)
    parts = msgspec.json.decode(text or "[]", type=list[msgspec.Raw])
    return tuple(canonical(bytes(part).decode()) for part in parts)


def canonical(text: str | None) -> str | None:
    """1.0 and 1 are one number, which PostgreSQL finds equal but writes as it came."""
    if text is None or text == "null":
        return None
    if text[0] in NUMBER_BEGINS and "." in text:
        return text.rstrip("0").rstrip(".")
    return text


def json_text(value: str) -> str:
    return msgspec.json.encode(value).decode()


class Names:
    """What stands for the numbers of accounts and owners in the keys of these splits; other keys stand for themselves.

    Somebody who is gone meanwhile is "not set", as in the sessions.
    """

    def __init__(self, splits: tuple[Split, ...], keys: Iterable[Keys]) -> None:
        self.known: list[dict[str | None, str] | None] = []
        found = list(keys)
        for place, split in enumerate(splits):
            self.known.append(names_of(split, {key[place] for key in found}) if split.name in NAMED else None)

    def named(self, keys: Keys) -> Keys:
        return tuple(key if known is None else known.get(key) for key, known in zip(keys, self.known, strict=True))


def names_of(split: Split, numbers: set[str | None]) -> dict[str | None, str]:
    model, column = NAMED[split.name]
    rows: Any = model._default_manager.filter(pk__in=[int(number) for number in numbers if number is not None])
    return {str(number): json_text(name) for number, name in rows.values_list("pk", column)}
