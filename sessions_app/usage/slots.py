"""Who holds the slots now: running sessions against each project's concurrency."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, F
from django.utils import timezone

from sessions_app.models import Project, Session
from sessions_app.models.session import expiring_soon

NEAR = 10  # a tenth of the slots left, or fewer, is near the limit


@dataclass(frozen=True)
class Slots:
    """`closing` of the `running` are close to their expiry. `concurrency` is None where upstream did not say.

    `known_as` is what the list's `project:` finds it by: its name, or its id where another one has the same name.
    """

    project_id: str | None
    name: str
    known_as: str
    is_listed: bool
    running: int = 0
    closing: int = 0
    concurrency: int | None = None

    @property
    def left(self) -> int | None:
        return None if self.concurrency is None else max(self.concurrency - self.running, 0)

    @property
    def is_near_limit(self) -> bool:
        return self.running > 0 and self.left is not None and self.left <= (self.concurrency or 0) // NEAR


def slots(user: object) -> list[Slots]:
    """Every project by name, then those that no list shows but whose sessions run."""
    running = _running(user)
    projects = list(Project.objects.visible_to(user).only("id", "name", "concurrency"))
    names = Counter(str(project).casefold() for project in projects)
    rows = []
    for project in projects:
        known_as = str(project) if names[str(project).casefold()] == 1 else project.pk
        counts = running.pop(project.pk, (0, 0))
        rows.append(Slots(project.pk, str(project), known_as, True, *counts, project.concurrency))
    for key, counts in running.items():
        rows.append(Slots(key, key or "project not known", key or "", False, *counts))
    return rows


def _running(user: object) -> dict[str | None, tuple[int, int]]:
    soon = expiring_soon(timezone.now())
    held = Session.objects.visible_to(user).holding_slots().order_by().values("project_id")
    counts = held.annotate(running=Count("pk"), closing=Count("pk", filter=soon)).order_by(F("project_id").asc())
    return {row["project_id"]: (row["running"], row["closing"]) for row in counts}
