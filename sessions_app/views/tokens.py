"""API tokens: who holds which, making one, ending one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sessions_app.actions import tokens
from sessions_app.actions.tokens import TokenRefused
from sessions_app.forms import NewToken
from sessions_app.models import Account, AuditEvent, Project, Token, User

from .access import client_address, person, wants_json
from .as_json import iso
from .frame import is_fragment
from .polling import polled
from .snippets import to_use

#: Of those that were revoked or expired, the newest.
ENDED_SHOWN = 20
EVENTS_SHOWN = 20
EVENTS = (AuditEvent.Action.TOKEN_CREATED, AuditEvent.Action.TOKEN_REVOKED)
# Which field of the form a refusal is about, where it is not called the same.
FIELD_OF = {"owner": "robot"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@polled
def page(request: HttpRequest) -> HttpResponse:
    """The list, and the form; the text of a new token is in the answer to its POST and nowhere else."""
    if request.method == "POST":
        return make(request)
    listing = Listing.of(request)
    if wants_json(request):
        return JsonResponse({"results": [token_json(line.token) for line in [*listing.usable, *listing.ended]]})
    if is_fragment(request):
        return render(request, "tokens.html#list", {"listing": listing})
    return show(request, new_token(request), listing)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Asks first, since whatever uses the token stops at once."""
    token = get_object_or_404(Token.objects.visible_to(request.user).select_related("owner", "account"), pk=token_id)
    if request.method != "POST":
        return render(
            request, "revoke_token.html#ask" if is_fragment(request) else "revoke_token.html", {"token": token}
        )
    if tokens.revoke(token, by=person(request), address=client_address(request)):
        messages.success(request, f"Token {token} of {token.owner} is revoked: it opens nothing from now on.")
    else:
        messages.success(request, f"Token {token} of {token.owner} had been revoked already.")
    return redirect("tokens")


def show(request: HttpRequest, form: NewToken, listing: "Listing") -> HttpResponse:
    robots = User.objects.filter(is_robot=True).order_by("username").values_list("username", flat=True)
    return render(request, "tokens.html", {"listing": listing, "form": form, "robots": list(robots)})


def new_token(request: HttpRequest, data: Any = None) -> NewToken:
    accounts = list(Account.objects.visible_to(request.user))
    return NewToken(accounts, list(Project.objects.visible_to(request.user).select_related("account")), data)


def make(request: HttpRequest) -> HttpResponse:
    form = new_token(request, request.POST)
    if form.is_valid() and (made := made_from(request, form)):
        token, text = made
        site = request.build_absolute_uri("/").rstrip("/")
        context = {"token": token, "text": text, "snippets": to_use(text, site, token.can_operate)}
        return render(request, "token_made.html", context, status=201)
    return show(request, form, Listing.of(request))


def made_from(request: HttpRequest, form: NewToken) -> tuple[Token, str] | None:
    """The token and its text, or None with the reason in the form; then no new robot is left behind either."""
    asked = form.cleaned_data
    try:
        with transaction.atomic():
            return tokens.make(
                tokens.robot_called(asked["robot"]) if asked["robot"] else person(request),
                asked["right"],
                asked["account"] or tokens.account_called(None),
                project_ids=asked["projects"],
                expires_at=asked["expires"],
                name=asked["name"],
                by=person(request),
                address=client_address(request),
            )
    except TokenRefused as error:
        form.add_error(FIELD_OF.get(error.field, error.field), str(error))
        return None


@dataclass(frozen=True)
class Line:
    """One token with the names of its projects; [] stands for all."""

    token: Token
    projects: list[str]

    @classmethod
    def of(cls, token: Token, names: Mapping[str, str]) -> "Line":
        return cls(token, [names.get(project_id) or project_id for project_id in token.project_ids or []])


@dataclass(frozen=True)
class Listing:
    """The usable ones, the newest ENDED_SHOWN of the others, and what was done lately."""

    usable: list[Line]
    ended: list[Line]
    ended_in_all: int
    events: list[AuditEvent]
    several_accounts: bool

    @classmethod
    def of(cls, request: HttpRequest) -> "Listing":
        known = Token.objects.visible_to(request.user).select_related("owner", "account", "created_by")
        names = dict(Project.objects.visible_to(request.user).values_list("pk", "name"))
        ended = known.ended()
        return cls(
            [Line.of(token, names) for token in known.usable()],
            [Line.of(token, names) for token in ended[:ENDED_SHOWN]],
            ended.count(),
            list(AuditEvent.objects.filter(action__in=EVENTS)[:EVENTS_SHOWN]),
            Account.objects.visible_to(request.user).count() > 1,
        )


def token_json(token: Token) -> dict[str, Any]:
    """Everything but the text, which nobody can read again. `projects` None means all of the account's."""
    return {
        "prefix": token.prefix,
        "name": token.name,
        "owner": str(token.owner),
        "is_robot": token.owner.is_robot,
        "account": token.account.name,
        "right": token.right,
        "projects": token.project_ids,
        "state": token.state,
        "created_at": iso(token.created_at),
        "created_by": str(token.created_by) if token.created_by else None,
        "expires_at": iso(token.expires_at),
        "revoked_at": iso(token.revoked_at),
        "last_used_at": iso(token.last_used_at),
    }
