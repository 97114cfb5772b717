"""The live view's pages: a drawn browser in a frame, which asks here what it should show."""

import hashlib
from pathlib import Path
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator import scripts, steps
from simulator.answers import json_answer, world_of
from simulator.live_links import favicon_url, session_id_in
from simulator.sessions import Session
from simulator.world import now

STATIC = Path(__file__).parent / "static"
NOT_KEPT = {"cache-control": "no-store"}


async def inspector(request: Request) -> Response:
    """The page itself, with its first state in it. A dead link gets it too, saying so: like the service's, which is
    one page for every session, and a frame's error status would show in the console of the page around it."""
    state = msgspec.json.encode(view_state(request)).decode().replace("<", "\\u003c")
    page = (STATIC / "live.html").read_text().replace("{{state}}", state)
    return Response(page, headers=NOT_KEPT, media_type="text/html; charset=utf-8")


async def state(request: Request) -> Response:
    return json_answer(view_state(request), headers=NOT_KEPT)


async def touch(request: Request) -> Response:
    """A click in the page: the script's first tab goes on to its next page, for everybody who watches."""
    session = watched_session(request)
    if session and session.status == "RUNNING":
        scripts.skip_page(session, world_of(request).project_name(session), now())
    return json_answer(view_state(request), headers=NOT_KEPT)


def watched_session(request: Request) -> Session | None:
    world = world_of(request)
    session_id = session_id_in(request.query_params.get("token", ""), world.advance())
    return None if session_id is None else world.sessions.get(session_id)


def view_state(request: Request) -> dict[str, Any]:
    """What to draw: {"live": False, "why"}, or the tab with its page and the seconds it has been shown."""
    session = watched_session(request)
    if session is None:
        return dead("This link is no longer valid.")
    if session.status != "RUNNING":
        return dead("The session has ended.")
    open_tabs = scripts.tabs(session, world_of(request).project_name(session), now())
    target = request.query_params.get("page", open_tabs[0].id)
    tab = next((tab for tab in open_tabs if tab.id == target), None)
    return drawn(request, session, tab) if tab else dead("This tab was closed.")


def dead(why: str) -> dict[str, Any]:
    return {"live": False, "why": why}


def drawn(request: Request, session: Session, tab: scripts.Tab) -> dict[str, Any]:
    return {
        "live": True,
        "url": tab.page.url,
        "title": tab.page.title,
        "site": tab.page.site,
        "favicon": favicon_url(request.headers.get("host", "localhost"), tab.page.site),
        "kind": tab.page.kind,
        "item": tab.item,
        "shownS": round(tab.shown_s, 2),
        "lastsS": tab.page.seconds,
        "seed": number_of(f"{session.id} {tab.page.url}"),
        "hue": hue_of(tab.page.site),
        "steps": [steps.drawn(step) for step in steps.steps_on(tab.page, tab.item)],
    }


def number_of(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:4])


def hue_of(site: str) -> int:
    """A colour per site, in degrees; sites of one house share it."""
    return number_of(".".join(site.split(".")[-2:])) % 360


async def favicon(request: Request) -> Response:
    hue = hue_of(request.path_params.get("site", "simulator"))
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
        f'<rect width="16" height="16" rx="4" fill="hsl({hue} 60% 40%)"/>'
        '<circle cx="8" cy="8" r="3.5" fill="#fff"/></svg>'
    )
    return Response(drawing, headers={"cache-control": "max-age=3600"}, media_type="image/svg+xml")


async def static_file(request: Request) -> Response:
    name = request.url.path.rpartition("/")[2]
    media_type = "text/css" if name.endswith(".css") else "text/javascript"
    return Response((STATIC / name).read_bytes(), headers={"cache-control": "no-cache"}, media_type=media_type)


routes = [
    Route("/devtools-fullscreen/inspector.html", inspector),
    Route("/devtools/inspector.html", inspector),
    Route("/live/state", state),
    Route("/live/touch", touch, methods=["POST"]),
    Route("/live/favicons/{site}.svg", favicon),
    Route("/favicon.ico", favicon),
    *[Route(f"/live/{name}", static_file) for name in ("live.css", "live.js", "pages.js")],
]
