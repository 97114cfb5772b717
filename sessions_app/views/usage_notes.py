"""Notes on the charts of usage: `/usage/notes/`. Everybody sees them, their author changes them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from sessions_app.forms.usage_note import NoteForm
from sessions_app.models import UsageNote

from .access import person
from .frame import reader_zone


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    note = UsageNote(author=person(request))
    form = NoteForm(note, reader_zone(request), request.POST)
    if form.save():
        messages.success(request, f"Noted: “{note}”.")
        return back_to(request)
    return render(request, "usage/note.html", {"form": form, "back": request.POST.get("back", "")})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, note_id: int) -> HttpResponse:
    note = own_note(request, note_id)
    form = NoteForm(note, reader_zone(request), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.save():
        messages.success(request, f"The note is now “{note}”.")
        return back_to(request)
    back = request.POST.get("back", "") or request.GET.get("back", "")
    return render(request, "usage/note.html", {"form": form, "note": note, "back": back})


@require_POST
def delete(request: HttpRequest, note_id: int) -> HttpResponse:
    note = own_note(request, note_id)
    note.delete()
    messages.success(request, f"The note “{note}” is deleted.")
    return back_to(request)


def own_note(request: HttpRequest, note_id: int) -> UsageNote:
    note = get_object_or_404(UsageNote.objects.visible_to(request.user).select_related("author"), pk=note_id)
    if note.author != request.user:
        raise PermissionDenied
    return note


def back_to(request: HttpRequest) -> HttpResponseRedirect:
    """The page of usage as it was: `back` is its address behind the question mark."""
    back = request.POST.get("back", "")
    return redirect(f"{reverse('usage')}{'?' if back else ''}{back}")
