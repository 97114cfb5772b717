"""`/views/`: lists of sessions under a name, one's own and the team's, and which of them is the start page."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from sessions_app.forms.saved_view import NewView, ViewName, ViewState
from sessions_app.models import SavedView, User

from .access import person, wants_json
from .columns import Look
from .frame import is_fragment, reader_zone
from .view_menu import ViewMenu, address_of, built_in, views_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The views one can open; a POST makes a new one."""
    if request.method == "POST":
        return make(request)
    if wants_json(request):
        return JsonResponse({"results": [view_json(view) for view in views_of(request)]})
    return show(request)


def show(request: HttpRequest, **context: Any) -> HttpResponse:
    menu = ViewMenu.of(request, Look.read(request))
    return render(request, "views.html", {"view_menu": menu, "start": person(request).start_view} | context)


def make(request: HttpRequest) -> HttpResponse:
    form = NewView.of(person(request), request.POST)
    if form.save():
        messages.success(request, f"Saved as “{form.view}”.")
        return go_to(request, address_of(form.view))
    if is_fragment(request):
        return render(request, "list/save_view.html", {"form": form})
    return show(request, form=form)


def go_to(request: HttpRequest, address: str) -> HttpResponse:
    """Leave the page, also where a fragment asked."""
    return HttpResponseClientRedirect(address) if is_fragment(request) else redirect(address)


@require_safe
def open_view(request: HttpRequest, key: str) -> HttpResponse:
    """A stable address: leads to the list as the view has it. `key` is a saved view's number or a built-in's name."""
    address = address_by(request, key)
    if address is None:
        raise Http404
    return redirect(address)


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The chosen start page; the overview where none is chosen, or it is gone."""
    return redirect(address_by(request, person(request).start_view) or "overview")


def address_by(request: HttpRequest, key: str) -> str | None:
    """None where this person has no such view."""
    for view in built_in(reader_zone(request)):
        if view.key == key:
            return view.address
    saved = SavedView.objects.visible_to(request.user).filter(pk=key).first() if is_number(key) else None
    return address_of(saved) if saved else None


def is_number(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) < 19


@require_POST
def choose_start(request: HttpRequest) -> HttpResponse:
    """`view` opens after signing in; "" is the overview."""
    key, user = request.POST.get("view", ""), person(request)
    if key and address_by(request, key) is None:
        raise Http404
    User.objects.filter(pk=user.pk).update(start_view=key)
    messages.success(request, f"{'That view' if key else 'The overview'} opens after you sign in.")
    return redirect("views")


@require_POST
def change_state(request: HttpRequest, view_id: int) -> HttpResponse:
    """The view shows from now on what the list shows."""
    form = ViewState(own_view(request, view_id), request.POST)
    if form.save():
        messages.success(request, f"“{form.view}” is as you see it now.")
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect(address_of(form.view))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: HttpRequest, view_id: int) -> HttpResponse:
    """Its name, and whether the team sees it."""
    view = own_view(request, view_id)
    before = {"name": view.name, "is_shared": view.is_shared}
    form = ViewName(view, request.POST if request.method == "POST" else None, initial=before)
    if request.method == "POST" and form.save():
        messages.success(request, f"“{view}” is {'shared with the team' if view.is_shared else 'seen by you alone'}.")
        return go_to(request, reverse("views"))
    return ask(request, "view_rename.html", view, form=form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, view_id: int) -> HttpResponse:
    view = own_view(request, view_id)
    if request.method != "POST":
        return ask(request, "view_delete.html", view)
    view.delete()
    messages.success(request, f"The view “{view}” is deleted.")
    return redirect("views")


def ask(request: HttpRequest, template: str, view: SavedView, **context: Any) -> HttpResponse:
    """As a dialog over the page, or as a page."""
    name = f"{template}#ask" if is_fragment(request) else template
    return render(request, name, {"view": view} | context)


def own_view(request: HttpRequest, view_id: int) -> SavedView:
    """What one cannot see is not there; what is another's is not one's own to change."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user).select_related("owner"), pk=view_id)
    if view.owner != request.user:
        raise PermissionDenied
    return view


def view_json(view: SavedView) -> dict[str, Any]:
    return {
        "id": view.pk,
        "name": view.name,
        "owner": str(view.owner),
        "shared": view.is_shared,
        "q": view.q,
        "columns": view.columns,
        "density": view.density,
        "url": address_of(view),
    }
