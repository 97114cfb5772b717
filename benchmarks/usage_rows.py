"""Two years of sessions and counters of 200 projects, by COPY. All follows from the seed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate, islice
from random import Random

from django.db import connection

from sessions_app.models import Project, Session, UsageSnapshot, User
from simulator.played import OUTCOMES, REGIONS

from . import seeding

SEED = 11
DAYS = 730
PROJECTS = 200
COUNTED_PROJECTS = 20  # so many have their counter read every five minutes
RUNNING = 200
TEAMS = {"growth": 40, "payments": 20, "data": 15, "search": 10, "ops": 8, "claims": 4, "travel": 2, "support": 1}
ENVIRONMENTS = {"prod": 60, "staging": 30, "dev": 10}
CUSTOMERS = 5_000  # more than a roll-up keeps
EACH_RUN = 50  # sessions with the same `run`
READ_EVERY = timedelta(minutes=5)
LINES_AT_ONCE = 2_000


def seed(first: int, count: int, now: datetime) -> Iterator[str]:
    """The `first` of so many sessions, and nothing else, are in the tables afterwards. Returns the other lines."""
    seeding.empty_tables()
    account = seeding.add_account("http://127.0.0.1:1")
    for number in range(PROJECTS):
        Project.objects.create(id=project_id(number), account=account, name=f"shop-{number}", concurrency=25)
    account.readable_projects.set(Project.objects.all())
    people = [User.objects.get_or_create(username=name)[0].pk for name in seeding.COLLEAGUES]
    lines = session_lines(count, now, account.pk, people)
    copy_lines(lines, first)
    copy_readings(now)
    return lines


def copy_lines(lines: Iterator[str], count: int) -> None:
    statement = f"COPY {Session._meta.db_table} ({', '.join(seeding.SESSION_COLUMNS)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as stream:
        for start in range(0, count, LINES_AT_ONCE):
            stream.write("".join(islice(lines, min(LINES_AT_ONCE, count - start))))


def project_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def session_lines(count: int, now: datetime, account: int, people: list[int]) -> Iterator[str]:
    """Oldest first, as pulls bring them in; the last ones run. Lines of COPY's text format."""
    random = Random(SEED)
    projects = list(accumulate(1 / (number + 4) for number in range(PROJECTS)))
    named = [project_id(number) for number in range(PROJECTS)]
    statuses, regions = list(accumulate(OUTCOMES.values())), list(accumulate(REGIONS.values()))
    for number in range(count):
        running = number >= count - RUNNING
        hours = random.uniform(0, 0.1) if running else (1 - number / count) * DAYS * 24 + random.uniform(0.1, 1)
        started = now - timedelta(hours=hours)
        ended = None if running else min(now, started + timedelta(seconds=lasts_s(random)))
        status = "RUNNING" if running else random.choices(list(OUTCOMES), cum_weights=statuses)[0]
        project = random.choices(named, cum_weights=projects)[0]
        region = random.choices(list(REGIONS), cum_weights=regions)[0]
        proxied = int(random.lognormvariate(14, 1)) if random.random() < 0.35 else 0
        owner = str(random.choice(people)) if random.random() < 0.1 else r"\N"
        metadata = metadata_of(random, number)
        first, seen = started.isoformat(), (ended or started).isoformat()
        session_id = f"{random.getrandbits(128):032x}"
        raw = (
            f'{{"id":"{session_id}","projectId":"{project}","status":"{status}","region":"{region}",'
            f'"createdAt":"{first}","startedAt":"{first}","updatedAt":"{seen}","userMetadata":{metadata}}}'
        )
        cells = (
            *(session_id, project, status, region, first, seen, first, ended.isoformat() if ended else r"\N"),
            *((started + timedelta(hours=6)).isoformat(), "f", "", str(proxied), metadata, raw, first, seen),
            *(str(account), owner),
        )
        yield "\t".join(cells) + "\n"


def lasts_s(random: Random) -> float:
    """Mostly some minutes, a few hours."""
    return min(random.lognormvariate(5, 1.1), 21_600)


def metadata_of(random: Random, number: int) -> str:
    """JSON: a path with few values, two with many, a nested one, one whose value may be a number."""
    team = random.choices(list(TEAMS), cum_weights=list(accumulate(TEAMS.values())))[0]
    env = random.choices(list(ENVIRONMENTS), cum_weights=list(accumulate(ENVIRONMENTS.values())))[0]
    if number % 20 == 0:
        return f'{{"order":{{"status":"{random.choice(("shipped", "paid", "lost"))}"}},"run":{number // EACH_RUN}}}'
    customer = f',"customer":"c-{random.randrange(CUSTOMERS)}"' if number % 3 else ""
    attempt = f',"attempt":{random.randint(1, 4)}' if number % 4 == 0 else ""
    return f'{{"team":"{team}","env":"{env}","run":{number // EACH_RUN}{customer}{attempt}}}'


def copy_readings(now: datetime) -> None:
    """Each counter begins anew every thirty days, and stands still now and then."""
    columns = ("project_id", "taken_at", "unchanged_until", "browser_minutes", "proxy_bytes")
    seeding.copy(UsageSnapshot, columns, readings(now))


def readings(now: datetime) -> Iterator[tuple[str, datetime, datetime, int, int]]:
    random, step = Random(SEED), timedelta(days=DAYS) // READ_EVERY
    for number in range(COUNTED_PROJECTS):
        minutes = proxied = 0
        for k in range(step):
            taken = now - (step - k) * READ_EVERY
            minutes, proxied = (0, 0) if k % 8_640 == 0 else (minutes, proxied)
            minutes += random.randint(1, 9)
            proxied += random.randint(0, 1_000_000)
            yield project_id(number), taken, taken, minutes, proxied
