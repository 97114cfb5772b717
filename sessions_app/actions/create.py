"""Starting a session: sent once, stored and recorded with who asked, its credentials passed on and kept nowhere."""

from collections.abc import Mapping, Sequence
from typing import Any

from sessions_app import browserbase
from sessions_app.browserbase import errors
from sessions_app.models import Account, AuditEvent, Project, Session, User

from . import creations
from .record import record
from .waiting import give_back_connection


def accounts_for(user: User, project_id: object) -> list[Account]:
    """Whose keys may start a session in this project: its own account's, then its readers', bad keys last.

    Where no project is named, or one that no list has shown yet, the first account is meant and upstream decides.
    """
    accounts = Account.objects.visible_to(user)
    is_id = isinstance(project_id, str) and "\x00" not in project_id
    project = Project.objects.visible_to(user).filter(pk=project_id).first() if is_id else None
    if project is None:
        return list(accounts.order_by("pk")[:1])
    readers = accounts.filter(readable_projects=project).exclude(pk=project.account_id).order_by("pk")
    own = accounts.filter(pk=project.account_id)
    return sorted([*own, *readers], key=lambda account: account.bad_key_since is not None)


def create(
    user: User, accounts: Sequence[Account], body: Mapping[str, Any], address: str | None
) -> tuple[Session, browserbase.CreatedSession]:
    """Start a session with the first of `accounts` whose key is accepted. `body` is the API's own, in camelCase.

    Returns the row, `created_by` this user, and upstream's answer with the credentials. Raises UpstreamError; see
    `may_have_started`.
    """
    try:
        started = _send(user, accounts, body, address)
    except errors.UpstreamError as error:
        record(
            AuditEvent.Action.SESSION_CREATED,
            actor=user,
            address=address,
            succeeded=False,
            detail=_failure(error, body),
        )
        raise
    creations.keep([started])
    return Session.objects.select_related("project", "created_by").get(pk=started.session.id), started.session


def may_have_started(error: errors.UpstreamError) -> bool:
    """Whether upstream may have started a session though no usable answer came: we never send a create again."""
    return error.sent and isinstance(error, errors.UpstreamDown | errors.BadAnswer)


def _send(user: User, accounts: Sequence[Account], body: Mapping[str, Any], address: str | None) -> creations.Created:
    """A refused key started nothing, so that the next account may be asked."""
    refused: errors.UpstreamError = errors.BadKey("There is no account that could start a session.", sent=False)
    for account in accounts:
        attempt = creations.begin(user, account, body, address)
        give_back_connection()
        try:
            answer = account.client().sessions.create(body)
        except errors.UpstreamError as error:
            creations.end(attempt, is_lost=may_have_started(error))
            if not isinstance(error, errors.BadKey):
                raise
            refused = error
        else:
            extension_id = creations.extension_in(body)
            return creations.Created(
                account.pk, answer, address, owner=user, try_id=attempt.pk, extension_id=extension_id
            )
    raise refused


def _failure(error: errors.UpstreamError, body: Mapping[str, Any]) -> str:
    """For the record. Upstream's own words stay out of it: they may repeat what was sent, passwords too."""
    where = f" in project {body['projectId']}" if body.get("projectId") else ""
    if may_have_started(error):
        return f"No usable answer came back; a session may have been started{where}."
    return f"Nothing was started{where}: {type(error).__name__}{f' ({error.status})' if error.status else ''}."
