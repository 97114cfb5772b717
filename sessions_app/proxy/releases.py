"""A program that asks for a session's end is on the record, as a person who does is."""

import asyncio
import logging

from django.db import Error

from sessions_app.actions.record import event_of
from sessions_app.models import AuditEvent, Session, Token

from .access import Access
from .routes import Resource, Route
from .threads import in_thread

logger = logging.getLogger(__name__)

_writing: set[asyncio.Task[None]] = set()


def note(access: Access, route: Route, status: int, address: str) -> None:
    """Once the answer is out: upstream accepted a request about a session, and the API has only the release."""
    if route.resource is Resource.SESSION and route.method == "POST" and 200 <= status < 300:
        task = asyncio.create_task(_write(access.token_id, route.ids[0], address or None))
        _writing.add(task)
        task.add_done_callback(_writing.discard)


async def _write(token_id: int, session_id: str, address: str | None) -> None:
    try:
        await in_thread(_record, token_id, session_id, address)
    except Error as error:
        logger.warning("The release of %s is not on the record: %s", session_id, str(error).partition("\n")[0])


def _record(token_id: int, session_id: str, address: str | None) -> None:
    token = Token.objects.select_related("owner").filter(pk=token_id).first()
    session = Session.objects.filter(pk=session_id).first()
    event = event_of(
        AuditEvent.Action.END_ASKED, actor=token.as_user() if token else None, address=address, session=session
    )
    event.session_id = session_id
    event.save()
