"""File names from strangers, as something that can be saved anywhere."""

import re

_LONGEST, _LONGEST_ENDING = 150, 20
_WAYS = re.compile(r"[/\\]")
_DRIVE = re.compile(r"[A-Za-z]:")
_NOT_EVERYWHERE = re.compile(r'[<>:"|?*]')
#: Devices, not files, on Windows: whatever ending they have.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def leads_elsewhere(name: str) -> bool:
    """Whether the name as it stands could be written to another place than into the folder that it is unpacked in."""
    if not name.isprintable() or _DRIVE.match(name) or _WAYS.match(name):
        return True
    return ".." in _WAYS.split(name)


def harmless(name: str, otherwise: str) -> str:
    """The last part of a name without what misleads (turned text, controls) or is not allowed somewhere."""
    last = "".join(filter(str.isprintable, _WAYS.split(name)[-1]))
    last = shortened(_NOT_EVERYWHERE.sub("_", last).strip(" ."))
    return f"_{last}" if _DEVICES.match(last) else last or otherwise


def shortened(name: str) -> str:
    """With its ending, which says what it is."""
    if len(name) <= _LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > _LONGEST_ENDING:
        return name[:_LONGEST]
    return stem[: _LONGEST - len(ending) - 1] + dot + ending
