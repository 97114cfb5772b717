"""Events and verdicts, out of logs that tell more or less."""

from datetime import UTC, datetime, timedelta

import pytest

from sessions_app.inspector.verdict import verdict_of
from sessions_app.models import Wish
from tests.inspector.logs import LAYOUTS, START_MS, Written
from tests.rows import make_session

A = "https://a.example/a"
START = datetime.fromtimestamp(START_MS / 1000, UTC)


def told(written, *kinds, ended_ms=None):
    return [event.text for event in written.log(ended_ms).events if not kinds or event.kind in kinds]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_visit_counts_what_it_asked_for_and_what_failed(layout):
    written = Written(layout)
    written.sent("L", A, 100, type="Document", frameId="F").received("L", A, 150).finished("L", 160)
    written.event("Page.frameNavigated", 160, frame={"id": "F", "loaderId": "L", "url": A})
    written.sent("2", f"{A}/x", 200).received("2", f"{A}/x", 210, 500).sent("3", f"{A}/y", 220)
    written.event("Page.loadEventFired", 3300)
    assert told(written, "navigation") == ["went to a.example/a, 3.2 s, 3 requests, 1 failed"]
    assert told(written, "load") == ["loaded a.example/a in 3.2 s"]


def test_a_page_that_cannot_be_reached_is_said_so():
    answer = {"frameId": "F", "loaderId": "L", "errorText": "net::ERR_NAME_NOT_RESOLVED"}
    written = Written().command("Page.navigate", 0, answer, url="https://nowhere.example/")
    of_error = {"id": "F", "loaderId": "L", "url": "chrome-error://chromewebdata/"}
    written.event("Page.frameNavigated", 20, frame=of_error | {"unreachableUrl": "https://nowhere.example/"})
    written.event("Page.loadEventFired", 30)
    assert told(written) == ["could not go to nowhere.example/: net::ERR_NAME_NOT_RESOLVED"]


def test_a_navigation_is_told_once_however_often_it_is_logged():
    written = Written().command("Page.navigate", 0, {"frameId": "F", "loaderId": "L"}, url=A)
    written.sent("L", A, 10, type="Document", frameId="F").received("L", A, 20, type="Document")
    written.event("Page.frameNavigated", 30, frame={"id": "F", "loaderId": "L", "url": A})
    written.event("Page.navigatedWithinDocument", 40, frameId="F", url=f"{A}#part")
    written.event("Page.frameAttached", 41, frameId="inner", parentFrameId="F")
    written.event("Page.frameNavigated", 42, frame={"id": "inner", "parentId": "F", "loaderId": "M", "url": f"{A}/ad"})
    assert told(written) == ["went to a.example/a, 1 request", "went on to /a#part within the page"]


def test_what_was_typed_is_not_told():
    written = Written()
    for at, letter in enumerate("secret"):
        written.command("Input.dispatchKeyEvent", at, type="keyDown", key=letter, text=letter)
    written.command("Input.dispatchKeyEvent", 50, type="rawKeyDown", key="Enter", text="\r")
    written.command("Input.dispatchMouseEvent", 60, type="mousePressed", x=10.4, y=20, button="left", clickCount=1)
    assert told(written) == ["typed", "pressed Enter", "clicked at 10, 20"]


@pytest.mark.parametrize(
    ("method", "params", "kind", "text"),
    [
        (
            "Page.javascriptDialogOpening",
            {"type": "alert", "message": "Really?"},
            "dialog",
            "an alert came up: “Really?”",
        ),
        ("Page.captureScreenshot", {}, "screenshot", "took a screenshot"),
        ("Inspector.targetCrashed", {}, "crash", "the page crashed"),
        ("Target.createTarget", {"url": "about:blank"}, "tab_opened", "opened a tab"),
        ("DOM.setFileInputFiles", {"files": ["/a", "/b"]}, "upload", "chose 2 files to upload"),
    ],
)
def test_what_else_happens_is_told(method, params, kind, text):
    (event,) = Written().event(method, 0, **params).log().events
    assert (event.kind, event.text) == (kind, text)


