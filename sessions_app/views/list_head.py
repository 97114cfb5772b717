"""What stands above the list whatever it shows: the views of it and its columns."""

from typing import Any

from django.http import HttpRequest

from sessions_app.forms.saved_view import NewView
from sessions_app.query.columns import DEFAULT, DENSITIES, FIELD_COLUMNS, Column

from .access import person
from .columns import Look, preferences
from .view_menu import ViewMenu

PLACES = ("cursor", "top", "add", "not", "drop")


def list_head(request: HttpRequest) -> dict[str, Any]:
    look = Look.read(request)
    state = {"q": request.GET.get("q", "").strip(), "columns": look.written, "density": look.density}
    return {
        "look": look,
        "unused_columns": [Column(name) for name in FIELD_COLUMNS if Column(name) not in look.columns],
        "densities": DENSITIES,
        "kept": kept_beside_look(request),
        "has_preferences": preferences(request.user) != (DEFAULT, next(iter(DENSITIES))),
        "view_menu": ViewMenu.of(request, look),
        "new_view": NewView.of(person(request), initial=state),
    }


def kept_beside_look(request: HttpRequest) -> list[tuple[str, str]]:
    """The address's other parameters, for forms that change the look; a place in the list is not among them."""
    left_out = {*PLACES, "columns", "density"}
    return [(name, request.GET[name]) for name in request.GET if name not in left_out and request.GET[name]]
