"""Where things are kept: in the clone's var/; outside it what root may not own and what needs a short path."""

import hashlib
import os
import secrets
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .errors import LaunchError

CLONE = Path(__file__).resolve().parent.parent
VAR = CLONE / "var"
OUTSIDE = Path("/var/lib/sightglass")
MARK = Path("var/clone_mark")
# A unix socket's path has at most 107 bytes (sun_path in unix(7)); PostgreSQL adds "/.s.PGSQL.5432".
LONGEST_SOCKET_FOLDER = 90


@dataclass(frozen=True)
class Place:
    """Where one world (the demo's, the real one's, a test run's) keeps its data.

    `folder` is ours alone. `servers` is where PostgreSQL's part lies: the same, but outside the clone for root, since
    PostgreSQL then runs under a user who may not be able to enter the clone.
    """

    folder: Path
    servers: Path

    def make(self) -> None:
        """Create both folders."""
        private_folder(self.folder)
        if self.servers != self.folder:
            open_folder(self.servers)

    def socket_folder(self, home: Path) -> Path:
        """`home` if a socket's path may be as long, else a folder of a short path that only this user can enter."""
        if len(os.fsencode(home)) <= LONGEST_SOCKET_FOLDER:
            return home
        if self.servers != self.folder:
            return private_folder(self.servers / home.name)
        mark = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
        return private_folder(short_temporary_folder() / f"sightglass-{os.getuid()}-{mark}")


def place_of(mode: str) -> Place:
    """The place of `make demo` or `make up` in this clone."""
    folder = VAR / mode
    return Place(folder, outside() / mode if os.getuid() == 0 else folder)


def short_temporary_folder() -> Path:
    """The user's folder for temporary files, unless its path leaves no room for a socket's."""
    chosen = Path(tempfile.gettempdir())
    return chosen if len(os.fsencode(chosen)) <= LONGEST_SOCKET_FOLDER // 2 else Path("/tmp")  # noqa: S108


def private_folder(path: Path) -> Path:
    """Make `path` (0700), or check that it is a real folder that belongs to this user and to nobody else."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            raise LaunchError(f"{path} belongs to somebody else, or is no folder. Look at it and remove it.") from None
    except PermissionError:
        raise LaunchError(f"{path} cannot be made by this user. Was the clone used by another one before?") from None
    path.chmod(0o700)
    return path


def open_folder(path: Path) -> Path:
    """Make `path` so that others can pass through it, but not list it."""
    path.mkdir(mode=0o711, parents=True, exist_ok=True)
    path.chmod(0o711)
    return path


def outside(clone: Path = CLONE, base: Path = OUTSIDE) -> Path:
    """The clone's own folder outside the clone, for root.

    It is named by a random mark in var/ and not by the clone's path: a new clone at an old one's path must not find
    data that it has no keys for. A moved clone keeps its folder, a copy gets one of its own.
    """
    mark_file = clone / MARK
    mark = read(mark_file)
    if not mark or belongs_to_another(clone, mark, base / mark):
        mark = secrets.token_hex(8)
        mark_file.parent.mkdir(exist_ok=True)
        mark_file.write_text(mark)
    base.mkdir(mode=0o755, parents=True, exist_ok=True)
    folder = open_folder(base / mark)
    (folder / "clone").write_text(str(clone))
    return folder


def belongs_to_another(clone: Path, mark: str, folder: Path) -> bool:
    """Whether the clone that `folder` was made for is still where it was: then ours is a copy of it, with its mark."""
    owner = read(folder / "clone")
    return owner not in ("", str(clone)) and read(Path(owner) / MARK) == mark


def read(path: Path) -> str:
    return path.read_text() if path.exists() else ""
