"""The simulator's films in a real Chromium: an MP4 plays by itself, segments play one after the other."""

import base64
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page

from tests.conftest import eventually
from tests.upstream import Simulator, ended_an_hour_ago

PLAY_SEGMENTS = """async ([codec, parts]) => {
  const video = document.querySelector("video");
  const source = new MediaSource();
  video.src = URL.createObjectURL(source);
  await new Promise((done) => source.addEventListener("sourceopen", done, { once: true }));
  const buffer = source.addSourceBuffer(codec);
  for (const part of parts) {
    buffer.appendBuffer(Uint8Array.from(atob(part), (letter) => letter.charCodeAt(0)));
    await new Promise((done) => buffer.addEventListener("updateend", done, { once: true }));
  }
  source.endOfStream();
  return [video.buffered.length, video.buffered.end(0)];
}"""
# "seeked" can come before the picture that was sought: what is drawn then is still the one before.
PICTURE_AT = """async (second) => {
  const video = document.querySelector("video");
  const shown = () => new Promise((done) => video.requestVideoFrameCallback((_, frame) => done(frame.mediaTime)));
  let frame = shown();
  video.currentTime = second;
  while (Math.abs(second - await frame) > 4) frame = shown();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  canvas.getContext("2d").drawImage(video, 0, 0);
  return canvas.toDataURL();
}"""


@pytest.fixture
def session(simulator: Simulator) -> dict[str, Any]:
    session = ended_an_hour_ago(simulator, seconds=45, story=True)
    simulator.put(session)
    return session


def test_segments_play_without_a_gap_and_show_each_page(
    page: Page, simulator: Simulator, session: dict[str, Any]
) -> None:
    playlist = simulator.http.get(f"/v1/sessions/{session['id']}/replays/0").text.splitlines()
    init = next(line for line in playlist if line.startswith("#EXT-X-MAP")).split('"')[1]
    addresses = [init, *(line for line in playlist if line.startswith("http"))]
    parts = [base64.b64encode(httpx.get(address).content).decode() for address in addresses]
    page.goto(simulator.url + "/_sim")
    page.set_content("<video muted></video>")
    ranges, ends = page.evaluate(PLAY_SEGMENTS, ['video/mp4; codecs="avc1.64000D"', parts])
    assert ranges == 1
    assert ends == pytest.approx(45, abs=0.3)
    assert len({page.evaluate(PICTURE_AT, second) for second in (5, 13, 24, 40)}) == 4


def test_an_mp4_plays_and_knows_its_length(page: Page, simulator: Simulator, session: dict[str, Any]) -> None:
    path = f"/v1/sessions/{session['id']}/recording/downloads"
    simulator.http.post(path).raise_for_status()
    film = eventually(lambda: simulator.get(path)["downloads"][0].get("downloadUrl"), within_s=10)
    page.goto(simulator.url + "/_sim")
    page.set_content(f'<video muted src="{film}"></video>')
    page.wait_for_function("document.querySelector('video').readyState >= 2")
    assert page.evaluate("document.querySelector('video').duration") == pytest.approx(45, abs=0.3)
