"""What the form and the JSON of a new session do alike: start it once, whatever comes twice."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from sessions_app.actions import create
from sessions_app.actions.once import Once
from sessions_app.actions.waiting import give_back_connection
from sessions_app.browserbase import CreatedSession, errors
from sessions_app.models import Session

from .access import client_address, person


class AlreadyAsked(Exception):
    """This one-time token has been used. `session_id` is what it started, "" while that is not known."""

    def __init__(self, session_id: str) -> None:
        super().__init__(session_id)
        self.session_id = session_id


def start(request: HttpRequest, body: Mapping[str, Any], token: str) -> tuple[Session, CreatedSession]:
    """Start a session for whoever is signed in. Raises AlreadyAsked, ProjectRefused and UpstreamError."""
    user = person(request)
    if user.token and (project_id := user.token.project_for_new(body.get("projectId"))):
        body = {**body, "projectId": project_id}
    accounts = create.accounts_for(user, body.get("projectId"))
    # A token learns nothing of what its owner's other tokens started.
    once = Once(user, f"{user.token.pk}:{token}" if user.token and token else token)
    if not once.claim():
        raise AlreadyAsked(once.session_id)
    give_back_connection()
    try:
        session, answer = create.create(user, accounts, body, client_address(request))
    except errors.UpstreamError as error:
        if not create.may_have_started(error):
            once.forget()
        raise
    once.keep(session.id)
    return session, answer
