"""A session's id in text from strangers: pasted ids, lines of a log, addresses of upstream. Nothing is followed."""

import re
from urllib.parse import unquote

from .missing_session import may_be_id
from .paths import OURS

LONGEST = 4_000
UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE)
#: What stands before an id in upstream's addresses: its pages and API, the live view, what a client connects to.
IN_ADDRESS = re.compile(r"(?:/sessions/|/debug/|[?&](?:sessionId|session_id)=)([^/?#&\s\"'<>]+)", re.IGNORECASE)
IS_ADDRESS = re.compile(r"\S+\.\S+/|\w+://|/sessions/", re.IGNORECASE)


def session_id_in(text: str) -> str:
    """The id that an address names, or the first that looks like one; "" for none.

    An address is decoded twice, since a live view's holds another address: `…/inspector.html?wss=…%2Fdebug%2F<id>%2F…`.
    """
    text = text.strip()[:LONGEST]
    return in_address(text) or in_address(unquote(text)) or in_address(unquote(unquote(text))) or uuid_in(text)


def in_address(text: str) -> str:
    if not IS_ADDRESS.search(text):
        return ""
    named = (unquote(name) for name in IN_ADDRESS.findall(text))
    return next((name for name in named if may_be_id(name) and name not in OURS), "")


def uuid_in(text: str) -> str:
    found = UUID.search(text)
    return found[0].lower() if found else ""
