"""Sessions of the simulated team: what they ask for, how long they take and how they end."""

import uuid
from dataclasses import dataclass
from random import Random

from msgspec import UNSET

from simulator.creation import LONGEST_TIMEOUT_S, SHORTEST_TIMEOUT_S, BrowserSettings, Context, SessionRequest
from simulator.metadata import believable
from simulator.projects import Project
from simulator.sessions import Plan

OUTCOMES = {"COMPLETED": 85, "TIMED_OUT": 8, "ERROR": 7}
REGIONS = {"us-west-2": 50, "us-east-1": 25, "eu-central-1": 18, "ap-southeast-1": 7}

CONTEXTS = ("signed in as a buyer", "supplier portal", None)
"""By name; the last has none."""


@dataclass(frozen=True, slots=True)
class Part:
    """One session of the team: the request, its client's plan, and the seconds it will have lasted."""

    request: SessionRequest
    plan: Plan
    lasts_s: float


def part(random: Random, project: Project, lasts_s: float) -> Part:
    """A session that lasts `lasts_s`, unless it times out and that is less than the shortest timeout there is."""
    outcome = random.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
    keep_alive = random.random() < (0.5 if outcome == "TIMED_OUT" else 0.08)
    if outcome == "TIMED_OUT":
        timeout_s = max(SHORTEST_TIMEOUT_S, round(lasts_s))
        return Part(believable_request(random, project, keep_alive, timeout_s), Plan(stands_still=True), timeout_s)
    timeout_s = max(project.default_timeout, round(lasts_s) + 60)
    plan = Plan(ends_after_s=lasts_s, ends_by="crash" if outcome == "ERROR" else "release")
    return Part(believable_request(random, project, keep_alive, timeout_s), plan, lasts_s)


def believable_request(random: Random, project: Project, keep_alive: bool, timeout_s: int) -> SessionRequest:
    context = Context(random.choice(list(contexts_of(project)))) if random.random() < 0.2 else UNSET
    return SessionRequest(
        project_id=project.id,
        region=random.choices(list(REGIONS), list(REGIONS.values()))[0],  # type: ignore[arg-type]
        timeout=min(timeout_s, LONGEST_TIMEOUT_S),
        keep_alive=keep_alive,
        user_metadata=believable(random, project.name) if random.random() < 0.95 else UNSET,
        proxies=random.random() < 0.35,
        browser_settings=BrowserSettings(context=context),
    )


def contexts_of(project: Project) -> dict[str, str | None]:
    """The contexts that a project's team keeps, {id: name}: the same ids for whoever asks."""
    namespace = uuid.uuid5(uuid.NAMESPACE_URL, project.id)
    return {str(uuid.uuid5(namespace, str(name))): name for name in CONTEXTS}


def uuid_from(random: Random) -> str:
    return str(uuid.UUID(int=random.getrandbits(128), version=4))


def duration_s(random: Random, median_s: float) -> float:
    """Seconds: most around the median, a few up to an hour."""
    return min(3600.0, max(4.0, random.lognormvariate(0, 1.0) * median_s))
