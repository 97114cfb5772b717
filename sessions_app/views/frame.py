"""What every page shows around its content."""

from datetime import UTC, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.functional import SimpleLazyObject

from .freshness import read_freshness

ZONE_COOKIE = "tz"  # site.js writes the browser's IANA zone there
NO_PLACES = {"localtime", "Factory"}  # listed with the zones: whatever this machine is set to, and nothing at all


def page_frame(request: HttpRequest) -> dict[str, object]:
    """The navigation's current entry, whether this is the demo, and (read only where it is shown) how fresh we are."""
    route = request.resolver_match.route if request.resolver_match else "-"
    return {
        "section": route.partition("/")[0] or "overview",
        "home": home_of(request),
        "demo": settings.SIMULATOR_URL != "",
        "csrf_token": SimpleLazyObject(lambda: get_token(request)),  # masked once, not for each form of a page
        "freshness": SimpleLazyObject(lambda: read_freshness(request.user)),
    }


def home_of(request: HttpRequest) -> str:
    """The name of the page that the brand leads to: the chosen start page, else the overview."""
    return "start" if getattr(getattr(request, "user", None), "start_view", "") else "overview"


def is_fragment(request: HttpRequest) -> bool:
    """Asked by htmx for a part of the page. After "back" htmx asks as well, but for the whole page."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def reader_zone(request: HttpRequest) -> tzinfo:
    """The zone whose midnight begins the reader's day; UTC where the browser has not said one that exists."""
    return zone_called(request.COOKIES.get(ZONE_COOKIE, "")) or UTC


def zone_called(name: str) -> tzinfo | None:
    """The zone with this IANA name, as in Europe/Berlin."""
    return ZoneInfo(name) if name in _zones() else None


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones()) - NO_PLACES
