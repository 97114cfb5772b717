"""Writing the record."""

from sessions_app.models import AuditEvent, Session, User
from sessions_app.models.belonging import Belonging
from sessions_app.models.token import token_of


def record(
    action: str,
    *,
    actor: User | None = None,
    address: str | None = None,
    session: Session | None = None,
    belonging: Belonging | None = None,
    succeeded: bool = True,
    detail: str = "",
) -> AuditEvent:
    """Append one event, in the transaction of what it tells of. `detail` never holds a key or a URL that is one."""
    event = event_of(
        action,
        actor=actor,
        address=address,
        session=session,
        belonging=belonging,
        succeeded=succeeded,
        detail=detail,
    )
    event.save()
    return event


def event_of(
    action: str,
    *,
    actor: User | None = None,
    address: str | None = None,
    session: Session | None = None,
    belonging: Belonging | None = None,
    succeeded: bool = True,
    detail: str = "",
) -> AuditEvent:
    """An event, not yet written. An actor that came as a program is named with its token's first characters."""
    about = session or belonging
    if token := token_of(actor):
        detail = f"{detail} By token {token}.".strip()
    return AuditEvent(
        action=action,
        actor=actor,
        actor_name=str(actor or ""),
        address=address,
        session_id=session.pk if session else "",
        belonging_id=belonging.pk if belonging else "",
        project_id=(about.project_id or "") if about else "",
        succeeded=succeeded,
        detail=detail,
    )
