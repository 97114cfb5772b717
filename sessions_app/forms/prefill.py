"""What the form for a new session holds when it opens: from its address, or from a session that is to be repeated."""

from typing import Any

from django.http import QueryDict

from sessions_app.models import Session

from .limits import LONGEST_S, SHORTEST_S
from .metadata import metadata_text

NAMES = ("project", "region", "timeout", "keep_alive", "context_id", "extension_id")
ROUNDED_TO_S = 5  # upstream sets the expiry a moment after the start


def from_query(query: QueryDict) -> dict[str, Any]:
    """`?project=&region=&timeout=900&keep_alive=yes&context_id=&extension_id=&metadata=team=growth&metadata=run=7`."""
    named = {name: query[name] for name in NAMES if name in query}
    return named | ({"metadata": "\n".join(query.getlist("metadata"))} if "metadata" in query else {})


def like(session: Session) -> dict[str, Any]:
    """What upstream tells of a session's making."""
    return {
        "project": session.project_id or "",
        "region": session.region,
        "timeout": _timeout(session),
        "keep_alive": "yes" if session.keep_alive else "",
        "context_id": session.context_id,
        "extension_id": session.extension_id,
        "metadata": metadata_text(session.user_metadata),
    }


def not_known_of(session: Session) -> str:
    """What the form cannot repeat, in a sentence."""
    proxied = "It used a proxy; which one is not known. " if session.proxy_bytes else ""
    return (
        f"{proxied}Browserbase does not tell a session's proxies, browser settings, recording or allowed domains, "
        "nor whether its context was kept: these stand at their defaults."
    )


def _timeout(session: Session) -> str:
    """In seconds; "" where it is the project's default or not known."""
    begun = session.created_at or session.started_at
    if session.expires_at is None:
        return ""
    seconds = round((session.expires_at - begun).total_seconds() / ROUNDED_TO_S) * ROUNDED_TO_S
    default_s = session.project.default_timeout_s if session.project else None
    return "" if seconds == default_s or not SHORTEST_S <= seconds <= LONGEST_S else str(seconds)
