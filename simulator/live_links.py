"""Live-view URLs: what /debug answers, and the signed tokens in them.

A token names a session and the moment the link dies; it is signed with a secret of this process, so that a link is a
credential here too, and nothing has to be kept for it.
"""

import base64
import hashlib
import hmac
import secrets
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from simulator import scripts
from simulator.answers import world_of
from simulator.sessions import Session
from simulator.world import now

SECRET = secrets.token_bytes(32)


def token_for(session: Session, expires_at: float) -> str:
    claim = base64.urlsafe_b64encode(f"{expires_at:.3f} {session.id}".encode("utf-8", "surrogatepass")).decode()
    return f"{claim}.{signature(claim)}"


def signature(claim: str) -> str:
    return hmac.new(SECRET, claim.encode(), hashlib.sha256).hexdigest()[:32]


def session_id_in(token: str, moment: float) -> str | None:
    """The session a token is for, or None if the token is not ours or its time is over."""
    claim, _, signed = token.partition(".")
    if not hmac.compare_digest(signed.encode(), signature(claim).encode()):
        return None
    expires_at, _, session_id = base64.urlsafe_b64decode(claim).decode("utf-8", "surrogatepass").partition(" ")
    return session_id if moment < float(expires_at) else None


def live_urls(request: Request, session: Session, expires_in_s: int) -> dict[str, Any]:
    """`SessionLiveURLs` of the SDK, with URLs at the host that was asked."""
    moment = now()
    host = request.headers.get("host", "localhost")
    token = token_for(session, moment + expires_in_s)
    return {
        **frame_urls(host, token),
        "wsUrl": f"ws://{host}/debug/{token}/devtools/browser",
        "pages": [
            {
                "id": tab.id,
                "url": tab.page.url,
                "title": tab.page.title,
                "faviconUrl": favicon_url(host, tab.page.site),
                **frame_urls(host, token, page=tab.id),
            }
            for tab in scripts.tabs(session, world_of(request).project_name(session), moment)
        ],
    }


def favicon_url(host: str, site: str) -> str:
    return f"http://{host}/live/favicons/{site}.svg"


def frame_urls(host: str, token: str, **target: str) -> dict[str, str]:
    """Without a target the view follows the session's first tab, as the service's does."""
    query = urlencode({"token": token, **target})
    return {
        "debuggerUrl": f"http://{host}/devtools/inspector.html?{query}",
        "debuggerFullscreenUrl": f"http://{host}/devtools-fullscreen/inspector.html?{query}",
    }
