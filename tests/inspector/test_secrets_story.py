"""Sentences say no secrets: they are put together before they are covered."""

import msgspec
import pytest

from sessions_app.inspector.timeline import timeline_of
from sessions_app.inspector.words import place_words
from tests.inspector.logs import Written


def shown(written):
    log = written.log(60_000)
    return msgspec.json.encode(timeline_of(log, log.cover)).decode()


@pytest.mark.parametrize("login", ["ada:planted@", "planted@", "ada:plan@ted:planted@", f"ada:{'planted' * 40}@"])
def test_a_login_in_an_address_is_in_no_sentence(login):
    url = f"https://{login}a.example/auth"
    written = Written().command("Page.navigate", 0, {"frameId": "F", "loaderId": "L"}, url=url)
    written.sent("L", url, 10, type="Document", frameId="F").received("L", url, 20, 500, type="Document")
    written.event("Page.frameNavigated", 30, frame={"id": "F", "loaderId": "L", "url": url})
    written.event("Page.loadEventFired", 40)
    written.event("Page.navigatedWithinDocument", 50, frameId="F", url=f"{url}#part")
    written.command("Page.navigate", 60, {"frameId": "F", "errorText": "net::ERR_FAILED"}, url=f"{url}/gone")
    written.sent("2", f"{url}/x", 70).failed("2", 80)
    written.command("Target.createTarget", 90, {}, url=url)
    text = shown(written)
    assert "planted" not in text
    assert "loaded a.example/auth" in text
    assert "went on to /auth#part within the page" in text


def test_an_address_is_told_with_its_host_where_that_changed_and_never_with_its_login():
    assert place_words("https://ada:one@a.example/b", "https://a.example/") == "/b"
    assert place_words("wss://ada:one@b.example", "https://a.example/") == "b.example/"
    assert place_words("https://one@[bad/b") == "https://[bad/b"
    assert place_words("https://a.example/@b?c=@d") == "a.example/@b?c=@d"
