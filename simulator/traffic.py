"""The traffic that goes on by itself: a new session every 10 to 20 seconds in the whole world, at speed 1."""

from random import Random

from simulator.limits import FREE_SLOTS
from simulator.played import duration_s, part
from simulator.seeding import weights
from simulator.world import World, new_id, now

GAP_S = (10, 20)
USUAL_S = 120
"""Median length of a session here; shorter than in the past, so that one sees them come and go."""


class Traffic:
    """Sessions start and end `speed` times as fast. It leaves the last slots of each project to others."""

    def __init__(self, world: World, speed: float, seed: int) -> None:
        self.world, self.speed = world, speed
        self.random = Random(f"traffic {seed}")
        self._next(now())

    def _next(self, at: float) -> None:
        self.world.agenda.at(at + self.random.uniform(*GAP_S) / self.speed, self._arrive)

    def _arrive(self, at: float) -> None:
        projects = list(self.world.projects.values())
        project = self.random.choices(projects, weights(projects))[0]
        coming = part(self.random, project, duration_s(self.random, USUAL_S) / self.speed)
        if project.free_slots > FREE_SLOTS:
            self.world.create(project, coming.request, coming.plan, round(at, 3), new_id())
        self._next(at)
