"""/v1/sessions/{id}/replays: films of a session that is over, a playlist for each of its first ten tabs, and segments.

As documented at docs.browserbase.com/platform/browser/observability/session-replay: times are milliseconds since the
session began, `url` is a path of the API, segments are fragmented MP4 behind addresses that are good for six hours.
"""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.answers import json_answer, path_text, world_of
from simulator.api import asked_session
from simulator.errors import not_found
from simulator.fragments import SEGMENT_S, Shot, init, shots_of
from simulator.sessions import Session
from simulator.signed import refused, signed, signed_url
from simulator.visits import Visit, visits_of
from simulator.world import World, now

RECORDED_TABS = 10
LINK_LASTS_S = 6 * 3600
PLAYLIST_TYPE = "application/vnd.apple.mpegurl"


def films_of(world: World, session: Session) -> list[list[Visit]]:
    """The visits of each recorded tab; none while the session lives, or where it asked not to be recorded."""
    if session.is_live or not session.client.is_recorded or session.left_behind is not None:
        return []
    visits = visits_of(world, session, now())
    tabs = sorted({visit.tab for visit in visits})[:RECORDED_TABS]
    return [[visit for visit in visits if visit.tab == tab] for tab in tabs]


def film_of(world: World, session: Session, page_id: str) -> list[Shot]:
    """ApiError 404 where there is no such page."""
    films = films_of(world, session)
    if not (page_id.isascii() and page_id.isdigit() and len(page_id) <= 3 and int(page_id) < len(films)):
        raise not_found("Replay page")
    return shots_of(films[int(page_id)])


async def replays(request: Request) -> Response:
    session = asked_session(request)
    if session.left_behind is not None:
        pages = session.left_behind.replays
    else:
        films = films_of(world_of(request), session)
        pages = [page_json(session, number, film) for number, film in enumerate(films)]
    return json_answer({"pageCount": len(pages), "pages": pages})


def page_json(session: Session, number: int, film: list[Visit]) -> dict[str, object]:
    return {
        "pageId": str(number),
        "url": f"/v1/sessions/{quote(session.id, safe='')}/replays/{number}",
        "startTimeMs": round((film[0].begins - session.created_at) * 1000),
        "endTimeMs": round((film[-1].ends - session.created_at) * 1000),
    }


async def replay_page(request: Request) -> Response:
    session, page_id = asked_session(request), path_text(request, "page")
    if session.left_behind is not None:
        text = session.left_behind.playlists.get(page_id)
        if not isinstance(text, str):
            raise not_found("Replay page")
        return Response(text, media_type=PLAYLIST_TYPE)
    shots = film_of(world_of(request), session, page_id)
    return Response(playlist(request, session, page_id, shots), media_type=PLAYLIST_TYPE)


def playlist(request: Request, session: Session, page_id: str, shots: list[Shot]) -> str:
    """RFC 8216. The part that all segments need is a segment of its own there, named in EXT-X-MAP."""
    folder = f"/media/replays/{quote(session.id, safe='')}/{page_id}"
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{SEGMENT_S}", "#EXT-X-MEDIA-SEQUENCE:0"]
    lines += ["#EXT-X-PLAYLIST-TYPE:VOD", f'#EXT-X-MAP:URI="{signed_url(request, f"{folder}/init.mp4", LINK_LASTS_S)}"']
    for number, shot in enumerate(shots):
        lines += [f"#EXTINF:{shot.lasts_s:.3f},", signed_url(request, f"{folder}/{number}.m4s", LINK_LASTS_S)]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


@signed
async def media_init(request: Request) -> Response:
    return Response(init(), media_type="video/mp4")


@signed
async def media_segment(request: Request) -> Response:
    world = world_of(request)
    session = world.sessions.get(path_text(request, "id"))
    number = request.path_params["number"]
    shots = film_of(world, session, path_text(request, "page")) if session else []
    if number >= len(shots):
        return refused(404, "NoSuchKey")
    return Response(shots[number].data(number), media_type="video/iso.segment")


routes = [
    Route("/v1/sessions/{id}/replays", replays),
    Route("/v1/sessions/{id}/replays/{page}", replay_page),
    Route("/media/replays/{id}/{page}/init.mp4", media_init),
    Route("/media/replays/{id}/{page}/{number:int}.m4s", media_segment),
]
