"""Writing the record."""

from sessions_app.models import AuditEvent, Session, User
from sessions_app.models.token import token_of


def record(
    action: str,
    *,
    actor: User | None = None,
    address: str | None = None,
    session: Session | None = None,
    succeeded: bool = True,
    detail: str = "",
) -> AuditEvent:
    """Append one event, in the transaction of what it tells of. `detail` never holds a key or a URL that is one."""
    event = event_of(action, actor=actor, address=address, session=session, succeeded=succeeded, detail=detail)
    event.save()
    return event


def event_of(
    action: str,
    *,
    actor: User | None = None,
    address: str | None = None,
    session: Session | None = None,
    succeeded: bool = True,
    detail: str = "",
) -> AuditEvent:
    """An event, not yet written. An actor that came as a program is named with its token's first characters."""
    if token := token_of(actor):
        detail = f"{detail} By token {token}.".strip()
    return AuditEvent(
        action=action,
        actor=actor,
        actor_name=str(actor or ""),
        address=address,
        session_id=session.pk if session else "",
        project_id=(session.project_id or "") if session else "",
        succeeded=succeeded,
        detail=detail,
    )
