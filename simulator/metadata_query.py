"""`q` of the session list: exactly user_metadata['path']['to']['field']:'value'.

String equality only, no arrays (the API's page "Querying sessions by user metadata"). A backslash escapes a quote.
"""

import re
from collections.abc import Callable

from simulator.errors import bad_request

QUOTED = r"'((?:[^'\\]|\\.)*)'"
KEY = re.compile(rf"\[{QUOTED}\]", re.DOTALL)
QUERY = re.compile(rf"user_metadata((?:\[{QUOTED}\])+):{QUOTED}", re.DOTALL)


def metadata_filter(text: str) -> Callable[[object], bool]:
    """A test for one session's metadata; ApiError 400 if the text is no such query."""
    found = QUERY.fullmatch(text)
    if not found:
        raise bad_request("q: expected user_metadata['path']['to']['field']:'value'")
    path = [unescaped(key) for key in KEY.findall(found.group(1))]
    value = unescaped(found.group(3))
    return lambda metadata: value_at(metadata, path) == value


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def value_at(metadata: object, path: list[str]) -> object:
    for key in path:
        if not isinstance(metadata, dict):
            return None
        metadata = metadata.get(key)
    return metadata
