"""How the list looks: `?columns=status,id,order.status` and `?density=compact`, else as its reader prefers it."""

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from sessions_app.models import User
from sessions_app.query import QueryError
from sessions_app.query.columns import DEFAULT, DENSITIES, Column, read_columns, write_columns

from .access import person

#: What the address says of the look, and the saved view with which it began.
SHOWN = ("columns", "density", "view")
ASKED = ("q", "tz", "limit")


@dataclass(frozen=True)
class Look:
    """The columns and density in effect. `error` says why those in the address `text` are not."""

    columns: tuple[Column, ...]
    density: str
    text: str = ""
    error: QueryError | None = None

    @classmethod
    def read(cls, request: HttpRequest) -> Self:
        preferred, density = preferences(request.user)
        asked = request.GET.get("density", "")
        density = asked if asked in DENSITIES else density
        text = columns_of(request.GET)
        try:
            return cls(read_columns(text or preferred), density, text)
        except QueryError as error:
            return cls(read_columns(preferred), density, text, error)

    @property
    def written(self) -> str:
        return write_columns(self.columns)

    @property
    def fine_part(self) -> str:
        """Of the text, up to where it is wrong."""
        return self.text[: self.error.position] if self.error else ""

    @property
    def wrong_part(self) -> str:
        return self.text[self.error.position :] if self.error else ""

    @property
    def has_id(self) -> bool:
        return Column("id") in self.columns

    @property
    def is_usual(self) -> bool:
        """As it is for whoever chose nothing: then a narrow screen leaves out what is least needed."""
        return self.written == DEFAULT


def is_of_form(request: HttpRequest) -> bool:
    """Whether the columns came one by one, as a form sends them."""
    return len(request.GET.getlist("columns")) > 1


def to_written(request: HttpRequest) -> HttpResponseRedirect:
    """To the address that names all of them at once."""
    parameters = request.GET.copy()
    parameters["columns"] = columns_of(request.GET)
    return redirect(f"{request.path}?{parameters.urlencode(safe=',')}")


def shown_in(request: HttpRequest) -> dict[str, str]:
    """What the address says of the look, as an address says it."""
    return {name: request.GET.get(name, "") for name in SHOWN} | {"columns": columns_of(request.GET)}


def columns_of(parameters: QueryDict) -> str:
    """`columns` as text. A form sends each as a parameter of its own, some of them empty."""
    return ",".join(text for text in parameters.getlist("columns") if text.strip())


def preferences(user: object) -> tuple[str, str]:
    """Columns and density of this reader; programs and whoever never chose have everybody's."""
    columns, density = (user.list_columns, user.list_density) if isinstance(user, User) else ("", "")
    return columns or DEFAULT, density or next(iter(DENSITIES))


@require_POST
def prefer(request: HttpRequest) -> HttpResponseRedirect:
    """Where an address says nothing of them, this reader has these columns from now on; those of everybody for none."""
    user, density = person(request), request.POST.get("density", "")
    try:
        columns = write_columns(read_columns(columns_of(request.POST) or DEFAULT))
    except QueryError as error:
        messages.error(request, f"Your columns are as they were. {error.message}")
    else:
        user.list_columns = "" if columns == DEFAULT else columns
        user.list_density = density if density in DENSITIES else ""
        user.save(update_fields=["list_columns", "list_density"])
        messages.success(request, "Your list has these columns from now on.")
    rest = {name: request.POST[name] for name in ASKED if request.POST.get(name)}
    return redirect(f"{reverse('sessions')}?{urlencode(rest)}")
