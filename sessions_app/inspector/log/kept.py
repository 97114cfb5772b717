"""Logs that were read a moment ago, as files that only this user can read: tabs and exports need not ask again.

A log lies here for ten minutes at most, and only so much of all of them; which session it is of cannot be told from
the file's name. A running session's log is never kept.
"""

import contextlib
import hashlib
import os
import tempfile
import threading
import time
from pathlib import Path

from django.conf import settings

KEPT_S = 600
MOST_FILES = 32
MOST_BYTES = 512 << 20
_ENDING = ".log"


def folder() -> Path:
    return Path(settings.VAR_DIR) / "logs"


def kept(account_id: int, session_id: str, version: str) -> bytes | None:
    """The log as it was read, None where it is not here or too old. `version` changes with the session."""
    path = path_of(account_id, session_id, version)
    try:
        age_s = time.time() - path.stat().st_mtime
        return path.read_bytes() if 0 <= age_s < KEPT_S else None
    except OSError:
        return None


def keep(account_id: int, session_id: str, version: str, data: bytes) -> None:
    """Whole or not at all; where the disk is full the log is read anew the next time."""
    with contextlib.suppress(OSError):
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        clear(room_for=len(data))
        if len(data) > MOST_BYTES:
            return
        handle, name = tempfile.mkstemp(dir=folder())  # 0600 from the start
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).replace(path_of(account_id, session_id, version))
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        later = threading.Timer(KEPT_S + 1, clear)
        later.daemon = True
        later.start()


def clear(room_for: int = 0) -> None:
    """Away with what is too old, and with the oldest where there are too many or too much."""
    size = room_for
    files = folder().iterdir() if folder().is_dir() else []
    for count, file in enumerate(sorted(files, key=modified_at, reverse=True), 1):
        with contextlib.suppress(OSError):
            size += file.stat().st_size
            if time.time() - modified_at(file) >= KEPT_S or count >= MOST_FILES or size > MOST_BYTES:
                file.unlink()


def modified_at(file: Path) -> float:
    """Seconds since 1970; 0 for one that another process took away meanwhile."""
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


def path_of(account_id: int, session_id: str, version: str) -> Path:
    name = hashlib.sha256(f"{account_id} {session_id} {version}".encode()).hexdigest()
    return folder() / f"{name}{_ENDING}"
