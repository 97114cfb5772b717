"""Giving a file to the browser of a running session, which then can choose it on a page."""

from typing import IO

from sessions_app.browserbase import errors
from sessions_app.inspector.files.names import harmless
from sessions_app.inspector.words import size_words
from sessions_app.models import AuditEvent, Session, User

from .record import record

#: Upstream's own limit is not documented.
MOST_BYTES = 200_000_000
UPLOAD_S = 600.0
#: Where upstream puts it: docs.browserbase.com/platform/browser/files/uploads.
FOLDER = "/tmp/.uploads/"  # noqa: S108  (in the browser's machine)


def upload(
    session: Session, name: str, file: IO[bytes], size: int, actor: User, address: str | None
) -> tuple[str, str]:
    """The path at which the browser finds it, and upstream's words. On the record, however it goes.

    Sent once and never again: raises UpstreamError, after which it may have arrived where `may_have_arrived`.
    """
    name = harmless(name, "file")
    about = f"{name}, {size_words(size)}."
    try:
        words = session.account.client().traces.upload(session.id, name, file, total_s=UPLOAD_S)
    except errors.UpstreamError as error:
        outcome = "Its answer was lost: it may have arrived." if may_have_arrived(error) else error.message
        note(session, actor, address, f"{about} {outcome}", succeeded=False)
        raise
    note(session, actor, address, about, succeeded=True)
    return FOLDER + name, words


def may_have_arrived(error: errors.UpstreamError) -> bool:
    return error.sent and isinstance(error, errors.UpstreamDown | errors.BadAnswer)


def note(session: Session, actor: User, address: str | None, detail: str, succeeded: bool) -> None:
    action = AuditEvent.Action.FILE_UPLOADED
    record(action, actor=actor, address=address, session=session, succeeded=succeeded, detail=detail)
