"""Searching a log as a person sees it: what is covered is not found."""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass

from .opened import Log

#: These stand in an entry's bytes as they are, so that most entries need not be decoded to be passed over.
_PLAIN = re.compile(r"[a-z0-9 _.:=?-]+")


@dataclass(frozen=True)
class Found:
    """Places of entries in the log. `goes_on` is the next to look at, None where all has been looked at."""

    numbers: list[int]
    goes_on: int | None


def search(log: Log, words: str, numbers: Iterable[int], most: int, within_s: float) -> Found:
    """The first of these entries that hold the words, in whatever case: `most` of them, or what the time allows."""
    found: list[int] = []
    give_up_at = time.monotonic() + within_s
    sought = words.lower().replace('": ', '":')  # as JSON is shown, and as it is looked through
    needle = max(_PLAIN.findall(sought), key=len, default="").encode()
    for looked_at, number in enumerate(numbers):
        if len(found) == most or (looked_at % 50 == 49 and time.monotonic() > give_up_at):
            return Found(found, number)
        if needle in log.data(number).lower() and sought in log.covered(number).lower():
            found.append(number)
    return Found(found, None)
