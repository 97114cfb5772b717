"""How the list looks, as an address says it. Columns: text -> columns, and back to text."""

from collections.abc import Iterable
from dataclasses import dataclass

from .names import is_storable
from .scanner import Scanner
from .terms import Path, write_path

#: A field's column, and what stands above it.
FIELD_COLUMNS = {
    "status": "Status",
    "id": "Session",
    "project": "Project",
    "region": "Region",
    "metadata": "Metadata",
    "started": "Started",
    "ended": "Ended",
    "duration": "Duration",
    "expires": "Expires",
    "keep_alive": "Keep alive",
    "context": "Context",
    "proxy": "Proxy",
    "by": "By",
}
ALSO = {"proxy_mb": "proxy"}  # as the query has it
DEFAULT = "status,id,project,metadata,started,duration,by"
DENSITIES = {"normal": "Normal", "compact": "Compact"}
MOST_COLUMNS = 20
LONGEST = 2_000


@dataclass(frozen=True)
class Column:
    """`name` as the address has it; `path` leads to a value in the metadata, () for a field of the session."""

    name: str
    path: Path = ()

    @property
    def title(self) -> str:
        return ".".join(self.path) if self.path else FIELD_COLUMNS[self.name]


def read_columns(text: str) -> tuple[Column, ...]:
    """Each column once, in the order in which they are named. Raises QueryError.

    A bare word that is a field's name is that field; anything else, and whatever is quoted, is a metadata path as a
    query has it.
    """
    scanner = Scanner(text)
    if len(text) > LONGEST or not is_storable(text):
        scanner.fail(f"Columns are named in at most {LONGEST:,} characters, without control characters.", 0)
    found = dict.fromkeys([read_column(scanner)])
    while scanner.here:
        if not scanner.takes(","):
            scanner.fail(
                'A comma is missing here, or quotes around a key with odd characters, as in "a:b".', scanner.at
            )
        found[read_column(scanner)] = None
    if len(found) > MOST_COLUMNS:
        scanner.fail(f"The list has at most {MOST_COLUMNS} columns.", 0)
    return tuple(found)


def read_column(scanner: Scanner) -> Column:
    scanner.skip_spaces()
    head = scanner.head()
    scanner.skip_spaces()
    for piece in head.pieces:
        if not piece.text and not piece.is_quoted:
            scanner.fail("A column's name is missing here.", piece.start)
    name = ALSO.get(head.written, head.written)
    return Column(name) if name in FIELD_COLUMNS else metadata_column(tuple(piece.text for piece in head.pieces))


def metadata_column(path: Path) -> Column:
    written = write_path(path)
    return Column(f'"{written}"' if written in FIELD_COLUMNS or written in ALSO else written, path)


def write_columns(columns: Iterable[Column]) -> str:
    return ",".join(column.name for column in columns)
