"""Hostile texts in every field that comes from upstream go through every page: nothing runs, and no page breaks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import Error, Page, Route, expect

from sessions_app.models import AuditEvent, Context, Extension, Pull, SavedView, Session, UsageSnapshot, Wish
from sessions_app.pulls import live, projects, sessions, usage
from sessions_app.query.terms import field_term, metadata_term, write_path
from tests.browser.loading import settle
from tests.hostile import ADDRESSES, CORPUS, EVIL, LANGUAGES, MARKUP
from tests.rows import make_project

MAX_ID, MAX_WORD = 256, 64  # more than that is not stored

SENTINEL = """
    window.ran = []
    window.pwned = (what) => window.ran.push(String(what))
    window.alert = window.confirm = window.prompt = (what) => window.ran.push(String(what))
    addEventListener('DOMContentLoaded', () => {
        new MutationObserver(() => document.querySelector('pwned-tag') && window.ran.push('became an element'))
            .observe(document, {subtree: true, childList: true})
    })
"""
#: What no page of ours holds: [what, how often].
FOREIGN = """(evil) => {
    const strange = new Set(window.ran)
    if (!document.querySelector('main#content h1')) strange.add('no page: ' + document.body.innerText.slice(0, 200))
    const never = 'pwned-tag, base, meta[http-equiv], object, embed, style, [srcdoc]'
    for (const element of document.querySelectorAll(never))
        strange.add('<' + element.localName + '>')
    for (const element of document.querySelectorAll('*')) {
        for (const {name, value} of element.attributes) {
            // Only where the query bar ends is written there, by query.js, how high what is not loaded will be, and in
            // which order tiles stand.
            if (element.localName === 'html' && /^--query-bottom: [\\d.]+px;$/.test(value)) continue
            const high = /^((min-height|contain-intrinsic-size): (auto )?[\\d.]+px;? ?)*$/
            if (name === 'style' && element.matches('[data-chunk], [data-frames]') && high.test(value)) continue
            if (name === 'style' && element.closest('#live') && /^order: \\d+;$/.test(value)) continue
            if (/^(on.*|pwned|style)$/.test(name)) strange.add(`${element.localName} ${name}: ${value.slice(0, 80)}`)
            if (!/^(href|src|action|formaction|poster|data|hx-get|hx-post)$/.test(name)) continue
            const {protocol, host} = new URL(value, document.baseURI)
            if (!/^https?:$/.test(protocol) || host.includes(evil)) strange.add(`${name}=${value.slice(0, 80)}`)
        }
    }
    return [...strange]
}"""

pytestmark = pytest.mark.timeout(300)


@dataclass
class Watched:
    """A page, and whatever there is to say against what it shows."""

    page: Page
    site: str
    asked: list[str] = field(default_factory=list)
    faults: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.page.add_init_script(SENTINEL)
        self.page.on("dialog", lambda dialog: (self.asked.append(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.on("request", lambda request: self.note(request.url))

    def note(self, url: str) -> None:
        host = urlsplit(url).hostname
        if host not in ("127.0.0.1", "localhost", None):
            self.asked.append(url)

    def visit(self, path: str) -> None:
        answer = self.page.goto(self.site + path)
        self.judge(path, [] if answer is None or answer.status < 500 else [f"status {answer.status}"])

    def judge(self, where: str, more: list[str]) -> None:
        found = [*more, *self.strange(), *self.asked]
        self.asked.clear()
        if found:
            self.faults[where[:200]] = found

    def strange(self) -> list[str]:
        try:
            settle(self.page)
            return self.page.evaluate(FOREIGN, EVIL)
        except Error as error:
            return [f"it went elsewhere by itself: {error}"]


@pytest.fixture
def watched(site: str, reader: Page) -> Watched:
    return Watched(reader, site)


def entry(simulator, number: int, text: str) -> dict:
    """Each text in every field, in turns: one session runs, the next has it for its status too."""
    status = {"status": text[:MAX_WORD]} if number % 2 else {}
    return simulator.session(
        id=f"{text[: MAX_ID - 4]}-{number}",
        **status,
        region=text[:MAX_WORD],
        contextId=text[:MAX_ID],
        userMetadata={text: text, "deep": {text: [text]}, f"n{number}": {"status": text}},
        **dict.fromkeys(("avgCpuUsage", "memoryUsage", "seleniumUrl", text), text),
    )


@pytest.fixture
def world(account, simulator, user) -> list[Session]:
    """A session for each text; project names, errors of upstream and the record hold hostile texts as well."""
    simulator.put(*(entry(simulator, number, text) for number, text in enumerate(CORPUS)))
    everything_in_one = {f"{number}": text for number, text in enumerate(CORPUS[:20])}
    simulator.put(simulator.session(userMetadata=everything_in_one))
    projects.pull(account)
    sessions.pull(account)
    live.pull(account)
    for number, project in enumerate(account.projects.all()):
        usage.pull(account, project)
        project.name, project.owner_id = CORPUS[number], CORPUS[number + 1]
        project.save()
    UsageSnapshot.objects.update(browser_minutes=90)
    found = list(Session.objects.newest_first())
    for session in found[::3]:
        name = session.region or "nobody's"
        Session.objects.filter(pk=session.pk).update(project=make_project(account, id=f"{session.pk}?", name=name))
    for session, text in zip(found, CORPUS, strict=False):
        Wish.objects.create(session=session, asked_by=user, asked_at=session.started_at, last_error=text, tries=3)
        AuditEvent.objects.create(action="session.ended", actor_name=text[:100], session_id=session.pk, detail=text)
    for text in (*MARKUP, *LANGUAGES):
        SavedView.objects.create(owner=user, name=text[:40], q=metadata_term((text,), text), columns=write_path([text]))
    for number, text in enumerate(CORPUS):
        AuditEvent.objects.create(action="context.created", actor_name=text[:100], belonging_id=text, detail=text)
        Context.objects.filter(pk=text).update(name=text, created_by=user)
        Extension.objects.create(pk=f"{text[: MAX_ID - 4]}-{number}", account=account, name=text)
    Pull.objects.update(error=CORPUS[0], problems=list(CORPUS), outcome=Pull.Outcome.FAILED)
    return found


def pages(world: list[Session]) -> Iterator[str]:
    """Every page and fragment that shows something from upstream, but for the details. A new one is a new line."""
    project = world[-1].account.projects.first()
    yield from ("/contexts/", "/extensions/", "/contexts/?gone=1")
    yield from ("/", "/projects/", "/usage/", "/usage/?source=sessions", "/status/", "/tokens/", "/views/", "/ends/")
    yield reverse("project", args=[project.pk])
    yield reverse("project_slots", args=[project.pk])
    yield "/sessions/?limit=200"
    for text in CORPUS:
        yield of_list(q=metadata_term((text,), text), columns=f"id,region,{write_path([text])}", density="compact")
    for text in MARKUP:
        yield of_list(q=text)
    for context in Context.objects.all()[::3]:
        yield reverse("context", args=[context.pk])
    for extension in Extension.objects.all()[::3]:
        yield reverse("delete_extension", args=[extension.pk])
    for session in world[:4]:
        yield reverse("session", args=[session.pk])
        yield reverse("session_evidence", args=[session.pk])
        yield reverse("session_files", args=[session.pk])
        yield f"/sessions/new/?like={quote(session.pk, safe='')}"


def of_list(**parameters: str) -> str:
    return f"/sessions/?{urlencode(parameters)}"


def test_the_watch_sees_what_a_page_would_do_that_believes_it(page: Page):
    here = "http://127.0.0.1/"
    watched = Watched(page, here)
    for text in MARKUP:
        if "<" in text or "'" in text:  # others are hostile to attributes without quotes alone, or to none
            body = f"<main id=content><h1>Sessions</h1></main><p title='{text}'>{text}</p>"
            page.route("**/*", serving(here, body))
            watched.visit("")
            assert watched.faults.pop("", None), text


def serving(here: str, body: str) -> Callable[[Route], None]:
    """Answers for the whole network: `body` is the page `here`, and nothing else is there."""

    def answer(route: Route) -> None:
        if route.request.url == here:
            route.fulfill(body=body, content_type="text/html")
        else:
            route.fulfill(status=204)  # whoever is led there stays

    return answer


def test_nothing_of_upstreams_runs_and_no_page_breaks(world, watched, signed_in):
    assert len(world) == len(CORPUS) + 1
    preview = signed_in.post("/ends/", {"q": "status:*"}).url
    for path in (*pages(world), preview):
        watched.visit(path)
    assert watched.faults == {}


def test_nothing_runs_in_the_palette_and_the_query_bar(world, watched):
    watched.visit("/sessions/")
    for text in (*MARKUP, *ADDRESSES):
        watched.page.keyboard.press("Control+k")
        watched.page.keyboard.insert_text(text)
        answer = watched.page.locator("#palette-ways [data-text]")
        expect(answer).to_have_attribute("data-text", text.strip())
        watched.judge(f"palette {text}", [])
        watched.page.keyboard.press("Escape")
    for text in MARKUP:
        with watched.page.expect_response("**/sessions/suggestions/**"):
            watched.page.locator("#q").fill(f"{write_path([text])}=")
        watched.judge(f"query bar {text}", [])
    assert watched.faults == {}


def test_a_session_shows_what_upstream_says_letter_by_letter(world, watched):
    """Nothing is lost, nothing is evaluated: a template's braces stay braces."""
    for session in world:
        watched.visit(reverse("session_details", args=[session.pk]))
        shown = watched.page.evaluate("document.querySelector('main').textContent")
        assert " ".join(session.context_id.split()) in " ".join(shown.split())
    assert watched.faults == {}


def test_hostile_texts_are_found_by_the_terms_that_name_them(world, signed_in):
    for session in world:
        for term in (field_term("id", session.pk), field_term("status", session.status)):
            answer = signed_in.get("/sessions/", {"q": term, "format": "json", "limit": 200}).json()
            assert session.pk in [one["id"] for one in answer["results"]], term
