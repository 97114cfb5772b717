"""What stands above the list whatever it shows: the views of it and its columns."""

from typing import Any

from django.http import HttpRequest, QueryDict

from sessions_app.forms.saved_view import NewView
from sessions_app.query.columns import DEFAULT, DENSITIES, FIELD_COLUMNS, Column

from .access import person
from .columns import Look, preferences
from .view_menu import ViewMenu


def list_head(request: HttpRequest, kept: QueryDict) -> dict[str, Any]:
    """`kept` are the address's parameters that a change of the list keeps: forms that change its look carry them on."""
    look = Look.read(request)
    state = {"q": request.GET.get("q", "").strip(), "columns": look.written, "density": look.density}
    return {
        "look": look,
        "unused_columns": [Column(name) for name in FIELD_COLUMNS if Column(name) not in look.columns],
        "densities": DENSITIES,
        "kept": [(name, kept[name]) for name in kept if name not in ("columns", "density") and kept[name]],
        "has_preferences": preferences(request.user) != (DEFAULT, next(iter(DENSITIES))),
        "view_menu": ViewMenu.of(request, look),
        "new_view": NewView.of(person(request), initial=state),
    }
