"""Films put together: fragments of MP4 from scenes/, each moved to its place in a recording.

A fragment is a moof box and its mdat (ISO 14496-12). Two numbers in it say where it belongs: the decode time in tfdt,
and in tfhd how long each of its pictures stays. docs/scenes.py makes the fragments.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from simulator.scripts import Page
from simulator.visits import Visit

SCENES = Path(__file__).parent / "scenes"
SEGMENT_S = 4
FRAMES_PER_S = 4
TICKS_PER_S = 16384
"""The track's timescale, as PyAV wrote it into init.mp4."""
STILL = -1
"""The last fragment of a scene: one picture, how the page looks at its end."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A fragment in a recording; `starts_s` counts from the recording's beginning. Squeezed where a visit was cut."""

    scene: str
    fragment: int
    starts_s: float
    lasts_s: float

    def data(self, number: int) -> bytes:
        """The fragment moved to its place, as the recording's `number`th."""
        moved = bytearray(fragments_of(self.scene)[self.fragment])
        pictures = struct.unpack_from(">I", moved, moved.index(b"trun") + 8)[0]
        struct.pack_into(">I", moved, moved.index(b"mfhd") + 8, number + 1)
        struct.pack_into(">I", moved, moved.index(b"tfhd") + 12, round(self.lasts_s * TICKS_PER_S / pictures))
        struct.pack_into(">Q", moved, moved.index(b"tfdt") + 8, round(self.starts_s * TICKS_PER_S))
        return bytes(moved)


def shots_of(visits: list[Visit]) -> list[Shot]:
    """The film of one tab."""
    return [shot for visit in visits for shot in shots_of_visit(visit, visit.begins - visits[0].begins)]


def shots_of_visit(visit: Visit, starts_s: float) -> Iterator[Shot]:
    """The page's fragments, then its still picture for as long as the script stood still on it."""
    for fragment, place_s, lasts_s in (*acts(visit.page), *stands(visit)):
        left_s = visit.lasts_s - place_s
        if left_s > 0.001:
            yield Shot(visit.page.scene, fragment, round(starts_s + place_s, 3), round(min(lasts_s, left_s), 3))


def acts(page: Page) -> Iterator[tuple[int, float, float]]:
    for fragment, place_s in enumerate(range(0, page.seconds, SEGMENT_S)):
        yield fragment, place_s, min(SEGMENT_S, page.seconds - place_s)


def stands(visit: Visit) -> Iterator[tuple[int, float, float]]:
    for place_s in range(visit.page.seconds, int(visit.lasts_s) + 1, SEGMENT_S):
        yield STILL, place_s, SEGMENT_S


def mp4(shots: list[Shot]) -> bytes:
    """One file to download. Its header says how long it is: without, a player would have to read all of it first."""
    header = bytearray(init())
    lasts_s = shots[-1].starts_s + shots[-1].lasts_s
    struct.pack_into(">I", header, header.index(b"mvhd") + 20, round(lasts_s * 1000))
    return bytes(header) + b"".join(shot.data(number) for number, shot in enumerate(shots))


@cache
def init() -> bytes:
    return (SCENES / "init.mp4").read_bytes()


@cache
def fragments_of(scene: str) -> list[bytes]:
    parts = [part for _, part in boxes((SCENES / f"{scene}.m4s").read_bytes())]
    return [moof + mdat for moof, mdat in zip(parts[::2], parts[1::2], strict=True)]


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The boxes one after the other: kind, and the box whole."""
    place = 0
    while place < len(data):
        size, kind = struct.unpack_from(">I4s", data, place)
        yield kind, data[place : place + size]
        place += size
