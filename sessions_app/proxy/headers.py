"""Which headers pass. What does not: what belongs to one connection, cookies, our token, the account's key."""

import re

from sessions_app.browserbase.wire import ApiKey

from .answers import Headers
from .caller import Caller

# RFC 9110, 7.6.1, and what older programs still send.
HOP_BY_HOP = frozenset(
    b"connection keep-alive proxy-connection proxy-authenticate proxy-authorization te trailer upgrade "
    b"transfer-encoding".split()
)
# Written anew for upstream. An answer has to be readable here, so it comes uncompressed.
NOT_UP = HOP_BY_HOP | {
    b"host", b"content-length", b"cookie", b"authorization", b"x-bb-api-key", b"accept-encoding", b"expect",
}  # fmt: skip
# `date` the server writes; no cookie of upstream's is for our address.
UNWRITABLE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
NOT_DOWN = HOP_BY_HOP | {b"content-length", b"set-cookie", b"date"}


def upward(caller: Caller) -> Headers:
    """Those for upstream, without the length of a body."""
    return [*_passing(caller.headers, NOT_UP), (b"accept-encoding", b"identity")]


def downward(headers: Headers, key: ApiKey) -> Headers:
    """Those for the program, without the length of the body, and none that holds the key or cannot be written."""
    passing = _passing([(name.lower(), value) for name, value in headers], NOT_DOWN)
    return [pair for pair in passing if not key.is_in(pair[1]) and not UNWRITABLE.search(pair[1])]


def value_of(headers: Headers, name: bytes) -> bytes:
    return next((value for key, value in headers if key.lower() == name), b"")


def _passing(headers: Headers, left_out: frozenset[bytes]) -> Headers:
    named = {option.strip().lower() for name, value in headers if name == b"connection" for option in value.split(b",")}
    return [(name, value) for name, value in headers if name not in left_out and name not in named]
