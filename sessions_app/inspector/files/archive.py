"""A zip from a stranger, looked into and never unpacked to a path: names are only shown, what it claims is bounded."""

import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from sessions_app.inspector.words import size_words

from .names import harmless, leads_elsewhere

#: Some 90,000 files; a list that claims to be longer is not read.
MOST_LIST_BYTES = 4 << 20
MOST_FILE_BYTES = 2 << 30
#: What the whole may claim to unpack to, to be given away whole.
MOST_WHOLE_BYTES = 8 << 30
_PIECE = 256 << 10
_ENCRYPTED = 0x1
_SPOILT = (
    BadZipFile,
    struct.error,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    LookupError,
    OverflowError,
)


class Spoilt(Exception):
    """The zip, or a file in it, cannot be read; the text says why."""


@dataclass(frozen=True)
class Entry:
    """`number` is its place, from 0. `name` as the zip has it, `file_name` to save it under, `size` in bytes unpacked.

    `check` tells it from another one that has its place later on. `trouble` says why it is not given away alone.
    Alone, a symbolic link is a text; in a zip, other files are written through it.
    """

    number: int
    name: str
    file_name: str
    size: int
    check: str
    trouble: str = ""
    leads_elsewhere: bool = False
    is_link: bool = False


class _Bounded:
    """A file of which no more than MOST_LIST_BYTES is read at once: zipfile believes what a zip says of its list."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if size > MOST_LIST_BYTES:
            raise Spoilt(f"Its list of files takes more than {size_words(MOST_LIST_BYTES)}, which is not read.")
        return self._file.read(size)


class Archive:
    """An open zip: `with Archive(path) as archive`. Nothing at all is an empty one.

    Raises Spoilt for what is no zip, OSError where the file has gone.
    """

    def __init__(self, path: Path) -> None:
        self.size = path.stat().st_size
        self._file = path.open("rb")
        try:
            self._zip, self._infos = self._read_list()
        except (Spoilt, *_SPOILT) as error:
            self._file.close()
            if isinstance(error, Spoilt):
                raise
            raise Spoilt("What Browserbase sent is no zip that can be read.") from None
        self.entries = [entry_of(number, info) for number, info in enumerate(self._infos)]

    def _read_list(self) -> tuple[ZipFile | None, list[ZipInfo]]:
        if not self.size:
            return None, []
        bounded: Any = _Bounded(self._file)
        archive = ZipFile(bounded)
        return archive, [info for info in archive.infolist() if not info.filename.endswith("/")]

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def trouble(self) -> str:
        """Why the zip is not given away as it is, "" where nothing speaks against it."""
        if any(entry.leads_elsewhere or entry.is_link for entry in self.entries):
            return "not as one zip: names or links in it lead out of the folder in which it would be unpacked"
        if sum(entry.size for entry in self.entries) > MOST_WHOLE_BYTES:
            return f"not as one zip: it claims to unpack to more than {size_words(MOST_WHOLE_BYTES)}"
        return ""

    def examine(self, number: int) -> Entry:
        """The entry, once all of it was unpacked and found as long as it claims, with its check sum. Raises Spoilt."""
        entry = self.entries[number]
        if entry.trouble:
            raise Spoilt(f"This file is {entry.trouble}.")
        try:
            length = sum(map(len, self.pieces(number)))
        except _SPOILT:
            raise Spoilt("This file is broken: it is not what the zip says of it.") from None
        if length != entry.size:
            raise Spoilt("This file is broken: it ends too early.")
        return entry

    def pieces(self, number: int) -> Iterator[bytes]:
        """The file unpacked, never more of it than the zip claims."""
        info = self._infos[number]
        assert self._zip is not None  # noqa: S101  (there is an entry)
        with self._zip.open(info) as file:
            while piece := file.read(_PIECE):
                yield piece

    def as_it_came(self) -> Iterator[bytes]:
        """The zip itself."""
        self._file.seek(0)
        while piece := self._file.read(_PIECE):
            yield piece


def entry_of(number: int, info: ZipInfo) -> Entry:
    name = info.orig_filename
    return Entry(
        number=number,
        name=name,
        file_name=harmless(name, f"file-{number + 1}"),
        size=info.file_size,
        check=f"{info.CRC:08x}",
        trouble=trouble_of(info),
        leads_elsewhere=leads_elsewhere(name),
        is_link=stat.S_ISLNK(info.external_attr >> 16),
    )


def trouble_of(info: ZipInfo) -> str:
    if info.flag_bits & _ENCRYPTED:
        return "encrypted, and can be taken with the whole zip only"
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return "packed in a rare way, and can be taken with the whole zip only"
    if info.file_size > MOST_FILE_BYTES:
        return (
            f"said to be {size_words(info.file_size)}, and more than {size_words(MOST_FILE_BYTES)} is not unpacked here"
        )
    return ""
