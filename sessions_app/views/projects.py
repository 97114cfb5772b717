"""The projects that the accounts' keys show, and a page for each."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sessions_app.models import Project, Pull, Session
from sessions_app.usage import figures
from sessions_app.usage.figures import Figures
from sessions_app.usage.periods import last_days
from sessions_app.usage.slots import slots

from .access import wants_json
from .as_json import iso
from .bearer import open_to_programs
from .errors import page as error_page
from .frame import is_fragment, reader_zone
from .polling import polled
from .usage_chart import Series, usage_chart

LATEST = 10
NOT_KNOWN = "No account's key has ever shown a project with this id."


@open_to_programs
@require_safe
@polled
def page(request: HttpRequest) -> HttpResponse:
    projects = list(Project.objects.visible_to(request.user).select_related("account").with_running().with_usage())
    if wants_json(request):
        return JsonResponse({"results": [project_json(project) for project in projects]})
    pulls = {pull.project_id: pull for pull in Pull.objects.visible_to(request.user).newest() if pull.project_id}
    context = {
        "lines": [(project, pulls.get(project.pk)) for project in projects],
        "several_accounts": len({project.account_id for project in projects}) > 1,
    }
    return render(request, "projects.html#rows" if is_fragment(request) else "projects.html", context)


@open_to_programs
@require_safe
@polled
def one(request: HttpRequest, project_id: str) -> HttpResponse:
    known = Project.objects.visible_to(request.user).select_related("account").prefetch_related("readers")
    project = None if "\x00" in project_id else known.with_running().with_usage().filter(pk=project_id).first()
    if project is None:
        return error_page(request, 404, "No such project", NOT_KNOWN)
    if wants_json(request):
        return JsonResponse(project_json(project))
    sessions = Session.objects.visible_to(request.user).filter(project=project)
    shown = used(request, project)
    context = {
        "project": project,
        "held": next(held for held in slots(request.user) if held.project_id == project.pk),
        "pull": Pull.objects.visible_to(request.user).newest().filter(project=project).first(),
        "latest": list(sessions.newest_first().for_display()[:LATEST]),
        "shown": shown,
        "chart": usage_chart(
            shown.periods, shown.measure, [Series(str(project), "fill-1", shown.totals)], estimated=shown.estimated
        ),
    }
    return render(request, "project.html#project" if is_fragment(request) else "project.html", context)


def used(request: HttpRequest, project: Project) -> Figures:
    """The project's minutes of 30 days: by its counter, or by its sessions where that does not reach back so far."""
    periods = last_days(timezone.now(), reader_zone(request), 30)
    counter = figures.by_counter(request.user, periods, "browser_minutes", only=project.pk)
    if counter.reaches_back:
        return counter
    return figures.by_sessions(request.user, periods, "browser_minutes", only=project.pk)


def project_json(project: Any) -> dict[str, Any]:
    """A project annotated with_running and with_usage. `usage` is None until its counter was read."""
    usage = {
        "browser_minutes": project.browser_minutes,
        "proxy_bytes": project.proxy_bytes,
        "taken_at": iso(project.usage_read_at),
    }
    return {
        "id": project.pk,
        "account": project.account.name,
        "name": project.name,
        "owner_id": project.owner_id or None,
        "default_timeout": project.default_timeout_s,
        "concurrency": project.concurrency,
        "created_at": iso(project.created_at),
        "updated_at": iso(project.updated_at),
        "running": project.running,
        "usage": usage if project.usage_read_at else None,
    }
