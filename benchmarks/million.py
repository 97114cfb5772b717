"""Very many sessions, four metadata pairs each, with the values that make a search slow. All follows from the seed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection

from sessions_app.models import Account, Project, Session, User
from simulator.played import OUTCOMES, REGIONS

from . import seeding

SEED = 9
DAYS = 180
PROJECTS = 12
RUNNING = 200
TEAMS = {"growth": 60, "payments": 12, "data": 8, "search": 7, "ops": 6, "claims": 4, "travel": 2, "support": 1}
ENVIRONMENTS = {"prod": 60, "staging": 30, "dev": 10}
WORDS = "checkout sweep export price login basket invoice nightly retry smoke form deploy catalogue seat refund".split()
CAMPAIGN = 0.8  # what is older than this share of the time is of a campaign that nothing newer belongs to
LONG = 25_000  # one of so many lasts longer than half an hour
WHALE = 20_000  # one of so many of the campaign's is this customer's
COLUMNS = seeding.SESSION_COLUMNS


def seed(count: int, now: datetime) -> None:
    """Nothing but these sessions is in the tables afterwards, vacuumed and analyzed."""
    seeding.empty_tables()
    account = seeding.add_account("http://127.0.0.1:1")
    for number in range(PROJECTS):
        Project.objects.create(id=project_id(number), account=account, name=f"shop-{number}", concurrency=25)
    account.readable_projects.set(Project.objects.all())
    seeding.copy(Session, COLUMNS, Rows(count, now, account))
    with connection.cursor() as cursor:
        # Nobody asks for usage among them, and the worker would roll it up while others are timed.
        cursor.execute("TRUNCATE sessions_app_usagechange")
        cursor.execute("VACUUM ANALYZE")


def project_id(number: int) -> str:
    return f"project-{number:02}"


class Rows:
    """Oldest first, as pulls bring them in; the last ones run."""

    def __init__(self, count: int, now: datetime, account: Account) -> None:
        self.count, self.now, self.account = count, now, account
        self.people = [User.objects.get_or_create(username=name)[0].pk for name in seeding.COLLEAGUES]

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        random = Random(SEED)
        return (self.row(random, number) for number in range(self.count))

    def row(self, random: Random, number: int) -> tuple[Any, ...]:
        running = number >= self.count - RUNNING
        age = 1 - number / self.count
        hours = random.uniform(0, 0.1) if running else age * DAYS * 24 + random.uniform(0.3, 1)
        started = self.now - timedelta(hours=hours)
        ended = None if running else started + timedelta(seconds=lasts_s(random, number))
        status = "RUNNING" if running else random.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
        said = {
            "id": str(UUID(int=random.getrandbits(128))),
            "projectId": project_id(min(int(random.expovariate(0.4)), PROJECTS - 1)),
            "status": status,
            "region": list(REGIONS)[number % len(REGIONS)],
            "proxyBytes": int(random.lognormvariate(14, 1)) if random.random() < 0.35 else 0,
            "contextId": f"context-{random.randrange(5000)}" if random.random() < 0.2 else "",
            "userMetadata": metadata_of(random, number, self.count, age),
            **dict.fromkeys(("createdAt", "startedAt", "updatedAt", "expiresAt"), started.isoformat()),
        }
        owner = random.choice(self.people) if random.random() < 0.1 else None
        return self._stored(said, started, ended, owner)

    def _stored(self, said: dict[str, Any], started: datetime, ended: datetime | None, owner: Any) -> tuple[Any, ...]:
        seen = ended or started
        return (
            *(said["id"], said["projectId"], said["status"], said["region"], started, seen, started, ended),
            *(started + timedelta(minutes=30), False, said["contextId"], said["proxyBytes"]),
            *(seeding.as_json(said["userMetadata"]), seeding.as_json(said), started, seen, self.account.pk, owner),
        )


def lasts_s(random: Random, number: int) -> float:
    return 1900 + number % 5000 if number % LONG == LONG - 1 else min(random.lognormvariate(5, 0.9), 1790)


def metadata_of(random: Random, number: int, count: int, age: float) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "team": random.choices(list(TEAMS), list(TEAMS.values()))[0],
        "env": random.choices(list(ENVIRONMENTS), list(ENVIRONMENTS.values()))[0],
        "run": number % max(count // 50, 1),
    }
    if age > CAMPAIGN:
        return metadata | {"campaign": "launch"} | ({"customer": "whale"} if number % WHALE == 7 else {})
    if number % 20 == 0:
        return metadata | {"order": {"status": random.choice(("shipped", "paid", "lost")), "number": number}}
    kinds: tuple[dict[str, Any], ...] = (
        {"attempt": random.randint(1, 4)},
        {"note": " ".join(random.choices(WORDS, k=4))},
        {"customer": f"c-{random.randrange(5000)}"},
    )
    return metadata | kinds[number % 3]
