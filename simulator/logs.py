"""GET /v1/sessions/{id}/logs: what was put in with the session, or its script's story in the browser's own protocol."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.answers import json_answer, world_of
from simulator.api import asked_session
from simulator.cdp import Log, Target
from simulator.pages import tell_visit
from simulator.sessions import Session
from simulator.visits import Visit, visits_of
from simulator.world import World, now


async def session_logs(request: Request) -> Response:
    session = asked_session(request)
    if session.left_behind is not None:
        return json_answer(session.left_behind.logs)
    return json_answer(log_of(world_of(request), session, now()))


def log_of(world: World, session: Session, moment: float) -> list[dict[str, Any]]:
    """`SessionLog` objects up to the session's end or to `moment`; a later look has these and more."""
    visits = visits_of(world, session, moment)
    if not visits or not session.client.is_logged:
        return []
    log = Log(session.id, session.created_at)
    tell_beginning(log, visits[0])
    for visit in visits:
        if visit.tab and visit.is_first:
            tell_tab(log, visit)
        tell_visit(log, visit, session.client.solves_captchas)
    if session.ended_at is not None:
        tell_end(log, visits[-1], session)
    until = min(moment, session.ended_at or moment)
    return [entry for entry in log.in_order() if entry["timestamp"] <= until * 1000]


def tell_beginning(log: Log, first: Visit) -> None:
    """What an automation library asks before anything else, cookies among it."""
    tab = Target(log, 0, first.target, "")
    cookies = [{"name": "sid", "value": "sim-0123456789abcdef", "domain": first.page.site, "httpOnly": True}]
    tab.command(first.begins, "Target.setAutoAttach", {}, autoAttach=True, waitForDebuggerOnStart=True, flatten=True)
    for method in ("Page.enable", "Runtime.enable", "Network.enable"):
        tab.command(first.begins, method, {})
    tab.command(first.begins + 0.005, "Network.getCookies", {"cookies": cookies}, urls=[first.page.url])


def tell_tab(log: Log, visit: Visit) -> None:
    tab = Target(log, visit.tab, visit.target, "")
    tab.command(visit.begins, "Target.createTarget", {"targetId": visit.target}, url="about:blank")


def tell_end(log: Log, last: Visit, session: Session) -> None:
    """A crash says so, a client that goes closes the browser; a timeout leaves no trace in the log."""
    tab, at = Target(log, last.tab, last.target, ""), last.ends - 0.001
    if session.status == "ERROR":
        tab.event(at, "Inspector.targetCrashed")
    elif session.status == "COMPLETED":
        tab.command(at, "Browser.close", {})


routes = [Route("/v1/sessions/{id}/logs", session_logs)]
