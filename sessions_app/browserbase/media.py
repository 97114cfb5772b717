"""Films and their segments, addressed by session, tab and number.

Their addresses are credentials of other hosts: they stay in here. A playlist is kept for ten minutes, because a player
asks for hundreds of segments one after the other; where its addresses give nothing any more, it is read anew.
"""

import asyncio
import time
from collections import OrderedDict

from .elsewhere import FILM, SEGMENT, Fetched, fetch
from .errors import DeadLink, NotFound, UpstreamDown
from .playlist import Playlist
from .traces import Traces

KEPT_S = 600
KEPT_PLAYLISTS = 128
_Place = tuple[str, str]


class Media:
    """Async, for any event loop. Raises UpstreamError: ForbiddenLink, DeadLink, NotFound and what Traces raises."""

    def __init__(self, traces: Traces, allow_private: bool) -> None:
        self._traces = traces
        self._allow_private = allow_private
        self._kept: OrderedDict[_Place, tuple[float, Playlist]] = OrderedDict()

    async def playlist(self, id: str, page_id: str) -> Playlist:
        """One tab's film, at most ten minutes old."""
        read_at, playlist = self._kept.get((id, page_id), (0.0, None))
        if playlist is None or time.monotonic() - read_at > KEPT_S:
            return await self._read(id, page_id)
        return playlist

    async def segment(self, id: str, page_id: str, number: int, byte_range: str | None = None) -> Fetched:
        """One segment, the first is 0. NotFound where the film has no such segment."""
        return await self._fetched(id, page_id, number, byte_range)

    async def init(self, id: str, page_id: str, byte_range: str | None = None) -> Fetched:
        """The part that comes before all segments. NotFound where they need none."""
        return await self._fetched(id, page_id, None, byte_range)

    async def mp4(self, id: str, page_id: str, byte_range: str | None = None) -> Fetched:
        """One tab's finished MP4, by an address minted just now. NotFound where it is not finished."""
        downloads = await asyncio.to_thread(self._traces.mp4s, id)
        url = next((download.url for download in downloads if download.page_id == page_id), "")
        if not url:
            raise NotFound("This recording has not been put together as an MP4.")
        return await fetch(url, self._allow_private, FILM, byte_range)

    async def _fetched(self, id: str, page_id: str, number: int | None, byte_range: str | None) -> Fetched:
        was_kept = (id, page_id) in self._kept
        try:
            url = _address(await self.playlist(id, page_id), number)
            return await fetch(url, self._allow_private, SEGMENT, byte_range)
        except (DeadLink, UpstreamDown):
            if not was_kept:
                raise
        return await fetch(_address(await self._read(id, page_id), number), self._allow_private, SEGMENT, byte_range)

    async def _read(self, id: str, page_id: str) -> Playlist:
        playlist = await asyncio.to_thread(self._traces.playlist, id, page_id)
        self._kept[id, page_id] = time.monotonic(), playlist
        self._kept.move_to_end((id, page_id))
        while len(self._kept) > KEPT_PLAYLISTS:
            self._kept.popitem(last=False)
        return playlist


def _address(playlist: Playlist, number: int | None) -> str:
    if number is None and playlist.init_url:
        return playlist.init_url
    if number is None or not 0 <= number < len(playlist.segments):
        raise NotFound("This film has no such part.")
    return playlist.segments[number].url
