"""The views of the list that somebody can choose from: ours, their own, and those that others share."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import Self
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from sessions_app.models import SavedView

from .columns import Look
from .frame import reader_zone

SHARED_SHOWN = 200


@dataclass(frozen=True)
class BuiltIn:
    """A view that everybody has; `key` stands for it where a number stands for a saved one."""

    key: str
    name: str
    q: str = ""

    @property
    def address(self) -> str:
        return list_address(self.q)


def built_in(zone: tzinfo) -> list[BuiltIn]:
    """Today is the reader's."""
    today = f"{timezone.localtime(timezone=zone):%Y-%m-%d}"
    return [
        BuiltIn("all", "All sessions"),
        BuiltIn("running", "Running", "status:RUNNING"),
        BuiltIn("errors-today", "Errors today", f"status:ERROR started:>{today}"),
        BuiltIn("timed-out", "Timed out", "status:TIMED_OUT"),
    ]


def address_of(view: SavedView) -> str:
    """The list as the view has it. `view` tells the page where it comes from."""
    return list_address(view.q, columns=view.columns, density=view.density, view=str(view.pk))


def list_address(q: str, **more: str) -> str:
    state = {name: text for name, text in {"q": q, **more}.items() if text}
    return f"{reverse('sessions')}{'?' if state else ''}{urlencode(state)}"


@dataclass(frozen=True)
class Choice:
    """A saved view and where it leads."""

    view: SavedView
    is_current: bool

    @property
    def address(self) -> str:
        return address_of(self.view)


@dataclass(frozen=True)
class ViewMenu:
    """`current` is the saved view with which the address began, `is_changed` whether the list differs from it now."""

    built_in: list[tuple[BuiltIn, bool]]  # and whether the list is as it has it
    own: list[Choice]
    shared: list[Choice]
    current: SavedView | None
    is_changed: bool
    is_own: bool

    @classmethod
    def of(cls, request: HttpRequest, look: Look) -> Self:
        q, number = request.GET.get("q", "").strip(), request.GET.get("view", "")
        views = views_of(request)
        current = next((view for view in views if str(view.pk) == number), None)
        choices = [Choice(view, view is current) for view in views]
        return cls(
            [(view, current is None and view.q == q) for view in built_in(reader_zone(request))],
            [choice for choice in choices if choice.view.owner_id == request.user.pk],
            [choice for choice in choices if choice.view.owner_id != request.user.pk],
            current,
            current is not None and (current.q, current.columns, current.density) != (q, look.written, look.density),
            current is not None and current.owner_id == request.user.pk,
        )


def views_of(request: HttpRequest) -> list[SavedView]:
    """One's own, and of those that others share as many as a menu holds, each group by name."""
    visible = SavedView.objects.visible_to(request.user).select_related("owner")
    own, shared = visible.filter(owner=request.user.pk), visible.exclude(owner=request.user.pk)
    return [*own, *shared[:SHARED_SHOWN]]
