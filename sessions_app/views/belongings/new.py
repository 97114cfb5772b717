"""Making one: the form beside the list, sent once whatever comes twice."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sessions_app.actions import belongings, create
from sessions_app.actions.once import Once
from sessions_app.browserbase import errors
from sessions_app.forms.belongings import NewContext, NewExtension
from sessions_app.forms.extension_zip import MOST_BYTES
from sessions_app.models import Account, Context, Project
from sessions_app.models.belonging import Belonging

from ..access import client_address, person
from ..frame import is_fragment
from ..saved_views import go_to
from .done import say_done
from .listing import Listing, words_of
from .refusals import refusal_words


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, kind: type[Belonging]) -> HttpResponse:
    """A GET leads to the list, where the form is."""
    if request.method != "POST":
        return redirect(f"{reverse(kind.plural)}#new")
    form = context_form(request, request.POST) if kind is Context else extension_form(request, request.POST)
    if not form.is_valid():
        return show_again(request, kind, form)
    once = Once(person(request), request.POST.get("token", ""))
    if not once.claim():
        return asked_twice(request, kind, once)
    try:
        thing = make(request, form)
    except errors.UpstreamError as error:
        if not create.may_have_started(error):
            once.forget()
        return show_again(request, kind, form, refusal_words(kind, error, form))
    once.keep(thing.pk)
    return made(request, thing)


def make(request: HttpRequest, form: NewContext | NewExtension) -> Belonging:
    """Raises UpstreamError."""
    user, address, asked = person(request), client_address(request), form.cleaned_data
    if isinstance(form, NewContext):
        accounts = create.accounts_for(user, asked["project"] or None)
        return belongings.create_context(user, accounts, asked["name"], asked["project"], address)
    if form.chosen_account is None:
        raise errors.BadKey("There is no account yet: add one with manage.py add_account.", sent=False)
    file = asked["file"]
    return belongings.upload_extension(user, form.chosen_account, file.name, file, address)


def made(request: HttpRequest, thing: Belonging) -> HttpResponse:
    say_done(request, thing, "is created" if isinstance(thing, Context) else "is uploaded")
    return go_to(request, thing.get_absolute_url())


def asked_twice(request: HttpRequest, kind: type[Belonging], once: Once) -> HttpResponse:
    """To what the first request made; where that is not known, to the list."""
    if once.session_id:
        return go_to(request, reverse(kind.word, args=[once.session_id]))
    words = f"This {kind.word} was asked for already, and is made once only. Here it is as soon as that is done."
    messages.warning(request, words)
    return go_to(request, reverse(kind.plural))


def show_again(
    request: HttpRequest, kind: type[Belonging], form: NewContext | NewExtension, failure: str = ""
) -> HttpResponse:
    """With all that was typed, and what to mend."""
    context = as_context(form) | {"failure": failure}
    if is_fragment(request):
        return render(request, f"belongings/new_{kind.word}.html", context | words_of(kind))
    return show(request, kind, Listing.of(request, kind), context)


def show(request: HttpRequest, kind: type[Belonging], listing: Listing, form: dict[str, Any]) -> HttpResponse:
    """The list with the form as it stands."""
    return render(request, "belongings.html", {"listing": listing} | form | words_of(kind))


def blank_form(request: HttpRequest, kind: type[Belonging]) -> dict[str, Any]:
    return as_context(context_form(request) if kind is Context else extension_form(request))


def as_context(form: NewContext | NewExtension) -> dict[str, Any]:
    """Always with a token of its own: pressing the button again is another one."""
    return {"form": form, "token": uuid4(), "most_bytes": MOST_BYTES}


def context_form(request: HttpRequest, data: Any = None) -> NewContext:
    return NewContext(list(Project.objects.visible_to(request.user).select_related("account")), data)


def extension_form(request: HttpRequest, data: Any = None) -> NewExtension:
    return NewExtension(list(Account.objects.visible_to(request.user)), data, None if data is None else request.FILES)
