"""What was read from upstream a moment ago, as files that only this user can read: tabs and exports need not ask again.

A file lies here for ten minutes at most, and only so much of all of them; which session it is of cannot be told from
its name.
"""

import contextlib
import hashlib
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings

KEPT_S = 600


@dataclass(frozen=True)
class Shelf:
    """A folder under `var/`, and how much may lie in it. A key is whatever tells one thing from another."""

    name: str
    most_files: int
    most_bytes: int

    @property
    def folder(self) -> Path:
        return Path(settings.VAR_DIR) / self.name

    def find(self, *key: object) -> Path | None:
        """None where it is not here or too old."""
        path = self._path(key)
        return path if 0 <= time.time() - modified_at(path) < KEPT_S else None

    def read(self, *key: object) -> bytes | None:
        path = self.find(*key)
        with contextlib.suppress(OSError):
            return path.read_bytes() if path else None
        return None

    def keep(self, data: bytes, *key: object) -> None:
        """Where the disk is full it is read anew the next time."""
        if len(data) <= self.most_bytes:
            with contextlib.suppress(OSError), self.adding(*key, room_for=len(data)) as file:
                file.write(data)

    @contextlib.contextmanager
    def adding(self, *key: object, room_for: int = 0) -> Iterator[IO[bytes]]:
        """A file to write, which is kept whole or, after an error, not at all. Raises OSError."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.clear(room_for)
        handle, name = tempfile.mkstemp(dir=self.folder)  # 0600 from the start
        try:
            with os.fdopen(handle, "w+b") as file:
                yield file
            Path(name).replace(self._path(key))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        later = threading.Timer(KEPT_S + 1, self.clear)
        later.daemon = True
        later.start()

    def clear(self, room_for: int = 0) -> None:
        """Away with what is too old, and with the oldest where there are too many or too much."""
        size = room_for
        files = self.folder.iterdir() if self.folder.is_dir() else []
        for count, file in enumerate(sorted(files, key=modified_at, reverse=True), 1):
            with contextlib.suppress(OSError):
                size += file.stat().st_size
                is_old = time.time() - modified_at(file) >= KEPT_S
                if is_old or count >= self.most_files or size > self.most_bytes:
                    file.unlink()

    def _path(self, key: tuple[object, ...]) -> Path:
        return self.folder / hashlib.sha256(" ".join(map(str, key)).encode()).hexdigest()


def modified_at(file: Path) -> float:
    """Seconds since 1970; 0 for one that is not there, or that another process took away meanwhile."""
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
