"""What a session leaves behind, or is given while it runs: `/v1/sessions/{id}/…`.

Read on demand, bounded, never stored here. Shapes: the SDK's `browserbase/types/sessions/`.
"""

from typing import IO

import msgspec

from .decoding import Unreadable
from .errors import BadAnswer
from .fields import MAX_URL, as_object, text_of
from .playlist import Playlist, playlist_from
from .reading import entries, one, segment_of
from .session_log import SessionLog
from .trace_schemas import Recording, RecordingDownload, ReplayList, download_from, event_from, replays_from
from .wire import LONG_READ, READ, Limits, Wire

MAX_LOG_BYTES = 200 << 20
MAX_RECORDING_BYTES = 100 << 20
MAX_PLAYLIST_BYTES = 32 << 20
MAX_DOWNLOADS_BYTES = 2 << 30
LOG_READ = msgspec.structs.replace(LONG_READ, body_bytes=MAX_LOG_BYTES)
RECORDING_READ = msgspec.structs.replace(LONG_READ, body_bytes=MAX_RECORDING_BYTES)
PLAYLIST_READ = msgspec.structs.replace(READ, body_bytes=MAX_PLAYLIST_BYTES)
#: A file may take its time as long as it flows.
FILES = Limits(read_s=60, total_s=1800)
PLAYLIST_TYPE = "application/vnd.apple.mpegurl"


class Traces:
    """Every method raises UpstreamError (NotFound for a session the key does not see, TooBig), and takes `total_s`."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def log(self, id: str, total_s: float | None = None) -> SessionLog:
        """The session's CDP log, up to 200 MB and 100,000 entries; while the session runs maybe partial or empty."""
        return SessionLog(self._wire.get(_path(id, "logs"), LOG_READ.within(total_s)))

    def recording(self, id: str, total_s: float | None = None) -> Recording:
        """The rrweb events of the first tab; often none, since upstream replaces them by films."""
        answer = self._wire.get(_path(id, "recording"), RECORDING_READ.within(total_s))
        return Recording(*entries(answer, event_from))

    def replays(self, id: str, total_s: float | None = None) -> ReplayList:
        """Which tabs have a film, from when to when; upstream has them only once the session is over."""
        return one(self._wire.get(_path(id, "replays"), READ.within(total_s)), replays_from)

    def playlist(self, id: str, page_id: str, total_s: float | None = None) -> Playlist:
        """One tab's film. Its addresses are credentials of other hosts, good for hours: see `Media`."""
        path = f"{_path(id, 'replays')}/{segment_of(page_id)}"
        answer = self._wire.get(path, PLAYLIST_READ.within(total_s), accept=PLAYLIST_TYPE)
        try:
            return playlist_from(answer.decode("utf-8", "replace"), self._wire.base_url + path)
        except Unreadable as problem:
            raise BadAnswer(f"Browserbase's playlist cannot be used: {problem}.") from None

    def mp4s(self, id: str, total_s: float | None = None) -> list[RecordingDownload]:
        """Where the tabs' MP4s stand. Each read mints the addresses of finished ones anew."""
        return one(self._wire.get(_path(id, "recording/downloads"), READ.within(total_s)), download_list_from)

    def ask_for_mp4s(self, id: str, total_s: float | None = None) -> list[RecordingDownload]:
        """Have the MP4s put together; where that has failed, once more. Nothing is done twice by asking twice."""
        path = _path(id, "recording/downloads")
        return one(self._wire.post(path, {}, READ.within(total_s), repeatable=True), download_list_from)

    def save_downloads(
        self, id: str, file: IO[bytes], most_bytes: int = MAX_DOWNLOADS_BYTES, total_s: float | None = None
    ) -> None:
        """The zip of what the browser downloaded, up to 2 GB, into `file`, which is emptied first."""
        limits = msgspec.structs.replace(FILES, body_bytes=most_bytes).within(total_s)
        self._wire.save(_path(id, "downloads"), file, limits, accept="application/zip")

    def upload(self, id: str, name: str, file: IO[bytes], total_s: float | None = None) -> str:
        """Put a file where the running session can pick it; upstream's words. Streamed, never sent twice."""
        answer = self._wire.upload(_path(id, "uploads"), name, file, FILES.within(total_s))
        return one(answer, lambda value: text_of(as_object(value), "message", MAX_URL))


def _path(id: str, part: str) -> str:
    return f"/v1/sessions/{segment_of(id)}/{part}"


def download_list_from(value: object) -> list[RecordingDownload]:
    """Raises Unreadable."""
    downloads = as_object(value).get("downloads")
    if not isinstance(downloads, list):
        raise Unreadable("downloads is not a list")
    return [download_from(download) for download in downloads]
