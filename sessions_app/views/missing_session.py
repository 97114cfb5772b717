"""An id that our tables do not have: one look at upstream, and else a page that helps."""

from dataclasses import dataclass
from math import ceil

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from redis.exceptions import RedisError

from sessions_app.actions.waiting import give_back_connection
from sessions_app.browserbase import errors
from sessions_app.browserbase.schemas import MAX_ID
from sessions_app.inspector.lookup import look_up
from sessions_app.models import Account, Session
from sessions_app.models.token import token_of

from .access import json_error, wants_json
from .errors import upstream_words

LOOK_UPS_A_MINUTE = 60
MINUTE_S = 60
ALIKE_SHOWN = 5
PREFIX = 8
# Where upstream does not say when to try again.
WAIT_S = 5


@dataclass(frozen=True)
class Explanation:
    """Why nothing is shown. `retry_after_s` is None where trying again would change nothing."""

    status: int
    title: str
    words: str
    retry_after_s: int | None = None


def look_up_or_explain(request: HttpRequest, session_id: str) -> HttpResponse | None:
    """None when upstream knew the session and it is stored now, else the answer that says why not."""
    explanation = seek(request, session_id)
    return answer(request, session_id, explanation) if explanation else None


def seek(request: HttpRequest, session_id: str) -> Explanation | None:
    if not may_be_id(session_id):
        return NO_ID
    accounts = list(Account.objects.visible_to(request.user))
    if not accounts:
        return NO_ACCOUNT
    if is_out_of_reach(request, session_id):
        return NOT_KNOWN
    if not may_look_up(request):
        return TOO_MANY
    give_back_connection()
    try:
        look_up(session_id, accounts)
    except errors.NotFound:
        return NOT_KNOWN
    except errors.UpstreamError as error:
        return not_answered(error)
    return NOT_KNOWN if is_out_of_reach(request, session_id) else None


NO_ID = Explanation(
    404, "That is no session's id", "Is it whole? An id is one word, mostly 36 letters, digits and dashes."
)
NO_ACCOUNT = Explanation(
    404, "No such session here", "There is no account yet through which Browserbase could be asked."
)
NOT_KNOWN = Explanation(
    404,
    "No such session",
    "It is not in our tables, and Browserbase knows it through none of our accounts. Is the id whole? "
    "It may belong to an account that is not set up here, or be older than Browserbase keeps sessions.",
)
TOO_MANY = Explanation(
    429,
    "That was a lot of unknown ids",
    f"This one is not in our tables, and you had {LOOK_UPS_A_MINUTE} looked up at Browserbase within a minute, "
    "which is the limit. Try again in a minute.",
    MINUTE_S,
)


def not_answered(error: errors.UpstreamError) -> Explanation:
    words = f"It is not in our tables, and Browserbase could not be asked: {upstream_words(error)}"
    wait_s = ceil(error.retry_after_s or WAIT_S)
    return Explanation(503, "Not known here, and Browserbase did not say", words, wait_s)


def may_be_id(text: str) -> bool:
    """Ids are opaque; this leaves out what no store takes and what is plainly the slip of a hand."""
    return text.isprintable() and text.strip() == text and 0 < len(text) <= MAX_ID and bool(text.strip("."))


def is_out_of_reach(request: HttpRequest, session_id: str) -> bool:
    """Stored, but not for the token by which a program asks: to that it is as if it were not there."""
    stored = Session.objects.filter(pk=session_id)
    return token_of(request.user) is not None and stored.exists() and not stored.visible_to(request.user).exists()


def may_look_up(request: HttpRequest) -> bool:
    """Counts one look-up of this user, in all processes: at most LOOK_UPS_A_MINUTE in the minute after the first.

    While the cache does not answer, nothing is counted.
    """
    key = f"look_ups:{request.user.pk}"
    try:
        cache.add(key, 0, MINUTE_S)
        return cache.incr(key) <= LOOK_UPS_A_MINUTE
    except (ValueError, RedisError):  # a ValueError: the minute ended between the two lines
        return True


def answer(request: HttpRequest, session_id: str, explanation: Explanation) -> HttpResponse:
    response: HttpResponse
    if wants_json(request):
        response = json_error(explanation.status, explanation.words)
    else:
        prefix = session_id.strip().lower()[:PREFIX]
        context = {"id": session_id, "explanation": explanation, "prefix": prefix, "alike": alike(request, prefix)}
        response = render(request, "session_missing.html", context, status=explanation.status)
    if explanation.retry_after_s is not None:
        response.headers["Retry-After"] = str(explanation.retry_after_s)
    return response


def alike(request: HttpRequest, prefix: str) -> list[Session]:
    """Sessions whose id begins so: the one asked for may be cut off, in capitals, or wrong at its end."""
    if not prefix or "\x00" in prefix:
        return []
    sessions = Session.objects.visible_to(request.user).filter(id__startswith=prefix)
    return list(sessions.select_related("project")[:ALIKE_SHOWN])
