"""Writing the record."""

from sessions_app.models import AuditEvent, Session, User


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
    return AuditEvent.objects.create(
        action=action,
        actor=actor,
        actor_name=str(actor or ""),
        address=address,
        session_id=session.pk if session else "",
        project_id=(session.project_id or "") if session else "",
        succeeded=succeeded,
        detail=detail,
    )
