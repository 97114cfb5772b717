"""A believable team's month as the API would tell it: projects, sessions, counters. All follows from the seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from simulator.metadata import believable
from simulator.played import OUTCOMES, REGIONS, duration_s, uuid_from
from simulator.seeding import DAY_S, HISTORY_DAYS, NAMES, seconds_ago
from simulator.times import iso

SEED = 7
USUAL_S = 240
TIMEOUT_S = 1800
# What only old sessions hold, a fifth of all: a frequent value that a walk from the newest one on finds late.
CAMPAIGN_ENDED_DAYS_AGO = 24

SessionObject = dict[str, Any]


@dataclass(frozen=True)
class ProjectObject:
    id: str
    name: str
    concurrency: int


@dataclass(frozen=True)
class World:
    """`now` in seconds since 1970; `running` of the `sessions` go on in each project."""

    now: float
    sessions: int
    projects: list[ProjectObject]
    running: int

    @classmethod
    def of(cls, now: float, sessions: int, projects: int, running: int) -> "World":
        random = Random(SEED)
        return cls(now, sessions, [_project(random, number) for number in range(projects)], running)

    def session_objects(self) -> Iterator[SessionObject]:
        """The same at every call. The first projects are the busy ones."""
        random = Random(SEED)
        for project in self.projects:
            for _ in range(self.running):
                yield _running(random, project, self.now)
        weights = [1 / (index + 2) for index in range(len(self.projects))]
        for _ in range(self.sessions - self.running * len(self.projects)):
            yield _past(random, random.choices(self.projects, weights)[0], self.now)


def _project(random: Random, number: int) -> ProjectObject:
    turn, index = divmod(number, len(NAMES))
    return ProjectObject(uuid_from(random), NAMES[index] + (f"-{turn + 1}" if turn else ""), concurrency=25)


def _running(random: Random, project: ProjectObject, now: float) -> SessionObject:
    started = now - random.uniform(20, 500)
    return _session(random, project, started, "RUNNING", started + TIMEOUT_S)


def _past(random: Random, project: ProjectObject, now: float) -> SessionObject:
    lasts_s = duration_s(random, USUAL_S)
    started = now - max(seconds_ago(random), lasts_s + random.uniform(5, 600))
    status = random.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
    expires = started + (lasts_s if status == "TIMED_OUT" else max(TIMEOUT_S, lasts_s + 60))
    session = _session(random, project, started, status, expires)
    if now - started > CAMPAIGN_ENDED_DAYS_AGO * DAY_S:
        session["userMetadata"]["campaign"] = "launch"
    return session | {"endedAt": iso(started + lasts_s), "updatedAt": iso(started + lasts_s)}


def _session(random: Random, project: ProjectObject, started: float, status: str, expires: float) -> SessionObject:
    session = {
        "id": uuid_from(random),
        "projectId": project.id,
        "status": status,
        "region": random.choices(list(REGIONS), list(REGIONS.values()))[0],
        "createdAt": iso(started),
        "updatedAt": iso(started),
        "startedAt": iso(started),
        "expiresAt": iso(expires),
        "keepAlive": random.random() < 0.1,
        "proxyBytes": round(random.lognormvariate(14, 1)) if random.random() < 0.35 else 0,
        "userMetadata": believable(random, project.name) if random.random() < 0.95 else {},
    }
    return session | ({"contextId": uuid_from(random)} if random.random() < 0.2 else {})


class Counter:
    """A project's running counters as they were read every five minutes of the month; one reset, on the 13th day."""

    STEP_S = 300
    STEPS = HISTORY_DAYS * DAY_S // STEP_S
    RESET_STEP = 12 * DAY_S // STEP_S

    def __init__(self, start: float) -> None:
        self.start = start
        self.minutes = [0.0] * self.STEPS
        self.proxy_bytes = [0] * self.STEPS

    def add(self, began: float, ended: float, proxy_bytes: int) -> None:
        """A session's minutes go to the steps that it lasts, its bytes to the last of them."""
        first, last = self._step(began), self._step(ended)
        each = max(1.0, (ended - began) / 60) / (last - first + 1)
        for step in range(first, last + 1):
            self.minutes[step] += each
        self.proxy_bytes[last] += proxy_bytes

    def readings(self) -> Iterator[tuple[float, float, int, int]]:
        """(taken at, unchanged until, minutes, bytes); equal readings in a row are one."""
        minutes, proxy_bytes = 0.0, 0
        before: tuple[float, float, int, int] | None = None
        for step in range(self.STEPS):
            if step == self.RESET_STEP:
                minutes, proxy_bytes = 0.0, 0
            minutes, proxy_bytes = minutes + self.minutes[step], proxy_bytes + self.proxy_bytes[step]
            moment = self.start + step * self.STEP_S
            since = before[0] if before and before[2:] == (int(minutes), proxy_bytes) else moment
            if before and since == moment:
                yield before
            before = (since, moment, int(minutes), proxy_bytes)
        if before:
            yield before

    def _step(self, moment: float) -> int:
        return min(max(int((moment - self.start) // self.STEP_S), 0), self.STEPS - 1)
