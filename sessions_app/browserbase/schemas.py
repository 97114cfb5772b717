"""The API's objects, typed. Names are the API's own in snake_case; shapes as documented at
docs.browserbase.com/reference.

Read leniently: of an object only its `id` must be there. A missing or null time is None, a missing text "" and a
missing number 0. An unknown status or region stays as it came, and `raw` keeps every field, known or not. What could
not be stored or shown makes the object Unreadable: an id or text of another type or too long, a time that is none or
outside of 1970 to 9998. Times are aware and in UTC.
"""

import datetime as dt
import functools
import math
from collections.abc import Mapping
from typing import Any

import msgspec

from .decoding import Unreadable, excerpt

#: Characters of an id; two longer ones of four bytes each would not fit one PostgreSQL index entry.
MAX_ID = 256
#: Characters of a status or region.
MAX_WORD = 64
MAX_NAME = 500
MAX_URL = 20_000
#: PostgreSQL's bigint.
MAX_INT = 2**63 - 1

_CREDENTIALS = frozenset({"connecturl", "signingkey", "seleniumremoteurl"})


class Session(msgspec.Struct, kw_only=True):
    """One browser session. `proxy_bytes` in bytes; `user_metadata` any JSON, {} when upstream has none.

    `raw` is upstream's answer in its own field names without the credentials connectUrl, signingKey and
    seleniumRemoteUrl.
    """

    id: str
    project_id: str = ""
    status: str = ""
    region: str = ""
    created_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None
    started_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    expires_at: dt.datetime | None = None
    keep_alive: bool = False
    proxy_bytes: int = 0
    context_id: str | None = None
    user_metadata: Any = msgspec.field(default_factory=dict)
    raw: dict[str, Any] = msgspec.field(default_factory=dict)


class CreatedSession(Session, kw_only=True):
    """The answer to a create. The three more fields drive the browser: credentials, to be shown once and never kept."""

    connect_url: str | None = None
    selenium_remote_url: str | None = None
    signing_key: str | None = None

    def __repr__(self) -> str:
        return f"CreatedSession(id={self.id!r})"


class SessionList(msgspec.Struct):
    """What a list gave: the readable sessions, each id once, and a sentence for each entry that was not readable."""

    sessions: list[Session]
    problems: list[str]


class Project(msgspec.Struct, kw_only=True):
    """One project. `default_timeout` in seconds (None if not told), `concurrency` None in answers that lack it."""

    id: str
    name: str = ""
    owner_id: str = ""
    default_timeout: int | None = None
    concurrency: int | None = None
    created_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None
    raw: dict[str, Any] = msgspec.field(default_factory=dict)


class ProjectUsage(msgspec.Struct):
    """A project's running counters: minutes, bytes. Both must be there: a 0 made up would look like a new billing
    cycle.
    """

    browser_minutes: int
    proxy_bytes: int


class LivePage(msgspec.Struct):
    """One tab of a live view. Its two URLs let the holder click and type: credentials."""

    id: str
    url: str
    title: str
    favicon_url: str
    debugger_url: str
    debugger_fullscreen_url: str

    def __repr__(self) -> str:
        return f"LivePage(id={self.id!r})"


class LiveView(msgspec.Struct):
    """The URLs of a running session's live view; debugger URLs are http(s) or "". Whoever holds one controls the
    browser.
    """

    debugger_url: str
    debugger_fullscreen_url: str
    ws_url: str
    pages: list[LivePage]

    def __repr__(self) -> str:
        return f"LiveView(pages={len(self.pages)})"


def session_from(value: object) -> Session:
    """A session of the API's answer. Raises Unreadable."""
    return Session(**_session_fields(_as_object(value)))


def created_session_from(value: object) -> CreatedSession:
    """The answer to a create, credentials kept. Raises Unreadable."""
    answer = _as_object(value)
    return CreatedSession(
        connect_url=_text(answer, "connectUrl", MAX_URL) or None,
        selenium_remote_url=_text(answer, "seleniumRemoteUrl", MAX_URL) or None,
        signing_key=_text(answer, "signingKey", MAX_URL) or None,
        **_session_fields(answer),
    )


def project_from(value: object) -> Project:
    """A project of the API's answer. Raises Unreadable."""
    answer = _as_object(value)
    return Project(
        id=_id(answer),
        name=_text(answer, "name", MAX_NAME),
        owner_id=_text(answer, "ownerId", MAX_ID),
        default_timeout=_optional_count(answer, "defaultTimeout"),
        concurrency=_optional_count(answer, "concurrency"),
        created_at=_time(answer, "createdAt"),
        updated_at=_time(answer, "updatedAt"),
        raw=answer,
    )


def usage_from(value: object) -> ProjectUsage:
    """The counters. Raises Unreadable, also when one is missing."""
    answer = _as_object(value)
    minutes, proxy_bytes = (_optional_count(answer, name) for name in ("browserMinutes", "proxyBytes"))
    if minutes is None or proxy_bytes is None:
        raise Unreadable("browserMinutes or proxyBytes is missing")
    return ProjectUsage(browser_minutes=minutes, proxy_bytes=proxy_bytes)


