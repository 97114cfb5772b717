"""`/sessions/facets/`: the keys and values that really occur in the current selection."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sessions_app.query.facets import field_facets, metadata_facets, tally

from .asking import Asked, asks, edit_base
from .bearer import made_for_programs
from .facet_groups import facets_shown
from .loaded_later import is_for_script, loaded_later
from .polling import polled


@made_for_programs
@require_safe
@polled
@asks
@loaded_later
def facets(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Counted over the newest matches: `over` says how many those are."""
    counted = tally(asked.question)
    if is_for_script(request):
        answer = {"facets": metadata_facets(counted), "fields": field_facets(counted), "over": counted.over}
        return JsonResponse(answer)
    shown = facets_shown(counted, asked.terms)
    return render(request, "list/facets.html", {"facets": shown, "edit": edit_base(request)})
