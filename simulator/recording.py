"""GET /v1/sessions/{id}/recording: what rrweb recorded of the first tab, a small document for each page.

Event types and sources are those of rrweb 2 (`EventType`, `IncrementalSource`); its player needs a meta event and a
full snapshot before anything else.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.answers import json_answer, world_of
from simulator.api import asked_session
from simulator.gestures import HEIGHT, WIDTH
from simulator.steps import Pointing, Typing
from simulator.visits import Visit, visits_of
from simulator.world import now

FULL_SNAPSHOT, INCREMENTAL, META = 2, 3, 4
MOUSE_MOVE, MOUSE_INTERACTION, INPUT = 1, 2, 5
CLICK = 2
DOCUMENT, DOCTYPE, ELEMENT, TEXT = 0, 1, 2, 3
ROW_PX = 56
STYLE = "font: 18px system-ui; margin: 40px; color: #1d2733"
Event = tuple[float, int, dict[str, Any]]


async def session_recording(request: Request) -> Response:
    session, moment = asked_session(request), now()
    if session.left_behind is not None:
        return json_answer(session.left_behind.recording)
    visits = visits_of(world_of(request), session, moment) if session.client.is_recorded else []
    return json_answer(
        [
            {"sessionId": session.id, "timestamp": round(at * 1000), "type": type_, "data": data}
            for visit in visits
            if visit.tab == 0
            for at, type_, data in events_of(visit)
            if at <= visit.ends
        ]
    )


@dataclass(slots=True)
class Drawing:
    """A page as rrweb's nodes, numbered as they are made; `ids` says which number an element has, by its aim."""

    count: int = 0
    ids: dict[str, int] = field(default_factory=dict)

    def element(self, tag: str, *children: dict[str, Any], aim: str = "", **attributes: str) -> dict[str, Any]:
        node = self._numbered(type=ELEMENT, tagName=tag, attributes=attributes, childNodes=list(children))
        if aim:
            self.ids[aim] = node["id"]
        return node

    def text(self, words: str) -> dict[str, Any]:
        return self._numbered(type=TEXT, textContent=words)

    def document(self, visit: Visit) -> dict[str, Any]:
        doctype = self._numbered(type=DOCTYPE, name="html", publicId="", systemId="")
        head = self.element("head", self.element("title", self.text(visit.page.title)))
        parts = [self.element("p", self.text(visit.page.url)), self.element("h1", self.text(visit.page.title))]
        body = self.element("body", *parts, *self._things(visit), style=STYLE)
        return self._numbered(type=DOCUMENT, childNodes=[doctype, self.element("html", head, body, lang="en")])

    def _things(self, visit: Visit) -> Iterator[dict[str, Any]]:
        """What the steps need, each once, one below the other."""
        for step in visit.steps:
            if isinstance(step, Pointing) and step.aim not in self.ids:
                inner = self._thing(step)
                yield self.element("div", inner, style=f"height: {ROW_PX}px")

    def _thing(self, step: Pointing) -> dict[str, Any]:
        if step.tag == "input":
            return self.element("input", aim=step.aim, placeholder=step.words, value="")
        return self.element("button", self.text(step.words), aim=step.aim)

    def _numbered(self, **node: Any) -> dict[str, Any]:
        self.count += 1
        return {**node, "id": self.count}

    def place_of(self, aim: str) -> dict[str, int]:
        return {"x": 80, "y": 150 + ROW_PX * list(self.ids).index(aim)}


def events_of(visit: Visit) -> Iterator[Event]:
    drawing = Drawing()
    document = drawing.document(visit)
    yield visit.begins, META, {"href": visit.page.url, "width": WIDTH, "height": HEIGHT}
    yield visit.begins + 0.05, FULL_SNAPSHOT, {"node": document, "initialOffset": {"left": 0, "top": 0}}
    for step in visit.steps:
        if isinstance(step, Pointing):
            yield from pointing(drawing, step, visit.at(step.at))
        else:
            yield from typing(drawing, step, visit)


def pointing(drawing: Drawing, step: Pointing, at: float) -> Iterator[Event]:
    id_, place = drawing.ids[step.aim], drawing.place_of(step.aim)
    yield at, INCREMENTAL, {"source": MOUSE_MOVE, "positions": [{**place, "id": id_, "timeOffset": 0}]}
    if step.clicks:
        yield at + 0.05, INCREMENTAL, {"source": MOUSE_INTERACTION, "type": CLICK, "id": id_, **place}


def typing(drawing: Drawing, step: Typing, visit: Visit) -> Iterator[Event]:
    """In four goes; a password as stars, as rrweb masks it."""
    for quarter in (1, 2, 3, 4):
        typed = step.text[: len(step.text) * quarter // 4]
        shown = "*" * len(typed) if step.is_secret else typed
        at = visit.at(step.begins + (step.ends - step.begins) * quarter / 4)
        yield at, INCREMENTAL, {"source": INPUT, "text": shown, "isChecked": False, "id": drawing.ids[step.field]}


routes = [Route("/v1/sessions/{id}/recording", session_recording)]
