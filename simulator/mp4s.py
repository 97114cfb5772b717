"""/v1/sessions/{id}/recording/downloads: a tab's film as one MP4, asked for and put together after a while."""

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.answers import json_answer, path_text, world_of
from simulator.api import asked_session
from simulator.errors import ApiError, bad_request
from simulator.fragments import mp4
from simulator.ranges import ranged
from simulator.replays import film_of, films_of
from simulator.sessions import Session
from simulator.signed import refused, signed, signed_url
from simulator.times import iso
from simulator.world import now

ASSEMBLY_S = 2.0
"""From the request to the film. The service's time for it is not documented."""
LINK_LASTS_S = 300


async def ask_for_mp4s(request: Request) -> Response:
    """Asking again begins anew only where it failed."""
    session = asked_session(request)
    if session.is_live:
        raise bad_request("The session is still running: its recordings can be asked for when it has ended")
    if status_of(session) == "FAILED":
        session.mp4s_to_fail -= 1
        session.mp4s_asked_at = None
    if session.mp4s_asked_at is None:
        session.mp4s_asked_at = now()
    return json_answer({"downloads": downloads(request, session)}, 202)


async def list_mp4s(request: Request) -> Response:
    return json_answer({"downloads": downloads(request, asked_session(request))})


def downloads(request: Request, session: Session) -> list[dict[str, Any]]:
    films = films_of(world_of(request), session)
    return [download(request, session, number) for number in range(len(films))]


def download(request: Request, session: Session, number: int) -> dict[str, Any]:
    """`RecordingDownload` of the SDK; its URL is another one each time."""
    asked = {"pageId": str(number), "status": status_of(session)}
    if asked["status"] != "COMPLETED" or session.mp4s_asked_at is None:
        return asked
    path = f"/media/recordings/{quote(session.id, safe='')}/{number}.mp4"
    url = signed_url(request, path, LINK_LASTS_S)
    return asked | {"completedAt": iso(session.mp4s_asked_at + ASSEMBLY_S), "downloadUrl": url}


def status_of(session: Session) -> str:
    if session.mp4s_asked_at is None:
        return "NOT_REQUESTED"
    if now() < session.mp4s_asked_at + ASSEMBLY_S:
        return "PENDING"
    return "FAILED" if session.mp4s_to_fail else "COMPLETED"


@signed
async def media_mp4(request: Request) -> Response:
    world = world_of(request)
    session = world.sessions.get(path_text(request, "id"))
    try:
        shots = film_of(world, session, str(request.path_params["page"])) if session else []
    except ApiError:
        shots = []
    return ranged(request, mp4(shots), "video/mp4") if shots else refused(404, "NoSuchKey")


routes = [
    Route("/v1/sessions/{id}/recording/downloads", ask_for_mp4s, methods=["POST"]),
    Route("/v1/sessions/{id}/recording/downloads", list_mp4s),
    Route("/media/recordings/{id}/{page:int}.mp4", media_mp4),
]
