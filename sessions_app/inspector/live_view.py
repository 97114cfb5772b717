"""The live view of a running session: fresh links, one for each of the browser's tabs, and where they may lead.

Whoever holds a link can click and type in that browser, so a link is made when somebody looks, lives for minutes, and
is neither stored nor logged.
"""

import re
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import urlsplit

from django.conf import settings

from sessions_app.browserbase import LivePage, LiveView
from sessions_app.models import Account, Session

from .live_icons import remember

#: How long a link is good for; an open page gets new ones as it goes.
LINK_LASTS_S = 900
#: What a person waits for at most.
READ_S = 8
# A browser reads these otherwise than urlsplit does, so a URL that holds one could lead elsewhere.
AMBIGUOUS = re.compile(r"[\x00-\x20\x7f\\]")
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Tab:
    """One tab of the browser. `link` is a credential. `shows` changes with what the tab shows, which is all there is to
    tell the active one by; `icon` names the page's icon (see `live_icons`), "" where it has none.
    """

    id: str
    title: str
    link: str
    shows: str = ""
    icon: str = ""

    def __repr__(self) -> str:
        return f"Tab(id={self.id!r})"

    @property
    def frame_url(self) -> str:
        """The link without the vendor's address bar around the page."""
        address, hash_sign, fragment = self.link.partition("#")
        return f"{address}{'&' if '?' in address else '?'}navbar=false{hash_sign}{fragment}"


@dataclass(frozen=True)
class LiveTabs:
    """The tabs that may be shown, and the hosts of those that may not."""

    tabs: list[Tab]
    refused_hosts: list[str]

    def tab(self, id: str) -> Tab:
        """The tab of this id, else the first one."""
        return next((tab for tab in self.tabs if tab.id == id), self.tabs[0])


def mint(session: Session) -> LiveTabs:
    """Fresh links to the session's tabs. Raises UpstreamError, NotFound while it does not run."""
    view = session.account.client().sessions.live_view(session.id, expires_in_s=LINK_LASTS_S, total_s=READ_S)
    hosts = frame_hosts(session.account)
    tabs = tabs_of(view, session)
    shown = [tab for tab in tabs if may_be_framed(tab.link, hosts)]
    return LiveTabs(shown, sorted({host_of(tab.link) for tab in tabs if tab not in shown}))


def tabs_of(view: LiveView, session: Session) -> list[Tab]:
    icons = remember(session, [page.favicon_url for page in view.pages])
    tabs = [
        Tab(page.id, page.title or page.url or "New tab", page.debugger_fullscreen_url, shows_of(page), icon)
        for page, icon in zip(view.pages, icons, strict=True)
        if page.debugger_fullscreen_url
    ]
    return tabs or [Tab("", "Browser", view.debugger_fullscreen_url)]


def shows_of(page: LivePage) -> str:
    return blake2b(f"{page.url} {page.title}".encode("utf-8", "replace"), digest_size=6).hexdigest()


def frame_hosts(account: Account) -> list[str]:
    """Sources for the policy's frame-src: the vendor's, and a stand-in's own where one is allowed."""
    own = origin_of(account.base_url) if settings.ALLOW_PRIVATE_UPSTREAM else ""
    return [*settings.FRAME_HOSTS, *filter(None, [own])]


def may_be_framed(url: str, hosts: list[str]) -> bool:
    """Whether the URL leads to one of `hosts`, of which `https://*.example.com` stands for all below it."""
    origin = origin_of(url)
    return bool(origin) and any(matches(origin, host.rstrip("/")) for host in hosts)


def matches(origin: str, host: str) -> bool:
    scheme, wildcard, domain = host.partition("://*.")
    if not wildcard:
        return origin == host
    return origin.startswith(f"{scheme}://") and origin.endswith(f".{domain}")


def origin_of(url: str) -> str:
    """`https://host` or `https://host:port`; "" for what is not plainly an http(s) URL."""
    if AMBIGUOUS.search(url):
        return ""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc or not parts.netloc.isascii():
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if port in (None, DEFAULT_PORTS[parts.scheme]) else f":{port}")


def host_of(url: str) -> str:
    """Where a refused link would lead, in words for people."""
    return origin_of(url).rpartition("/")[2] or "an address that cannot be read"
