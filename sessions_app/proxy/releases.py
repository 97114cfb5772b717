"""A program that asks for a session's end is on the record, as a person who does is."""

from sessions_app.actions.record import event_of
from sessions_app.models import AuditEvent, Session, Token

from . import afterwards
from .access import Access
from .routes import Resource, Route


def note(access: Access, route: Route, status: int, address: str) -> None:
    """Once the answer is out: upstream accepted a request about a session, and the API has only the release."""
    if route.resource is Resource.SESSION and route.method == "POST" and 200 <= status < 300:
        session_id = route.ids[0]
        afterwards.write(f"The release of {session_id}", _record, access.token_id, session_id, address or None)


def _record(token_id: int, session_id: str, address: str | None) -> None:
    token = Token.objects.select_related("owner").filter(pk=token_id).first()
    session = Session.objects.filter(pk=session_id).first()
    event = event_of(
        AuditEvent.Action.END_ASKED, actor=token.as_user() if token else None, address=address, session=session
    )
    event.session_id = session_id
    event.save()
