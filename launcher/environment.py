"""The settings' variables: what each mode takes from outside, what it decides, and the note of it for manage.py."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from .errors import LaunchError
from .places import CLONE, VAR

RUNNING_ENV = VAR / "running.env"
PREFIXES = ("SIGHTGLASS_", "BROWSERBASE_")
SERVERS = ("DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL")
# Only `setup_site` needs them, and it gets them directly.
NEVER_NOTED = ("SIGHTGLASS_ADMIN_PASSWORD", "BROWSERBASE_API_KEY")
# The demo has its own of these, whatever the shell holds for the real service.
NOT_FOR_THE_DEMO = ("SIGHTGLASS_SECRET_KEY", "SIGHTGLASS_ENCRYPTION_KEYS", "SIGHTGLASS_ALLOWED_HOSTS")
DEMO_KEY = "bb_demo"


def is_setting(name: str) -> bool:
    return name.startswith(PREFIXES) or name in SERVERS


def given(mode: str, dotenv: Path = CLONE / ".env") -> dict[str, str]:
    """What the person set: the process environment, for `make up` above the file .env. Empty ones count as unset."""
    sources: list[Mapping[str, str | None]]
    sources = [dotenv_values(dotenv), os.environ] if mode == "up" else [os.environ]
    return {name: value for source in sources for name, value in source.items() if value}


def words(variables: Mapping[str, str], name: str) -> list[str]:
    """As a shell splits them. Raises LaunchError for an open quote."""
    try:
        return shlex.split(variables.get(name, ""))
    except ValueError as error:
        raise LaunchError(f"{name} cannot be read: {error}.") from None


def number(variables: Mapping[str, str], name: str, default: int) -> int:
    """A port. Raises LaunchError for what is none."""
    text = variables.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65_536:
        raise LaunchError(f"{name}={text} is not a port: a number from 1 to 65535.")
    return int(text)


def demo_settings(variables: Mapping[str, str], port: int, simulator_port: int) -> dict[str, str]:
    """Everything the demo's parts are told. Its account is at the simulator, whatever keys the shell may hold."""
    simulator_url = f"http://127.0.0.1:{simulator_port}"
    kept = {name: value for name, value in variables.items() if is_setting(name) and name not in NOT_FOR_THE_DEMO}
    return kept | {
        "SIGHTGLASS_ENV": "demo",
        "SIGHTGLASS_URL": f"http://127.0.0.1:{port}",
        "SIGHTGLASS_ALLOW_PRIVATE_UPSTREAM": "1",
        "SIGHTGLASS_SIMULATOR_URL": simulator_url,
        "BROWSERBASE_API_KEY": DEMO_KEY,
        "BROWSERBASE_BASE_URL": simulator_url,
    }


def up_settings(variables: Mapping[str, str], port: int) -> dict[str, str]:
    """Everything the real site's parts are told. Raises LaunchError where it is asked to be a demo."""
    if variables.get("SIGHTGLASS_ENV") in ("demo", "test"):
        raise LaunchError("SIGHTGLASS_ENV is demo or test: `make up` is for the real service (local or production).")
    made_up = {"SIGHTGLASS_ENV": "local", "SIGHTGLASS_URL": f"http://127.0.0.1:{port}"}
    return made_up | {name: value for name, value in variables.items() if is_setting(name)}


def for_children(settings: Mapping[str, str]) -> dict[str, str]:
    """A process environment with these settings and no others."""
    inherited = {name: value for name, value in os.environ.items() if not is_setting(name)}
    return inherited | {"PYTHONUNBUFFERED": "1"} | dict(settings)


def note(settings: Mapping[str, str], path: Path = RUNNING_ENV) -> None:
    """Write down what runs here, for `manage.py` without any variable set. Holds secrets: 0600."""
    lines = [f"{name}={quoted(value)}\n" for name, value in sorted(settings.items()) if name not in NEVER_NOTED]
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.writelines(lines)
    fresh.replace(path)


def quoted(value: str) -> str:
    """As python-dotenv reads it back."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
