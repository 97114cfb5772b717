"""Secrets that an installation makes for itself once."""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def read_or_make(path: Path, make: Callable[[], str]) -> str:
    """The text of `path` (0600), made by `make` where there is none.

    Two processes that come at once agree: the file appears whole by a hard link, and the slower one reads the winner's.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(make())
            with suppress(FileExistsError):
                os.link(name, path)
        finally:
            os.unlink(name)
    return path.read_text().strip()
