"""The two limits of POST /v1/sessions: sessions at once in a project, and sessions created in any 60 seconds."""

from collections import defaultdict, deque

from simulator.errors import rate_limited
from simulator.projects import Project

WINDOW_S = 60
FREE_SLOTS = 5
"""Slots in each project that the world leaves free, at its start and by its traffic."""
CONCURRENCY_RETRY_S = 5
"""`retry-after` when all slots are taken: nobody knows when one gets free."""


class CreationLimits:
    """Counts what requests created, per key: neither refused requests nor the world's own traffic count."""

    def __init__(self, creates_per_minute: int) -> None:
        self.creates_per_minute = creates_per_minute
        self._created: defaultdict[str, deque[float]] = defaultdict(deque)

    def check(self, project: Project, now: float) -> None:
        """ApiError 429 if one more session would pass a limit."""
        if project.free_slots <= 0:
            words = f"You have reached the limit of {project.concurrency} concurrent sessions of this project"
            raise rate_limited(words, project.concurrency, CONCURRENCY_RETRY_S)
        created = self._created[project.key]
        while created and created[0] <= now - WINDOW_S:
            created.popleft()
        if self.creates_per_minute and len(created) >= self.creates_per_minute:
            words = f"You have reached the limit of {self.creates_per_minute} sessions created per minute"
            raise rate_limited(words, self.creates_per_minute, created[0] + WINDOW_S - now)

    def count(self, project: Project, now: float) -> None:
        self._created[project.key].append(now)
