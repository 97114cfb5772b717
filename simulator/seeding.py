"""The world at its start: projects, a month of sessions behind them, and some that run. All follows from the seed.

Times are relative to the start. The team's day is laid so that now is its Wednesday afternoon: most sessions lie in the
working hours before, few in nights and at weekends.
"""

from random import Random

from simulator.belongings import Context
from simulator.limits import FREE_SLOTS
from simulator.played import believable_request, contexts_of, duration_s, part, uuid_from
from simulator.projects import Project
from simulator.sessions import Plan
from simulator.world import World, now

NAMES = ("checkout", "crawl", "forms", "price-watch", "invoices", "onboarding", "bookings", "support")
DEFAULT_TIMEOUTS_S = (900, 1800, 600)
DAY_S = 86400
HISTORY_DAYS = 30
HOUR_NOW, WEEKDAY_NOW = 15, 2
BY_HOUR = (2, 1, 1, 1, 1, 2, 4, 7, 12, 16, 18, 17, 14, 16, 18, 18, 16, 12, 8, 6, 5, 4, 3, 2)
WEEKEND_SHARE = 0.3
USUAL_S = 240
"""Median length of a past session."""
RUNNING_EACH = 4


def new_world(
    keys: list[str], projects: int, sessions: int, seed: int, concurrency: int, creates_per_minute: int, speed: float
) -> World:
    """A world with exactly that many sessions, dealt out among projects, and these among the keys in turn."""
    random = Random(seed)
    owners = {key: uuid_from(random) for key in keys}
    moment = now()
    made = [new_project(random, number, keys, owners, concurrency, moment) for number in range(projects)]
    world = World(made, creates_per_minute, random)
    if sessions:
        keep_contexts(world, made, moment)
    running = sum(start_running(world, project, sessions // (5 * projects), speed, moment) for project in made)
    for _ in range(sessions - running):
        live_past(world, random.choices(made, weights(made))[0], moment)
    world.agenda.run(moment)
    return world


def keep_contexts(world: World, projects: list[Project], moment: float) -> None:
    """Older than the history, whose sessions use them."""
    made_at = moment - DAY_S * (HISTORY_DAYS + 1)
    for project in projects:
        for id, name in contexts_of(project).items():
            world.contexts.put(Context(id, project, name, made_at, made_at))


def new_project(
    random: Random, number: int, keys: list[str], owners: dict[str, str], concurrency: int, moment: float
) -> Project:
    turn, index = divmod(number, len(NAMES))
    key = keys[number % len(keys)]
    return Project(
        id=uuid_from(random),
        name=NAMES[index] + (f"-{turn + 1}" if turn else ""),
        owner_id=owners[key],
        key=key,
        default_timeout=DEFAULT_TIMEOUTS_S[number % len(DEFAULT_TIMEOUTS_S)],
        concurrency=concurrency,
        created_at=moment - DAY_S * random.randint(60, 400),
    )


def weights(projects: list[Project]) -> list[float]:
    """The first projects are the busy ones."""
    return [1 / (index + 2) for index in range(len(projects))]


def start_running(world: World, project: Project, most: int, speed: float, moment: float) -> int:
    """Sessions that run at the start, every second one close to its expiry; returns how many."""
    count = int(max(0, min(RUNNING_EACH, most, project.free_slots - FREE_SLOTS)))
    for number in range(count):
        age_s, left_s = world.random.uniform(20, 500), duration_s(world.random, 150)
        expires_s = world.random.uniform(100, 420) if number % 2 else max(900, left_s + 60)
        request = believable_request(world.random, project, number % 3 == 1, round(age_s + expires_s))
        plan = Plan(ends_after_s=age_s + left_s / speed if speed else None)
        world.create(project, request, plan, round(moment - age_s, 3), uuid_from(world.random))
    return count


def live_past(world: World, project: Project, moment: float) -> None:
    """One session of the past, over before now."""
    past = part(world.random, project, duration_s(world.random, USUAL_S))
    ago_s = max(seconds_ago(world.random), past.lasts_s + world.random.uniform(5, 600))
    world.create(project, past.request, past.plan, round(moment - ago_s, 3), uuid_from(world.random))


def seconds_ago(random: Random) -> float:
    """A moment of the last 30 days, likelier when the team works."""
    while True:
        ago_s = random.uniform(0, HISTORY_DAYS * DAY_S)
        days, hours = divmod(HOUR_NOW - ago_s / 3600, 24)
        share = WEEKEND_SHARE if (WEEKDAY_NOW + days) % 7 >= 5 else 1
        if random.random() < share * BY_HOUR[int(hours)] / max(BY_HOUR):
            return ago_s
