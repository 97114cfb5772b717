"""Rows as scripts read them: the API's field names in snake_case, times in ISO 8601 with Z."""

from datetime import UTC, datetime
from typing import Any

from sessions_app.models import Session


def session_json(session: Session) -> dict[str, Any]:
    """The API's session and `created_by`: the user name of who started it here, None where that is not known.

    What upstream did not say is None. Reads `session.created_by`: select it with the row.
    """
    return {
        "id": session.id,
        "project_id": session.project_id,
        "status": session.status,
        "region": session.region or None,
        "created_at": iso(session.created_at),
        "updated_at": iso(session.updated_at),
        "started_at": iso(session.started_at),
        "ended_at": iso(session.ended_at),
        "expires_at": iso(session.expires_at),
        "keep_alive": session.keep_alive,
        "proxy_bytes": session.proxy_bytes,
        "context_id": session.context_id or None,
        "user_metadata": session.user_metadata,
        "created_by": str(session.created_by) if session.created_by else None,
    }


def iso(moment: datetime | None) -> str | None:
    """2026-11-25T17:19:04.512000Z"""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
