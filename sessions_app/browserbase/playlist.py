"""An HLS media playlist (RFC 8216): where a film's segments are, and how long each is.

Upstream's are documented as VOD playlists of fragmented MP4, each segment an absolute signed https address. Addresses
lead to other hosts and let whoever has them see the film: they never leave the server, which numbers the segments.
"""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urljoin

import msgspec

from .decoding import Unreadable, storable
from .fields import MAX_URL

MAX_SEGMENTS = 50_000
_LONGEST_S = 86_400.0
_EXTINF = re.compile(r"#EXTINF:\s*([0-9]{1,8}(?:\.[0-9]{1,9})?)\s*(?:,.*)?")
_MAP_URI = re.compile(r'[:,]\s*URI="([^"]*)"')
#: What changes how segments are to be read; none of it is documented for upstream.
_UNSUPPORTED = {
    "#EXT-X-STREAM-INF": "it lists other playlists",
    "#EXT-X-BYTERANGE": "its segments are parts of files",
    "#EXT-X-SESSION-KEY": "it is encrypted",
}


class Segment(msgspec.Struct):
    """`url` is a credential. `is_discontinuity`: the clock of the film begins anew here."""

    url: str
    duration_s: float
    is_discontinuity: bool = False

    def __repr__(self) -> str:
        return f"Segment({self.duration_s} s)"


class Playlist(msgspec.Struct):
    """`init_url` is the part that comes before all segments, None where they need none."""

    segments: list[Segment]
    init_url: str | None = None

    def __repr__(self) -> str:
        return f"Playlist({len(self.segments)} segments)"

    @property
    def duration_s(self) -> float:
        return sum(segment.duration_s for segment in self.segments)

    def written(self, segment_uri: Callable[[int], str], init_uri: str) -> str:
        """A playlist with these addresses instead; nothing else of upstream's text is in it."""
        longest_s = max((segment.duration_s for segment in self.segments), default=1)
        lines = ["#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{int(longest_s + 0.999)}"]
        lines += ["#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-PLAYLIST-TYPE:VOD"]
        if self.init_url:
            lines.append(f'#EXT-X-MAP:URI="{init_uri}"')
        for number, segment in enumerate(self.segments):
            if segment.is_discontinuity:
                lines.append("#EXT-X-DISCONTINUITY")
            lines += [f"#EXTINF:{segment.duration_s:.3f},", segment_uri(number)]
        return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def playlist_from(text: str, base_url: str) -> Playlist:
    """Relative addresses are relative to `base_url`, the playlist's own. Raises Unreadable."""
    lines = [line.strip() for line in storable(text).lstrip("\ufeff").splitlines()]
    if not lines or lines[0] != "#EXTM3U":
        raise Unreadable("it is no HLS playlist")
    _refuse_unsupported(lines)
    maps = [line for line in lines if line.startswith("#EXT-X-MAP:")]
    if len(maps) > 1:
        raise Unreadable("its segments need different beginnings")
    return Playlist(list(_segments(lines, base_url)), _init_url(maps[0], base_url) if maps else None)


def _refuse_unsupported(lines: list[str]) -> None:
    for line in lines:
        tag = line.partition(":")[0]
        if tag in _UNSUPPORTED:
            raise Unreadable(_UNSUPPORTED[tag])
        if tag == "#EXT-X-KEY" and "METHOD=NONE" not in line:
            raise Unreadable("it is encrypted")


def _segments(lines: list[str], base_url: str) -> Iterator[Segment]:
    duration_s: float | None = None
    breaks, count = False, 0
    for line in lines:
        if line.startswith("#EXTINF:"):
            duration_s = _duration_s(line)
        elif line == "#EXT-X-DISCONTINUITY":
            breaks = True
        elif line and not line.startswith("#"):
            count += 1
            if duration_s is None or count > MAX_SEGMENTS:
                raise Unreadable(
                    f"segment {count} has no duration" if duration_s is None else "it has too many segments"
                )
            yield Segment(_address(line, base_url, f"segment {count}"), duration_s, breaks)
            duration_s, breaks = None, False


def _duration_s(line: str) -> float:
    found = _EXTINF.fullmatch(line)
    if not found or float(found[1]) > _LONGEST_S:
        raise Unreadable("a segment's duration cannot be read")
    return float(found[1])


def _init_url(line: str, base_url: str) -> str:
    found = _MAP_URI.search(line)
    if not found or "BYTERANGE" in line:
        raise Unreadable("the beginning of its segments cannot be read")
    return _address(found[1], base_url, "the beginning of its segments")


def _address(text: str, base_url: str, what: str) -> str:
    """An http(s) address; whether it may be fetched is judged when it is."""
    try:
        url = urljoin(base_url, text)
    except ValueError:
        url = ""
    if not url.startswith(("https://", "http://")) or len(url) > MAX_URL or not url.isprintable() or " " in url:
        raise Unreadable(f"{what} leads to no address that could be fetched")
    return url
