"""The zip of a session's downloads, read from upstream when somebody looks, and kept shortly: see `inspector.kept`."""

from pathlib import Path

from sessions_app.browserbase import errors
from sessions_app.inspector.kept import Shelf
from sessions_app.inspector.opening import is_settled
from sessions_app.models import Session

KEPT = Shelf("files", most_files=16, most_bytes=2 << 30)
MOST_ZIP_BYTES = 1 << 30
#: What a person waits for at most.
READ_S = 50.0
NO_ROOM = errors.BadAnswer("There is no room here to look into what it downloaded.")


def zip_of(session: Session, anew: bool = False) -> Path:
    """Takes READ_S at most. Raises UpstreamError: NotFound where upstream has none, TooBig, NO_ROOM.

    What is kept of a session that is not over is good for what was seen in it, not for a new look: pass `anew`.
    """
    version = f"{session.status} {session.updated_at}" if is_settled(session) else "not over"
    key = (session.account_id, session.id, version)
    if path := None if anew else KEPT.find(*key):
        return path
    try:
        with KEPT.adding(*key, room_for=MOST_ZIP_BYTES) as file:
            session.account.client().traces.save_downloads(session.id, file, MOST_ZIP_BYTES, total_s=READ_S)
    except OSError:
        raise NO_ROOM from None
    path = KEPT.find(*key)
    if path is None:
        raise NO_ROOM
    return path
