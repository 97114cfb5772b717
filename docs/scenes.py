"""The films of the simulator's pages, as its replays show them: `.venv/bin/python -m docs.scenes`.

Needs the packages of `make test`, a Chromium, and PyAV (`pip install av`), which nothing else here does. Each page of
each story is watched in the live view for as long as the story shows it (four minutes in all), and becomes a file of
fragments in simulator/scenes/, the last of which is how the page looks at its end. Run it again after a change to
simulator/static, to the stories or to their steps.
"""

import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import av
from PIL import Image
from playwright.sync_api import Page as Tab
from playwright.sync_api import sync_playwright

from simulator.fragments import FRAMES_PER_S, SEGMENT_S, boxes
from simulator.live_view import hue_of
from simulator.scripts import STORIES, Page
from simulator.steps import drawn, steps_on
from tests import chromium

FOLDER = Path(__file__).parent.parent / "simulator" / "scenes"
SIZE = (480, 300)
QUALITY = "40"


def main() -> None:
    for old in FOLDER.glob("*.m*"):
        old.unlink()
    sandbox = ["--no-sandbox"] if os.getuid() == 0 else []
    with Running() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=sandbox)
        tab = browser.new_page(viewport={"width": 960, "height": 600})
        for page, item in pages():
            tab.goto(f"{url}/devtools-fullscreen/inspector.html?navbar=false")
            save(page, film(list(watch(tab, page.about(item), item))))


class Running:
    """A simulator while the block lasts; its URL."""

    def __enter__(self) -> str:
        command = [sys.executable, "-m", "simulator", "--port", "0", "--sessions", "0", "--speed", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline() if self.process.stdout else ""
        return line.split()[1].rstrip(",")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()


def pages() -> Iterator[tuple[Page, str]]:
    for story in STORIES:
        for page in (*story.main, *(page for _, page in story.side)):
            yield page, story.items[0]


def watch(tab: Tab, page: Page, item: str) -> Iterator[Image.Image]:
    """Its frames, taken in the time that the page takes."""
    state = {
        "live": True, "url": page.url, "title": page.title, "site": page.site, "favicon": "/favicon.ico",
        "kind": page.kind, "item": item, "shownS": 0, "lastsS": page.seconds, "seed": 7, "hue": hue_of(page.site),
        "steps": [drawn(step) for step in steps_on(page, item)],
    }  # fmt: skip
    tab.evaluate(
        """(given) => {
          document.getElementById("gone").hidden = true;
          clearInterval(disconnect.asking);
          take(given);
          disconnect.playing = setInterval(play, TICK_MS);
        }""",
        state,
    )
    begun = time.monotonic()
    for number in range(page.seconds * FRAMES_PER_S):
        time.sleep(max(0.0, begun + number / FRAMES_PER_S - time.monotonic()))
        yield Image.open(io.BytesIO(tab.screenshot())).convert("RGB").resize(SIZE, Image.Resampling.LANCZOS)


def film(frames: list[Image.Image]) -> bytes:
    """A fragmented MP4, a fragment for each segment and one more for the last frame alone."""
    file = io.BytesIO()
    options = {"movflags": "frag_keyframe+empty_moov+default_base_moof+omit_tfhd_offset"}
    with av.open(file, "w", format="mp4", options=options) as container:
        stream = container.add_stream("libx264", rate=FRAMES_PER_S)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        keys = SEGMENT_S * FRAMES_PER_S
        stream.options = {"crf": QUALITY, "preset": "veryslow", "tune": "animation", "bf": "0", "g": "1000",
                          "x264-params": "keyint=1000:scenecut=0"}  # fmt: skip
        for number, image in enumerate([*frames, frames[-1]]):
            frame = av.VideoFrame.from_image(image)
            if number % keys == 0 or number == len(frames):
                frame.pict_type = av.video.frame.PictureType.I
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()


def save(page: Page, film: bytes) -> None:
    """`<scene>.m4s` with its fragments one after the other, and init.mp4, which is the same for all."""
    parts = list(boxes(film))
    (FOLDER / "init.mp4").write_bytes(b"".join(part for kind, part in parts if kind in (b"ftyp", b"moov")))
    fragments = b"".join(part for kind, part in parts if kind in (b"moof", b"mdat"))
    (FOLDER / f"{page.scene}.m4s").write_bytes(fragments)
    print(f"{page.scene}: {len(fragments)} bytes")


if __name__ == "__main__":
    main()
