"""`/sessions/range/`: the list in another range of time, and how an address names a part of one."""

from datetime import datetime, tzinfo

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from sessions_app.query import ranges, write
from sessions_app.query.errors import BadValue
from sessions_app.query.values import FIRST, LAST, read_moment

from .asking import Asked, asks, kept, refusal

OWN = ("from", "to", "last")
BACKWARDS = "The range ends before it begins."

Part = tuple[datetime | None, datetime | None]


class BadPart(ValueError):
    """`from` or `to`, which is `parameter`, is no moment, or they are the wrong way round."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter, self.message = parameter, message


def read_part(request: HttpRequest, zone: tzinfo) -> Part:
    """From which moment on, and before which; None where the address names none. Raises BadPart."""
    start, end = (_moment(request, name, zone) for name in ("from", "to"))
    if start and end and start >= end:
        raise BadPart("to", BACKWARDS)
    return start, end


def _moment(request: HttpRequest, name: str, zone: tzinfo) -> datetime | None:
    text = request.GET.get(name, "").strip()
    if not text:
        return None
    try:
        found = read_moment(text).span(zone).start
    except BadValue as error:
        raise BadPart(name, error.message) from error
    return found if FIRST < found < LAST else None


def kept_without_part(request: HttpRequest) -> QueryDict:
    """The parameters that stay where the range changes."""
    parameters = kept(request)
    for name in OWN:
        parameters.pop(name, None)
    return parameters


@require_safe
@asks
def choose(request: HttpRequest, asked: Asked) -> HttpResponse:
    """To the list of the same query `from` one moment `to` another, or of the `last=7d`, or of all time."""
    try:
        start, end = read_part(request, asked.zone)
    except BadPart as bad:
        return refusal(request, 400, bad.message, parameter=bad.parameter)
    length = request.GET.get("last", "").strip()
    span = ranges.last(length) if length else ranges.stretch(start, end, asked.zone)
    parameters = kept_without_part(request)
    parameters["q"] = write(ranges.within(asked.terms, span))
    return redirect(f"{reverse('sessions')}?{parameters.urlencode()}")
