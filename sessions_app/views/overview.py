"""The first page: what runs now, what became of today's sessions, what needs a look."""

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sessions_app.models import Session
from sessions_app.usage import figures
from sessions_app.usage.outcomes import OUTCOMES, outcomes
from sessions_app.usage.periods import Periods, hours_since, midnight
from sessions_app.usage.slots import slots

from .attention import read_attention
from .charts import Chart, Column, Part, stacked
from .frame import is_fragment, reader_zone
from .polling import polled
from .usage_chart import period_label, period_words

LATEST = 6
# From the bottom of a bar up: what went wrong stands on the line, where it can be compared.
LOOKS = {
    "error": "bar-error",
    "timed_out": "bar-timed-out",
    "other": "fill-rest",
    "completed": "bar-completed",
    "running": "bar-live",
}
WORDS = {"completed": "completed", "running": "running", "timed_out": "timed out", "error": "failed", "other": "other"}


@require_safe
@polled
def page(request: HttpRequest) -> HttpResponse:
    """The whole page, or for its polls `?part=now`, which is cheap, and `?part=figures`, which adds up 30 days."""
    if is_fragment(request) and request.GET.get("part") == "figures":
        return render(request, "overview.html#figures", used(request))
    if is_fragment(request):
        return render(request, "overview.html#now", now(request))
    return render(request, "overview.html", now(request) | used(request))


def now(request: HttpRequest) -> dict[str, Any]:
    held = slots(request.user)
    latest = Session.objects.visible_to(request.user).newest_first().for_display()[:LATEST]
    busiest = max(held, key=lambda project: project.running, default=None)
    return {
        "slots": held,
        "running": sum(project.running for project in held),
        "busiest": busiest if busiest and busiest.running else None,
        "today": today(request),
        "attention": read_attention(request.user, held),
        "latest": list(latest),
    }


def today(request: HttpRequest) -> dict[str, Any]:
    """How many sessions began since the reader's midnight, and (words, count) of what became of them."""
    moment = timezone.now()
    since_midnight = Periods((midnight(moment, reader_zone(request)), moment), "day", reader_zone(request))
    counts = outcomes(request.user, since_midnight)[0]
    return {"sessions": counts.total(), "outcomes": [(WORDS[name], counts[name]) for name in OUTCOMES if counts[name]]}


def used(request: HttpRequest) -> dict[str, Any]:
    """Browser minutes by the counters where they reach back over all 30 days, else by sessions; and the chart."""
    moment, zone = timezone.now(), reader_zone(request)
    days = Periods((midnight(moment, zone, days_ago=29), midnight(moment, zone), moment), "day", zone)
    counted = figures.by_counter(request.user, days, "browser_minutes")
    shown = counted if counted.reaches_back else figures.by_sessions(request.user, days, "browser_minutes")
    hours = hours_since(midnight(moment, zone, days_ago=1), moment, zone)
    return {
        "spans": [("Today", shown.totals[-1]), ("Last 30 days", shown.total)],
        "by_counters": counted.reaches_back,
        "counters_since": counted.known_from,
        "chart": outcome_chart(hours, outcomes(request.user, hours)),
    }


def outcome_chart(hours: Periods, counts: list[Counter[str]]) -> Chart:
    columns = [_column(hours, k, count) for k, count in enumerate(counts)]
    total = sum(counts, Counter())
    words = f"{total.total():,} sessions since yesterday by the hour of their start: {_split(total) or 'none'}."
    return stacked(columns, words, tick=lambda value: f"{value:,.0f}")


def _column(hours: Periods, k: int, count: Counter[str]) -> Column:
    label, is_minor = period_label(hours, k)
    title = f"{period_words(hours, k)}: {count.total()} session{'' if count.total() == 1 else 's'}"
    parts = [Part(look, float(count[outcome])) for outcome, look in LOOKS.items()]
    return Column(f"{title}, {_split(count)}" if count else title, parts, label, is_minor)


def _split(count: Counter[str]) -> str:
    return ", ".join(f"{count[outcome]:,} {WORDS[outcome]}" for outcome in OUTCOMES if count[outcome])
