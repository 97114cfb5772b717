"""The API's objects, typed. Names are the API's own in snake_case; shapes as documented at
docs.browserbase.com/reference.

Read leniently: of an object only its `id` must be there. A missing or null time is None, a missing text "" and a
missing number 0. An unknown status or region stays as it came, and `raw` keeps every field, known or not. What could
not be stored or shown makes the object Unreadable: an id or text of another type or too long, a time that is none or
outside of 1970 to 9998. Times are aware and in UTC.
"""

import datetime as dt
import functools
from typing import Any

import msgspec

from .decoding import Unreadable
from .fields import MAX_ID, MAX_NAME, MAX_URL, MAX_WORD, as_object, count_of, id_of, text_of, time_of, web_url_of

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
    return Session(**_session_fields(as_object(value)))


def created_session_from(value: object) -> CreatedSession:
    """The answer to a create, credentials kept. Raises Unreadable."""
    answer = as_object(value)
    return CreatedSession(
        connect_url=text_of(answer, "connectUrl", MAX_URL) or None,
        selenium_remote_url=text_of(answer, "seleniumRemoteUrl", MAX_URL) or None,
        signing_key=text_of(answer, "signingKey", MAX_URL) or None,
        **_session_fields(answer),
    )


def project_from(value: object) -> Project:
    """A project of the API's answer. Raises Unreadable."""
    answer = as_object(value)
    return Project(
        id=id_of(answer),
        name=text_of(answer, "name", MAX_NAME),
        owner_id=text_of(answer, "ownerId", MAX_ID),
        default_timeout=count_of(answer, "defaultTimeout"),
        concurrency=count_of(answer, "concurrency"),
        created_at=time_of(answer, "createdAt"),
        updated_at=time_of(answer, "updatedAt"),
        raw=answer,
    )


def usage_from(value: object) -> ProjectUsage:
    """The counters. Raises Unreadable, also when one is missing."""
    answer = as_object(value)
    minutes, proxy_bytes = (count_of(answer, name) for name in ("browserMinutes", "proxyBytes"))
    if minutes is None or proxy_bytes is None:
        raise Unreadable("browserMinutes or proxyBytes is missing")
    return ProjectUsage(browser_minutes=minutes, proxy_bytes=proxy_bytes)


def live_view_from(value: object) -> LiveView:
    """A live view. A page that is no object is left out. Raises Unreadable without a debuggerFullscreenUrl to show."""
    answer = as_object(value)
    view = LiveView(
        debugger_url=web_url_of(answer, "debuggerUrl"),
        debugger_fullscreen_url=web_url_of(answer, "debuggerFullscreenUrl"),
        ws_url=text_of(answer, "wsUrl", MAX_URL),
        pages=[_page_from(page) for page in answer.get("pages") or [] if isinstance(page, dict)],
    )
    if not view.debugger_fullscreen_url:
        raise Unreadable("debuggerFullscreenUrl is missing")
    return view


def _page_from(page: dict[str, Any]) -> LivePage:
    return LivePage(
        id=text_of(page, "id", MAX_ID),
        url=text_of(page, "url", MAX_URL),
        title=text_of(page, "title", MAX_URL),
        favicon_url=text_of(page, "faviconUrl", MAX_URL),
        debugger_url=web_url_of(page, "debuggerUrl"),
        debugger_fullscreen_url=web_url_of(page, "debuggerFullscreenUrl"),
    )


def _session_fields(answer: dict[str, Any]) -> dict[str, Any]:
    metadata = answer.get("userMetadata")
    return {
        "id": id_of(answer),
        "project_id": text_of(answer, "projectId", MAX_ID),
        "status": text_of(answer, "status", MAX_WORD),
        "region": text_of(answer, "region", MAX_WORD),
        "created_at": time_of(answer, "createdAt"),
        "updated_at": time_of(answer, "updatedAt"),
        "started_at": time_of(answer, "startedAt"),
        "ended_at": time_of(answer, "endedAt"),
        "expires_at": time_of(answer, "expiresAt"),
        "keep_alive": answer.get("keepAlive") in (True, "true"),
        "proxy_bytes": count_of(answer, "proxyBytes") or 0,
        "context_id": text_of(answer, "contextId", MAX_ID) or None,
        "user_metadata": {} if metadata is None else metadata,
        "raw": without_credentials(answer),
    }


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