def live_view_from(value: object) -> LiveView:
    """A live view. A page that is no object is left out. Raises Unreadable without a debuggerFullscreenUrl to show."""
    answer = _as_object(value)
    view = LiveView(
        debugger_url=_web_url(answer, "debuggerUrl"),
        debugger_fullscreen_url=_web_url(answer, "debuggerFullscreenUrl"),
        ws_url=_text(answer, "wsUrl", MAX_URL),
        pages=[_page_from(page) for page in answer.get("pages") or [] if isinstance(page, dict)],
    )
    if not view.debugger_fullscreen_url:
        raise Unreadable("debuggerFullscreenUrl is missing")
    return view


def _page_from(page: dict[str, Any]) -> LivePage:
    return LivePage(
        id=_text(page, "id", MAX_ID),
        url=_text(page, "url", MAX_URL),
        title=_text(page, "title", MAX_URL),
        favicon_url=_text(page, "faviconUrl", MAX_URL),
        debugger_url=_web_url(page, "debuggerUrl"),
        debugger_fullscreen_url=_web_url(page, "debuggerFullscreenUrl"),
    )


def _session_fields(answer: dict[str, Any]) -> dict[str, Any]:
    metadata = answer.get("userMetadata")
    return {
        "id": _id(answer),
        "project_id": _text(answer, "projectId", MAX_ID),
        "status": _text(answer, "status", MAX_WORD),
        "region": _text(answer, "region", MAX_WORD),
        "created_at": _time(answer, "createdAt"),
        "updated_at": _time(answer, "updatedAt"),
        "started_at": _time(answer, "startedAt"),
        "ended_at": _time(answer, "endedAt"),
        "expires_at": _time(answer, "expiresAt"),
        "keep_alive": answer.get("keepAlive") in (True, "true"),
        "proxy_bytes": _optional_count(answer, "proxyBytes") or 0,
        "context_id": _text(answer, "contextId", MAX_ID) or None,
        "user_metadata": {} if metadata is None else metadata,
        "raw": without_credentials(answer),
    }


def _as_object(value: object) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise Unreadable("not an object")


def _id(answer: Mapping[str, Any]) -> str:
    value = answer.get("id")
    if isinstance(value, str) and 0 < len(value) <= MAX_ID and "\ufffd" not in value:
        return value
    raise Unreadable("without a usable id")


def _text(answer: Mapping[str, Any], name: str, longest: int) -> str:
    value = answer.get(name)
    if value is None:
        return ""
    if isinstance(value, str) and len(value) <= longest:
        return value
    raise Unreadable(f"{name} is not a text of at most {longest} characters")


def _web_url(answer: Mapping[str, Any], name: str) -> str:
    """A URL that may be framed and opened: never `javascript:` or the like."""
    url = _text(answer, name, MAX_URL)
    return url if url.lower().startswith(("https://", "http://")) else ""


def _time(answer: Mapping[str, Any], name: str) -> dt.datetime | None:
    value = answer.get(name)
    if value is None:
        return None
    try:
        time = dt.datetime.fromisoformat(value)
        time = time.replace(tzinfo=dt.UTC) if time.tzinfo is None else time.astimezone(dt.UTC)
    except (ValueError, TypeError, OverflowError):
        raise Unreadable(f"{name} is not a time: {excerpt(value, 40)}") from None
    # A reader's time zone is added later; at the calendar's edges that would overflow.
    if not 1970 <= time.year < 9999:
        raise Unreadable(f"{name} is out of any range: {excerpt(value, 40)}")
    return time


def _optional_count(answer: Mapping[str, Any], name: str) -> int | None:
    """A whole number of 0 to bigint, also from a float or a number in quotes; clipped. None when missing."""
    value = answer.get(name)
    if value is None:
        return None
    try:
        number = value if isinstance(value, int) and not isinstance(value, bool) else float(value)
    except (ValueError, TypeError):
        number = math.nan
    if isinstance(value, bool) or number != number:
        raise Unreadable(f"{name} is not a number: {excerpt(value, 40)}")
    return int(max(0, min(number, MAX_INT)))


def without_credentials(answer: Any) -> Any:
    """The answer without the fields that drive the browser, however deep or spelt; metadata is the caller's own."""
    if isinstance(answer, list):
        return [without_credentials(entry) for entry in answer]
    if not isinstance(answer, dict):
        return answer
    return {
        name: value if name == "userMetadata" else _stripped(value)
        for name, value in answer.items()
        if not _is_credential(name)
    }


def _stripped(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _stripped(entry) for name, entry in value.items() if not _is_credential(name)}
    if isinstance(value, list):
        return [_stripped(entry) for entry in value]
    return value


@functools.lru_cache(1024)
def _is_credential(name: str) -> bool:
    return name.replace("_", "").replace("-", "").lower() in _CREDENTIALS
