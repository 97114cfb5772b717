"""Forms as they are sent: `name=value&…`, also several of them, a line each, as Google Analytics sends its events."""

import re

#: Nothing here can be read in two ways: where that is so, a form that almost is one takes forever.
_FORM = re.compile(r"[^\s=&\"'<>{}\\]+=\S*")
_ENDS = re.compile(r"(\r?\n)")


def is_form(text: str) -> bool:
    """Whatever it is said to be."""
    lines = [line for line in lines_of(text) if not line.isspace()]
    return bool(lines) and all(_FORM.fullmatch(line) for line in lines)


def lines_of(text: str) -> list[str]:
    """Lines, and what stands between them as entries of their own."""
    return [line for line in _ENDS.split(text) if line]
