"""Believable `userMetadata`: what teams attach to their sessions, as seen in public code, and the teams' own habits."""

from collections.abc import Callable
from random import Random
from typing import Any

Metadata = dict[str, Any]

TEAMS = {
    "checkout": ("growth", "payments"),
    "crawl": ("data", "search"),
    "forms": ("ops", "claims"),
    "price-watch": ("pricing", "data"),
    "invoices": ("finance", "ops"),
    "onboarding": ("growth", "support"),
    "bookings": ("travel", "ops"),
    "support": ("support", "growth"),
}
PURPOSES = ("smoke test", "nightly sweep", "re-check after deploy", "price check", "customer export")


def team_run(random: Random, project: str) -> Metadata:
    teams = TEAMS.get(project.partition(" ")[0], ("web", "ops"))
    metadata: Metadata = {
        "team": random.choices(teams, (3, 1))[0],
        "env": random.choices(("prod", "staging", "dev"), (7, 2, 1))[0],
        "run": str(random.randint(3900, 4999)),
    }
    if random.random() < 0.6:
        metadata["customer"] = f"c-{random.randint(1001, 1024)}"
    if random.random() < 0.15:
        metadata["attempt"] = random.randint(2, 4)
    return metadata


def nested_run(random: Random, project: str) -> Metadata:
    shards = random.choice((4, 8))
    run = {"id": random.randint(3900, 4999), "shard": f"{random.randint(1, shards)}/{shards}"}
    return {"team": TEAMS.get(project, ("web",))[0], "run": run, "window": "2026-11-24T06:00:00Z"}


def stagehand(random: Random, _project: str) -> Metadata:
    if random.random() < 0.4:
        return {"stagehand": "true"}
    language, version = random.choice((("typescript", "3.2.1"), ("python", "0.9.4"), ("typescript", "4.4.0")))
    return {"stagehand": "true", "stagehand_sdk_language": language, "stagehand_sdk_version": version}


def user_environment(random: Random, _project: str) -> Metadata:
    return {"userId": f"u_{random.randint(10000, 10040)}", "environment": random.choice(("production", "preview"))}


def harbor(random: Random, _project: str) -> Metadata:
    return {"harborSessionId": f"trial-{random.getrandbits(24):06x}__env"}


def note(random: Random, _project: str) -> Metadata:
    return {"note": f"{random.choice(PURPOSES)}, ask #web-robots before you end it"}


def n8n(random: Random, _project: str) -> Metadata:
    return {"n8n": "true", "form": {"plan": random.choice(("basic", "team")), "seats": random.randint(1, 30)}}


def browse_cli(random: Random, _project: str) -> Metadata:
    return {"browse_cli": "true", "cli_version": "0.5.2", "install_id": f"{random.getrandbits(64):016x}"}


def persona_run(random: Random, _project: str) -> Metadata:
    return {
        "runId": f"run_{random.getrandbits(40):010x}",
        "personaId": random.choice(("first-time-buyer", "returning", "bulk")),
        "correlationToken": f"{random.getrandbits(64):016x}",
        "purpose": random.choice(PURPOSES),
    }


def workflow(random: Random, _project: str) -> Metadata:
    return {"orgId": f"org_{random.randint(11, 19)}", "workflowId": f"wf_{random.randint(100, 130)}"}


def monkey(random: Random, _project: str) -> Metadata:
    return {"monkey": True, "mission": "click everything", "invocation": random.randint(1, 400)}


KINDS: dict[Callable[[Random, str], Metadata], int] = {
    team_run: 60,
    nested_run: 5,
    stagehand: 8,
    user_environment: 6,
    harbor: 3,
    note: 3,
    n8n: 3,
    browse_cli: 3,
    persona_run: 3,
    workflow: 3,
    monkey: 2,
}


def believable(random: Random, project: str) -> Metadata:
    kind = random.choices(list(KINDS), list(KINDS.values()))[0]
    return kind(random, project)