def test_captchas_and_the_console_are_told():
    written = Written()
    for at, (level, words) in enumerate(
        [
            ("log", "browserbase-solving-started"),
            ("log", "browserbase-solving-finished"),
            ("log", "x"),
            ("error", "bad"),
        ]
    ):
        said = [{"type": "string", "value": words}]
        written.event("Runtime.consoleAPICalled", at, type=level, args=said)
    log = written.log()
    assert [event.kind for event in log.events] == ["captcha_started", "captcha_solved", "console"]
    assert [line.level for line in log.console] == ["log", "log", "log", "error"]


def test_a_refused_command_says_why():
    written = Written().command("Page.navigate", 0, error="Cannot navigate to invalid URL", url="x")
    assert "Page.navigate was refused: Cannot navigate to invalid URL" in told(written, "command_failed")


def test_stretches_without_a_command_are_idle():
    written = Written().command("Page.enable", 0).event("Page.loadEventFired", 5000).command("Page.reload", 30_000)
    assert told(written, "idle", ended_ms=100_000) == ["no command for 30 s", "no command for 1 min 10 s"]


def ended(account, seconds, **fields):
    end = START + timedelta(seconds=seconds)
    times = {"started_at": START, "ended_at": end, "updated_at": end, "expires_at": START + timedelta(hours=1)}
    return make_session(account, **(times | fields))


def worked_until(at_ms, ended_ms):
    return Written().command("Page.enable", 0).command("Page.navigate", at_ms, url=A).log(ended_ms)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("seconds", "fields", "last_ms", "cause"),
    [
        (300, {"status": "TIMED_OUT"}, 62_000, "timed_out_idle"),
        (300, {"status": "TIMED_OUT"}, 299_000, "timed_out_busy"),
        (3600, {"status": "TIMED_OUT"}, None, "timed_out"),
        (300, {"status": "TIMED_OUT"}, None, "never_connected"),
        (302, {"status": "COMPLETED"}, None, "never_connected"),
        (200, {"status": "COMPLETED"}, 190_000, "disconnected_or_released"),
        (700, {"status": "COMPLETED"}, 100_000, "connection_idle"),
        (700, {"status": "COMPLETED", "keep_alive": True}, 100_000, "released_elsewhere"),
        (4, {"status": "COMPLETED", "keep_alive": True}, 3_000, "ended_at_once"),
        (200, {"status": "ERROR"}, 100_000, "error"),
        (200, {"status": "ODD"}, 100_000, "not_known"),
    ],
)
def test_a_verdict_is_never_surer_than_its_evidence(account, seconds, fields, last_ms, cause):
    log = Written().log(seconds * 1000) if last_ms is None else worked_until(last_ms, seconds * 1000)
    verdict = verdict_of(ended(account, seconds, **fields), log)
    assert verdict.cause == cause
    certain = {"timed_out", "ended_at_once", "error", "not_known"}
    assert verdict.inferred is (cause not in certain)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("last_ms", "words"),
    [
        (-60_000, "Timed out after 5 min: no command for the last 5 min"),
        (299_500, "Timed out after 5 min, still at work: commands came to its end"),
        (400_000, "Timed out after 5 min, still at work: commands came to its end"),
    ],
)
def test_a_silence_is_no_longer_than_the_run_and_no_shorter_than_nothing(account, last_ms, words):
    log = Written().command("Page.navigate", last_ms, url=A).log(300_000)
    assert verdict_of(ended(account, 300, status="TIMED_OUT"), log).text == words


@pytest.mark.django_db
def test_an_end_that_was_asked_for_here_is_ours(account, user):
    session = ended(account, 200, status="COMPLETED")
    moment = START + timedelta(seconds=190)
    Wish.objects.create(session=session, asked_by=user, asked_at=moment, tries=1, accepted_at=moment, done_at=moment)
    verdict = verdict_of(session, worked_until(100_000, 200_000))
    assert (verdict.cause, verdict.inferred) == ("released_here", False)
    assert verdict.text == "Ended here after 3 min 20 s: ada asked for it"
