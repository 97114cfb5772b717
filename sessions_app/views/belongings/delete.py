"""Deleting one: first what would break, then once, and the record says so."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sessions_app.actions import belongings, create
from sessions_app.browserbase import errors
from sessions_app.models import SavedView, Session
from sessions_app.models.belonging import MOST_COUNTED, Belonging

from ..access import client_address, person
from ..frame import is_fragment
from .done import say_done
from .listing import running_with, words_of
from .one import found
from .refusals import not_done_words

LATELY = timedelta(days=30)
SHOWN = 10


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, kind: type[Belonging], id: str) -> HttpResponse:
    """Asks first. While sessions run with it, `sure=1` has to say that this is known."""
    thing = found(request, kind, id)
    if request.method != "POST":
        return ask(request, thing)
    if not request.POST.get("sure") and running_with(request.user, kind).get(thing.pk):
        return ask(request, thing, unsure=True)
    try:
        was_there = belongings.delete(thing, person(request), client_address(request))
    except errors.UpstreamError as error:
        return ask(request, thing, failure=failure_words(error))
    say_done(request, thing, "is deleted" if was_there else "was gone already")
    return redirect(thing)


def ask(request: HttpRequest, thing: Belonging, **more: Any) -> HttpResponse:
    """As a dialog over the page, or as a page."""
    context = {"thing": thing, "breaks": Breaks.of(request, thing)} | words_of(type(thing)) | more
    template = "belonging_delete.html#ask" if is_fragment(request) else "belonging_delete.html"
    return render(request, template, context)


def failure_words(error: errors.UpstreamError) -> str:
    if create.may_have_started(error):
        return (
            f"No usable answer came back: {error.message.rstrip('.')}. It may be deleted all the same; deleting it "
            "again does no harm, and says which."
        )
    return not_done_words(error, "nothing was deleted")


@dataclass(frozen=True)
class Breaks:
    """What stands on it, of what this person may see: what runs, what ran lately and whose, saved views."""

    running: list[Session]
    running_in_all: int
    lately: int
    owners: list[tuple[str, int]]  # the busiest first; "" is nobody that is known
    views: list[SavedView]

    @classmethod
    def of(cls, request: HttpRequest, thing: Belonging) -> Self:
        sessions = Session.objects.visible_to(request.user).newest_first()
        running = running_with(request.user, type(thing)).get(thing.pk, [])
        used = sessions.filter(**{thing.session_field: thing.pk, "started_at__gte": timezone.now() - LATELY})
        owners = Counter(used.values_list("created_by__username", flat=True)[: MOST_COUNTED + 1])
        return cls(
            list(sessions.for_display().filter(pk__in=running)[:SHOWN]),
            len(running),
            owners.total(),
            [(name or "", count) for name, count in owners.most_common(SHOWN)],
            list(SavedView.objects.visible_to(request.user).filter(q__contains=thing.pk)[:SHOWN]),
        )

    @property
    def lately_words(self) -> str:
        if self.lately > MOST_COUNTED:
            return f"more than {MOST_COUNTED:,} sessions"
        return "1 session" if self.lately == 1 else f"{self.lately:,} sessions"
