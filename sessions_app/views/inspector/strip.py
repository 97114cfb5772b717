"""`/sessions/<id>/strip/`: the whole session on one line, above all tabs; with it how much each tab has to show."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sessions_app.browserbase import errors
from sessions_app.inspector.log.opened import Log
from sessions_app.inspector.opening import open_log
from sessions_app.inspector.words import counted, lasting
from sessions_app.models import Session
from sessions_app.views.trace_reads import trace_words

from .counts import counts_of
from .looked_at import LookedAt
from .panel import part
from .strip_axis import Axis, axis_of
from .strip_lanes import Drawn, lanes_of

LANES_SHOWN = 3
AXIS_HIGH = 28
#: What the log does not cover is said where it is more than this share of what is drawn.
_WORTH_SAYING = 0.01


@dataclass(frozen=True)
class Span:
    """A stretch across all lanes; places as SVG has them. `is_wide` where words fit into it."""

    x: str
    width: str
    middle: str
    is_wide: bool
    said: str
    t: float


@dataclass(frozen=True)
class Rows:
    """Heights and places of what a lane holds, in pixels."""

    lane: int
    bar: int
    tick_y: int
    tick: int

    @property
    def middle(self) -> int:
        return 4 + self.bar // 2


ROOMY, TIGHT = Rows(lane=60, bar=20, tick_y=33, tick=7), Rows(lane=24, bar=10, tick_y=16, tick=4)
ROOMY_LANES = 1


@part
def strip(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    try:
        log = open_log(session)
    except errors.NotFound:
        return HttpResponse()  # the tabs say so
    except errors.UpstreamError as error:
        return render(request, "inspector/strip_unread.html", {"session": session, "words": trace_words(error)})
    axis = axis_of(session, log, looked)
    lanes = lanes_of(log, axis)
    shows_all = request.GET.get("lanes") == "all"
    shown = lanes if shows_all else lanes[:LANES_SHOWN]
    rows = ROOMY if len(shown) <= ROOMY_LANES else TIGHT
    context = {
        "session": session,
        "looked_at": looked,
        "axis": axis,
        "lanes": [(AXIS_HIGH + number * rows.lane, lane) for number, lane in enumerate(shown)],
        "rows": rows,
        "high": AXIS_HIGH + max(len(shown), LANES_SHOWN) * TIGHT.lane,
        "axis_high": AXIS_HIGH,
        "hidden": len(lanes) - len(shown),
        "shows_all": shows_all,
        "idle": idle_spans(log, axis),
        "unknown": unknown_spans(log, axis),
        "summary": summary_of(log, lanes),
        "counts": counts_of(log, looked),
        "sizes": {
            "story": len(log.events),
            "network": len(log.requests),
            "console": len(log.console),
            "raw": len(log),
        },
    }
    return render(request, "inspector/strip.html", context)


def idle_spans(log: Log, axis: Axis) -> list[Span]:
    """As far as the log reaches: beyond it nothing tells whether something was done."""
    last = log.offset_ms(log.pace.last_ms)
    what = "no command" if log.pace.commands else "nothing logged"
    spans = []
    for stretch in log.idle:
        begin, end = log.offset_ms(stretch.from_ms) or 0.0, log.offset_ms(stretch.to_ms) or 0.0
        end = end if last is None else min(end, last)
        if end > begin and axis.holds(begin, end):
            spans.append(span_of(axis, begin, end, f"{what} for {lasting((end - begin) / 1000)}"))
    return spans


def unknown_spans(log: Log, axis: Axis) -> list[Span]:
    first, last = log.offset_ms(log.pace.first_ms), log.offset_ms(log.pace.last_ms)
    if first is None or last is None:
        return [span_of(axis, 0.0, axis.end, "not known: nothing was logged")]
    around = ((0.0, first, "not known: nothing logged before"), (last, axis.end, "not known: nothing logged after"))
    least = (axis.right - axis.left) * _WORTH_SAYING
    return [
        span_of(axis, begin, end, said)
        for begin, end, said in around
        if end - begin > least and axis.holds(begin, end) and begin < axis.right and end > axis.left
    ]


def span_of(axis: Axis, begin: float, end: float, said: str) -> Span:
    begin_shown, end_shown = max(begin, axis.left), min(end, axis.right)
    is_wide = (end_shown - begin_shown) / (axis.right - axis.left) > len(said) * 0.007
    middle = axis.place((begin_shown + end_shown) / 2)
    return Span(axis.place(begin), axis.width(begin, end), middle, is_wide, said, begin)


def summary_of(log: Log, lanes: list[Drawn]) -> str:
    if not len(log):
        return "Nothing was logged, which does not mean that nothing happened."
    idle_s = sum(stretch.lasts_s for stretch in log.idle)
    failed = sum(request.has_failed for request in log.requests)
    parts = [counted(len(lanes), "tab"), counted(len(log.requests), "request")]
    parts += [f"{failed:,} failed"] if failed else []
    parts += [f"idle for {lasting(idle_s)}"] if idle_s else []
    return ", ".join(parts)
