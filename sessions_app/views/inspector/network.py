"""`/sessions/<id>/network/`: what was asked of the network and what came of it, as a waterfall."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sessions_app.inspector.opening import open_log
from sessions_app.models import Session

from .looked_at import LookedAt
from .network_asked import IN_TIME, ORDERS, Asked, Found, Row, found_in
from .network_bars import axis_of_rows, ticks_by_width
from .network_rows import shown, totals_of
from .panel import panel, part
from .rows import chunks_of, rows_asked


@panel("network")
def network(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    log, asked = open_log(session), Asked.by(request)
    found = found_in(log, asked, looked)
    context = {
        "session": session,
        "looked_at": looked,
        "asked": asked,
        "orders": ORDERS,
        "found": found,
        "totals": totals_of(found.rows, found.of),
        "unpaired": log.unpaired,
        "ticks": ticks_by_width(axis_of_rows(found.rows, looked)),
        "chunks": chunks_of(places_of(found, asked), reverse("session_network_rows", args=[session.id]), request),
        "har": har_address(session, looked),
        "opened": request.GET.get("request", ""),
    }
    return render(request, "inspector/network.html", context)


def har_address(session: Session, looked: LookedAt) -> str:
    address = reverse("session_har", args=[session.id])
    return f"{address}?{looked.part_query}" if looked.is_part else address


def places_of(found: Found, asked: Asked) -> list[Row]:
    """Where a moment leads to; in another order than in time, nowhere."""
    return found.rows if asked.order == IN_TIME else [Row(None, None, row.request) for row in found.rows]


@part
def rows(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    log = open_log(session)
    found = found_in(log, Asked.by(request), looked).rows
    told = shown(rows_asked(found, request), log, axis_of_rows(found, looked))
    return render(request, "inspector/network.html#rows", {"rows": told, "session": session})
