"""What can be uploaded as an extension: a zip of at most 100 MB with a manifest.json at its root.

So says docs.browserbase.com/features/browser-extensions.
"""

import os
import struct
import zipfile
from typing import IO

MOST_BYTES = 100_000_000
MANIFEST = "manifest.json"
# A zip ends with a list of its files. One of sane length is read; of a longer one upstream may judge.
LONGEST_LIST = 4 * 1024 * 1024
END = b"PK\x05\x06"
LONGEST_END = 22 + 65_535


def problem_of(file: IO[bytes]) -> str:
    """Why upstream would not take it, as a sentence, else "". Leaves the file at its start."""
    if file.seek(0, os.SEEK_END) > MOST_BYTES:
        return f"It is bigger than {MOST_BYTES // 1_000_000} MB, which is the most that Browserbase takes."
    try:
        return "" if _list_bytes(file) > LONGEST_LIST else _problem_of_names(zipfile.ZipFile(file).namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error):
        return "It is no zip file. An extension is uploaded as a zip of the folder's content."
    finally:
        file.seek(0)


def _list_bytes(file: IO[bytes]) -> int:
    """How long the list at the end says it is: that much a reader would hold in memory. Raises ValueError."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - LONGEST_END))
    tail = file.read(LONGEST_END)
    return int(struct.unpack_from("<I", tail, tail.rindex(END) + 12)[0])


def _problem_of_names(names: list[str]) -> str:
    if MANIFEST in names:
        return ""
    inside = next((name for name in names if name.endswith(f"/{MANIFEST}")), "")
    if inside:
        folder = inside.removesuffix(MANIFEST)
        return f"Its {MANIFEST} lies in the folder {folder}: zip what is in that folder, not the folder itself."
    return f"It has no {MANIFEST} at its root, so that no browser would take it for an extension."
