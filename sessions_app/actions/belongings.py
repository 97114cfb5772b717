"""Making and deleting contexts and extensions: sent once, on the record, known here from then on."""

from collections.abc import Callable, Sequence
from typing import IO

from django.db import transaction

from sessions_app import browserbase
from sessions_app.browserbase import errors
from sessions_app.models import Account, AuditEvent, Context, Extension, User
from sessions_app.models.belonging import Belonging
from sessions_app.pulls import belongings

from .create import may_have_started
from .record import record
from .waiting import give_back_connection

Answer = browserbase.Context | browserbase.Extension
CREATED = {Context: AuditEvent.Action.CONTEXT_CREATED, Extension: AuditEvent.Action.EXTENSION_UPLOADED}
DELETED = {Context: AuditEvent.Action.CONTEXT_DELETED, Extension: AuditEvent.Action.EXTENSION_DELETED}


def create_context(
    user: User, accounts: Sequence[Account], name: str, project_id: str, address: str | None
) -> Belonging:
    """A new context, by the first of `accounts` whose key is accepted. `name` and `project_id` may be "".

    Raises UpstreamError; BadRequest (409) where the project has the name already.
    """

    def send(account: Account) -> Answer:
        id = account.client().contexts.create(name, project_id)
        return browserbase.Context(id=id, name=name, project_id=project_id)

    return _make(user, accounts, Context, send, name, address)


def upload_extension(user: User, account: Account, file_name: str, file: IO[bytes], address: str | None) -> Belonging:
    """A new extension from a zip, read from where it stands. Upstream decides on the project. Raises UpstreamError."""

    def send(account: Account) -> Answer:
        return account.client().extensions.create(file_name, file)

    return _make(user, [account], Extension, send, file_name, address)


def delete(thing: Belonging, user: User, address: str | None) -> bool:
    """Take it away at upstream, for good; False where it was gone already. Raises UpstreamError, and records that."""
    give_back_connection()
    client = thing.account.client()
    was_there = True
    try:
        (client.contexts if isinstance(thing, Context) else client.extensions).delete(thing.pk)
    except errors.NotFound:
        was_there = False
    except errors.UpstreamError as error:
        detail = f"{_called(thing.name)}{_failure(error)}"
        record(DELETED[type(thing)], actor=user, address=address, belonging=thing, succeeded=False, detail=detail)
        raise
    note_deleted(thing, user, address, was_there)
    return was_there


def note_deleted(thing: Belonging, by: User | None, address: str | None, was_there: bool = True) -> None:
    """Remember that upstream has it no more, and who saw to that; one that is not known here is only recorded."""
    detail = f"{_called(thing.name)}{'' if was_there else 'It was gone at Browserbase already.'}".strip()
    with transaction.atomic():
        belongings.note_gone(thing, by if was_there else None)
        record(DELETED[type(thing)], actor=by, address=address, belonging=thing, detail=detail)


def _make(
    user: User,
    accounts: Sequence[Account],
    kind: type[Belonging],
    send: Callable[[Account], Answer],
    name: str,
    address: str | None,
) -> Belonging:
    give_back_connection()
    try:
        account, answer = _first_accepted(accounts, send)
    except errors.UpstreamError as error:
        detail = f"{_called(name)}{_failure(error)}"
        record(CREATED[kind], actor=user, address=address, succeeded=False, detail=detail)
        raise
    return note_made(account, kind, answer, user, address)


def note_made(
    account: Account, kind: type[Belonging], answer: Answer, by: User | None, address: str | None
) -> Belonging:
    """Remember one that upstream has just made through here, and who asked for it."""
    with transaction.atomic():
        belongings.keep(account, kind, answer, created_by=by)
        thing = kind.objects.get(pk=answer.id)
        detail = _called(thing.name).strip()
        record(CREATED[kind], actor=by, address=address, belonging=thing, detail=detail)
    return thing


def _first_accepted(accounts: Sequence[Account], send: Callable[[Account], Answer]) -> tuple[Account, Answer]:
    """A refused key made nothing, so that the next account may be asked."""
    refused: errors.UpstreamError = errors.BadKey("There is no account that could do this.", sent=False)
    for account in accounts:
        try:
            return account, send(account)
        except errors.BadKey as error:
            refused = error
    raise refused


def _called(name: str) -> str:
    return f"“{name}”. " if name else ""


def _failure(error: errors.UpstreamError) -> str:
    """For the record, without upstream's own words."""
    if may_have_started(error):
        return "No usable answer came back: nobody knows whether it was done."
    return f"Nothing was done: {type(error).__name__}{f' ({error.status})' if error.status else ''}."
