"""The form that starts a session, what it will send while one types, and the answer that is shown once."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sessions_app.actions import create
from sessions_app.browserbase import errors
from sessions_app.forms import NewSession, prefill
from sessions_app.models import Account, Context, Extension, Project, Session
from sessions_app.models.belonging import Belonging

from . import new_session_json, starting
from .access import wants_json
from .bearer import open_to_programs
from .new_session_words import Credentials, ready_words, refusal_words
from .polling import polled
from .snippets import DEFAULT_BASE_URL

HOLDERS_SHOWN = 10
OFFERED = 100  # contexts, extensions


@open_to_programs
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def page(request: HttpRequest) -> HttpResponse:
    """The form, and what became of it. The credentials of a new session are in the answer to the POST, nowhere else."""
    if wants_json(request):
        return new_session_json.answer(request)
    if request.method == "POST":
        return add_rule(request) if "add_rule" in request.POST else start(request)
    return show(request, *opening(request))


@never_cache
@require_POST
@sensitive_post_parameters()
def preview(request: HttpRequest) -> HttpResponse:
    """What the form as it stands would send, and the words around it, as htmx partials."""
    form = NewSession(offered_projects(request), request.POST)
    return render(request, "new_session.html#words", {"words": words_of(request, form)})


@require_safe
@polled
def holders(request: HttpRequest) -> HttpResponse:
    """Who holds the slots of `?project=`, as a fragment that refreshes itself."""
    return render(request, "new_session.html#holders", {"holders": Holders.of(request, request.GET.get("project", ""))})


def opening(request: HttpRequest) -> tuple[NewSession, str]:
    """The form as the address asks for it, and what is to be said about that."""
    projects = offered_projects(request)
    values = {"project": projects[0].id if projects else ""} | prefill.from_query(request.GET)
    said = ""
    if liked := request.GET.get("like", ""):
        session = find_session(request, liked)
        values |= prefill.like(session) if session else {}
        said = prefill.not_known_of(session) if session else "The session to start one like is not known here."
    return NewSession(projects, values), said


def find_session(request: HttpRequest, session_id: str) -> Session | None:
    if "\x00" in session_id:
        return None
    return Session.objects.visible_to(request.user).select_related("project").filter(pk=session_id).first()


def offered_projects(request: HttpRequest) -> list[Project]:
    return list(Project.objects.visible_to(request.user).select_related("account").with_running())


def add_rule(request: HttpRequest) -> HttpResponse:
    """One more proxy rule, with all that was typed; nothing is started."""
    form = NewSession(offered_projects(request), request.POST, more_rules=1)
    if not request.headers.get("HX-Request"):
        return show(request, form)
    response = render(request, "new_session.html#rules", {"form": form})
    response.headers["HX-Trigger"] = "rules-changed"
    return response


def start(request: HttpRequest) -> HttpResponse:
    form = NewSession(offered_projects(request), request.POST)
    if not form.is_valid():
        return show(request, form, invalid=True)
    try:
        session, answer = starting.start(request, form.body, request.POST.get("token", ""))
    except starting.AlreadyAsked as asked:
        return render(request, "session_started.html", {"again": True, "session_id": asked.session_id})
    except errors.UpstreamError as error:
        return show(request, form, failure=Failure.of(request, error, form))
    context = {"session": session, "credentials": Credentials.of(answer)}
    return render(request, "session_started.html", context, status=201)


def show_again(request: HttpRequest) -> HttpResponse:
    """The form as it was sent, where it could not be taken for its sender's."""
    words = "This page was older than your sign-in, so nothing was started. Press Start once more."
    response = show(request, NewSession(offered_projects(request), request.POST), words)
    response.status_code = 403
    return response


def show(request: HttpRequest, form: NewSession, said: str = "", **more: Any) -> HttpResponse:
    """The page with the form, always with a token of its own: pressing the button again is another session."""
    context = {
        "form": form,
        "words": words_of(request, form),
        "said": said,
        "token": uuid4(),
        "has_account": Account.objects.visible_to(request.user).exists(),
        "known_contexts": latest_used(Context, request),
        "known_extensions": latest_used(Extension, request),
    }
    return render(request, "new_session.html", context | more)


def latest_used(kind: type[Belonging], request: HttpRequest) -> list[Belonging]:
    """What the field for an id offers while one types."""
    known = kind.objects.visible_to(request.user).present().most_recent_first()
    return list(known.prefetch_related("project")[:OFFERED])


def words_of(request: HttpRequest, form: NewSession) -> dict[str, str]:
    form.is_valid()
    project = form.chosen_project
    account = project.account if project else Account.objects.visible_to(request.user).first()
    return ready_words(form, str(request.user), account.base_url if account else DEFAULT_BASE_URL)


@dataclass
class Holders:
    """Who holds a project's slots by our own tables; without a known project, everybody's."""

    project: Project | None
    sessions: list[Session]  # the oldest first: a slot that somebody forgot is among them
    held: int

    @classmethod
    def of(cls, request: HttpRequest, project_id: str) -> "Holders":
        project = None
        if "\x00" not in project_id:
            project = Project.objects.visible_to(request.user).filter(pk=project_id).first()
        holding = Session.objects.visible_to(request.user).holding_slots()
        holding = holding.filter(project=project) if project else holding
        oldest = holding.order_by("started_at", "id").for_display()[:HOLDERS_SHOWN]
        return cls(project, list(oldest), holding.order_by().count())

    @property
    def are_all_taken(self) -> bool:
        limit = self.project.concurrency if self.project else None
        return limit is not None and self.held >= limit


@dataclass
class Failure:
    """Why nothing was started, or why nobody can tell."""

    error: errors.UpstreamError
    words: str
    may_have_started: bool
    holders: Holders | None  # where a limit was reached

    @classmethod
    def of(cls, request: HttpRequest, error: errors.UpstreamError, form: NewSession) -> "Failure":
        limited = isinstance(error, errors.RateLimited)
        project = form.chosen_project
        slot_holders = Holders.of(request, project.id if project else "") if limited else None
        return cls(error, refusal_words(error), create.may_have_started(error), slot_holders)

    @property
    def retry_at(self) -> datetime | None:
        """When upstream says to try again, None where it does not say."""
        wait_s = self.error.retry_after_s
        return None if wait_s is None else timezone.now() + timedelta(seconds=math.ceil(wait_s))
