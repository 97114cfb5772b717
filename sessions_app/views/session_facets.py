"""`/sessions/facets/`: the keys and values that really occur in the current selection."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from sessions_app.query.facets import field_facets, metadata_facets, tally

from .asking import Asked, asks
from .bearer import open_to_programs


@open_to_programs
@require_safe
@asks
def facets(_request: HttpRequest, asked: Asked) -> HttpResponse:
    """Counted over the newest matches: `over` says how many those are."""
    counted = tally(asked.question)
    return JsonResponse(
        {"facets": metadata_facets(counted), "fields": field_facets(counted), "over": counted.over},
    )
