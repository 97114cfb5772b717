"""Ending many sessions: a preview that is written down, its confirmation, how it goes, a stop."""

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sessions_app.actions import end_many
from sessions_app.models import EndBatch, Session
from sessions_app.models.end_batch import Outcome
from sessions_app.query import QueryError
from sessions_app.query.limits import TooSlow

from .access import client_address, json_error, person, wants_json
from .asking import NO_ZONE, TOO_SLOW, BadZone
from .batch_figures import NOT_KNOWN, Contents, Progress, batch_json, preview_json, progress_json
from .bearer import open_to_programs
from .errors import page as error_page
from .frame import is_fragment
from .json_body import BadBody
from .picking import Picked
from .polling import polled

RECENT = 50
SHOWN = 100  # sessions on one page
IN_NAVIGATION = {"section": "sessions"}
EXPIRED = "This preview is older than an hour: what it showed may be over by now. Make it again."
NOT_YOURS = "Only who made a preview may confirm it. Pick the sessions yourself."


@open_to_programs
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponseBase:
    """The newest batches; a POST makes a preview."""
    if request.method == "POST":
        return make(request)
    batches = EndBatch.objects.visible_to(request.user).confirmed().order_by("-confirmed_at")
    recent = list(batches.select_related("made_by", "stopped_by")[:RECENT])
    if wants_json(request):
        return JsonResponse({"results": [batch_json(batch) for batch in recent]})
    return render(request, "ends.html", {"batches": recent, **IN_NAVIGATION})


def make(request: HttpRequest) -> HttpResponse:
    """201 and the preview, or to its page."""
    try:
        picked = Picked.read(request)
    except (BadBody, BadZone, QueryError, TooSlow) as error:
        return refused(request, error)
    batch = end_many.preview(
        picked.session_ids, person(request), q=picked.q, is_cut=picked.is_cut, unknown=picked.unknown
    )
    if wants_json(request):
        return JsonResponse(preview_json(batch), status=201)
    return redirect("end_batch", batch.pk)


def refused(request: HttpRequest, error: Exception) -> HttpResponse:
    status, words, more = why(error)
    if wants_json(request):
        return json_error(status, words, **more)
    return error_page(request, status, "Nothing was picked to be ended", words)


def why(error: Exception) -> tuple[int, str, dict[str, Any]]:
    """Status, words, and what else a script is told."""
    match error:
        case QueryError():
            meant = {"meant": error.meant} if error.meant else {}
            return 400, error.message, {"parameter": "q", "position": error.position, **meant}
        case BadZone():
            return 400, NO_ZONE, {"parameter": "tz"}
        case TooSlow():
            return 503, TOO_SLOW, {}
        case BadBody():
            return error.status, str(error), {}
        case _:
            raise error


@open_to_programs
@require_safe
@polled
def one(request: HttpRequest, batch_id: int) -> HttpResponseBase:
    """The preview, and from its confirmation on how it goes with each session: SHOWN of them from `?after=` on."""
    batch = find(request, batch_id)
    if wants_json(request):
        return JsonResponse(progress_json(batch) if batch.confirmed_at else progress_json(batch) | preview_json(batch))
    if batch.confirmed_at is None:
        return render(request, "end_preview.html", preview_context(request, batch))
    template = "end_batch.html#progress" if is_fragment(request) else "end_batch.html"
    return render(request, template, progress_context(request, batch))


def find(request: HttpRequest, batch_id: int) -> EndBatch:
    batches = EndBatch.objects.visible_to(request.user).select_related("made_by", "stopped_by", "token")
    return get_object_or_404(batches, pk=batch_id)


def preview_context(request: HttpRequest, batch: EndBatch) -> dict[str, Any]:
    contents = Contents.of(batch)
    return {
        "batch": batch,
        "contents": contents,
        "left": batch.count - contents.over,
        "others": sum(n for owner, n in contents.owners.items() if owner not in (str(request.user), NOT_KNOWN)),
        "may_confirm": batch.belongs_to(request.user),
        **IN_NAVIGATION,
        **shown(request, batch),
    }


def progress_context(request: HttpRequest, batch: EndBatch) -> dict[str, Any]:
    progress = Progress(batch)
    outcomes = [(Outcome(name), progress.counts[name]) for name in Outcome.values if progress.counts[name]]
    return {"batch": batch, "progress": progress, "outcomes": outcomes, **IN_NAVIGATION, **shown(request, batch)}


def shown(request: HttpRequest, batch: EndBatch) -> dict[str, Any]:
    """A page of its sessions, those with `?outcome=` alone where that is one."""
    after, outcome = request.GET.get("after", ""), request.GET.get("outcome", "")
    ends = batch.ends.with_outcome().select_related("wish")
    ends = ends.prefetch_related(Prefetch("session", Session.objects.for_display()))
    if outcome in Outcome.values:
        ends = ends.filter(outcome=outcome)
    place = int(after[:15]) if after.isascii() and after.isdigit() else 0
    found = list(ends.filter(pk__gt=place)[: SHOWN + 1])
    return {
        "ends": found[:SHOWN],
        "next": found[SHOWN - 1].pk if len(found) > SHOWN else None,
        "place": place,
        "outcome": outcome if outcome in Outcome.values else "",
    }


@open_to_programs
@require_POST
def confirm(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Begin; a second time changes nothing."""
    batch = find(request, batch_id)
    if not batch.belongs_to(request.user):
        return error_page(request, 403, "Not yours to confirm", NOT_YOURS)
    end_many.confirm(batch, person(request), client_address(request))
    batch = find(request, batch_id)
    if batch.confirmed_at is None:
        return error_page(request, 409, "This preview has expired", EXPIRED)
    return answered(request, batch)


@open_to_programs
@require_POST
def stop(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Nothing more is asked. Whoever sees a batch may stop it: that ends nothing."""
    batch = find(request, batch_id)
    if batch.confirmed_at is None:
        return error_page(request, 409, "Nothing to stop", "This was not confirmed: nothing is being ended.")
    end_many.stop(batch, person(request), client_address(request))
    return answered(request, find(request, batch_id))


def answered(request: HttpRequest, batch: EndBatch) -> HttpResponse:
    if wants_json(request):
        return JsonResponse(progress_json(batch), status=202)
    return redirect(reverse("end_batch", args=[batch.pk]))
