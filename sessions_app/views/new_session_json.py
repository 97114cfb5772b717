"""`POST /sessions/new/` for scripts: the API's own body in, the session and its credentials out."""

import math
from typing import Any

from django.http import HttpRequest, JsonResponse

from sessions_app.actions.create import may_have_started
from sessions_app.browserbase import CreatedSession, errors
from sessions_app.forms.limits import problems
from sessions_app.models import Session
from sessions_app.models.token import ProjectRefused

from . import starting
from .access import json_error
from .as_json import session_json
from .json_body import BadBody, decoded
from .new_session_words import Credentials, refusal_words


def answer(request: HttpRequest) -> JsonResponse:
    """201 with the session and its credentials; else an error, after which nothing was started unless it says so."""
    try:
        body = read_body(request)
        session, created = starting.start(request, body, request.headers.get("Idempotency-Key", ""))
    except BadBody as error:
        return json_error(error.status, str(error))
    except ProjectRefused as error:
        return json_error(403, str(error), parameter="projectId")
    except starting.AlreadyAsked as asked:
        words = "This Idempotency-Key has been used: its session was started, or may have been. Credentials come once."
        return json_error(409, words, session=asked.session_id or None)
    except errors.UpstreamError as error:
        return refused(error)
    return JsonResponse(created_json(session, created), status=201)


def read_body(request: HttpRequest) -> dict[str, Any]:
    """The API's own body, within the documented limits. Raises BadBody."""
    if request.method != "POST":
        raise BadBody(405, "POST the API's own JSON body here to start a session.")
    body = decoded(request)
    if found := problems(body):
        raise BadBody(400, "; ".join(map(str, found)) if isinstance(body, dict) else "The body must be a JSON object.")
    return body


def created_json(session: Session, created: CreatedSession) -> dict[str, Any]:
    credentials = Credentials.of(created)
    return session_json(session) | {
        "connect_url": credentials.connect_url,
        "signing_key": credentials.signing_key,
        "selenium_remote_url": credentials.selenium_remote_url,
    }


def refused(error: errors.UpstreamError) -> JsonResponse:
    """Upstream's no as ours, its failures as a gateway's, with when to try again where it said so."""
    more: dict[str, Any] = {"may_have_started": True} if may_have_started(error) else {}
    if error.retry_after_s is not None:
        more["retry_after"] = math.ceil(error.retry_after_s)
    response = json_error(status_of(error), refusal_words(error), **more)
    if error.retry_after_s is not None:
        response.headers["Retry-After"] = str(math.ceil(error.retry_after_s))
    return response


def status_of(error: errors.UpstreamError) -> int:
    """Only what the caller can mend is a 4xx: a refused key of ours is not."""
    match error:
        case errors.RateLimited():
            return 429
        case errors.BadRequest() | errors.Forbidden() | errors.NotFound():
            return error.status or 400
        case errors.Timeout():
            return 504
        case _:
            return 502
