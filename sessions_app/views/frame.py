"""What every page shows around its content."""

from django.conf import settings
from django.http import HttpRequest


def page_frame(request: HttpRequest) -> dict[str, object]:
    """The navigation's current entry, and whether this is the demo."""
    route = request.resolver_match.route if request.resolver_match else "-"
    return {"section": route.partition("/")[0] or "overview", "demo": settings.SIMULATOR_URL != ""}
