"""What a script downloads on its pages: the files themselves, and what the browser says of them."""

import base64
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from simulator.cdp import Target, id_from
from simulator.live_view import hue_of
from simulator.visits import Visit


@dataclass(frozen=True, slots=True)
class Download:
    """A file whose last byte came at the moment `at`, seconds since 1970."""

    at: float
    stem: str
    ending: str
    content: bytes

    @property
    def name(self) -> str:
        return f"{self.stem}.{self.ending}"

    @property
    def stored_name(self) -> str:
        """The service puts the moment into a name, so that none comes twice."""
        return f"{self.stem}-{round(self.at * 1000)}.{self.ending}"


def downloads_on(visit: Visit) -> Iterator[Download]:
    """Up to the visit's end."""
    slug = re.sub(r"[^a-z0-9]+", "-", visit.item.lower())
    found = []
    if visit.page.kind == "table":
        rows = [f"{visit.item} {chr(65 + row)},{1000 + row * 37}" for row in range(9)]
        found.append(Download(visit.at(0.9), slug, "csv", "\r\n".join(["name,number", *rows, ""]).encode()))
    if visit.page.scene == "shop-thanks":
        receipt = f"1 x {visit.item}\nfree delivery\n".encode()
        found.append(Download(visit.at(0.4), "receipt", "txt", receipt))
        found.append(Download(visit.at(0.5), slug, "png", picture(hue_of(visit.page.site))))
    return (download for download in found if download.at < visit.ends)


def tell_downloads(tab: Target, visit: Visit) -> None:
    for download in downloads_on(visit):
        guid, size = id_from(tab.loader_id, download.name), len(download.content)
        url = f"https://static.{visit.page.site}/files/{download.name}"
        begins = {"frameId": tab.frame_id, "guid": guid, "url": url, "suggestedFilename": download.name}
        tab.event(download.at - 0.2, "Browser.downloadWillBegin", **begins)
        progress = {"guid": guid, "totalBytes": size, "receivedBytes": size, "state": "completed"}
        tab.event(download.at, "Browser.downloadProgress", **progress)


def tell_screenshot(tab: Target, visit: Visit, share: float) -> None:
    if visit.at(share) < visit.ends:
        data = base64.b64encode(picture(hue_of(visit.page.site))).decode()
        tab.command(visit.at(share), "Page.captureScreenshot", {"data": data}, takes_s=0.12, format="png")


def picture(hue: int) -> bytes:
    """A small PNG in one colour."""
    width, height = 64, 40
    row = b"\0" + bytes((hue * 7 % 256, 120, hue % 256)) * width
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(row * height)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
