"""Every setting that a person can change, typed, read once.

Sources, strongest first: the process environment; what the running `make demo` or `make up` wrote down
(var/running.env); the file .env. In production var/running.env does not count, in tests neither file does.
"""

import os
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from .keys import read_or_make

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

Seconds = Annotated[float, Field(gt=0, le=86_400)]
Days = Annotated[int, Field(ge=0, le=36_500)]


class Environment(BaseSettings):
    """The settings by their environment names: `sightglass_url` is SIGHTGLASS_URL."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    sightglass_env: Literal["demo", "local", "production", "test"] = "local"
    sightglass_process: Literal["web", "worker", "beat", "command"] = "command"
    sightglass_url: str = "http://127.0.0.1:8000"
    sightglass_allowed_hosts: Annotated[list[str], NoDecode] = []
    sightglass_secret_key: str = ""
    sightglass_encryption_keys: Annotated[list[str], NoDecode] = []
    sightglass_allow_private_upstream: bool = False
    sightglass_frame_hosts: Annotated[list[str], NoDecode] = [
        "https://www.browserbase.com",
        "https://*.browserbase.com",
    ]
    sightglass_simulator_url: str = ""
    sightglass_admin_email: str = ""
    sightglass_admin_password: str = ""
    sightglass_pull_projects_s: Seconds = 300
    sightglass_pull_live_s: Seconds = 5
    sightglass_pull_sessions_s: Seconds = 300
    sightglass_pull_usage_s: Seconds = 300
    sightglass_kept_days: Annotated[int, Field(ge=0, le=3650)] = 0  # 0: not known
    sightglass_keep_sessions_days: Days = 0  # 0: for ever, as with the next three
    sightglass_keep_readings_days: Days = 0
    sightglass_keep_audit_days: Days = 0
    sightglass_keep_batches_days: Days = 0
    sightglass_keep_pulls_days: Annotated[int, Field(ge=1, le=36_500)] = 1
    sightglass_round_minutes: Annotated[int, Field(ge=0, le=60)] = 0  # 0: as they are
    database_url: str = "postgresql://sightglass@127.0.0.1:1/sightglass"
    celery_broker_url: str = "redis://127.0.0.1:1/0"
    cache_url: str = "redis://127.0.0.1:1/1"
    browserbase_api_key: str = ""
    browserbase_base_url: str = "https://api.browserbase.com"

    @field_validator("sightglass_allowed_hosts", "sightglass_encryption_keys", "sightglass_frame_hosts", mode="before")
    @classmethod
    def split_at_commas(cls, value: Any) -> Any:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("sightglass_encryption_keys")
    @classmethod
    def check_encryption_keys(cls, keys: list[str]) -> list[str]:
        for key in keys:
            Fernet(key)
        return keys

    @field_validator("sightglass_url")
    @classmethod
    def check_url(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
            raise ValueError("must look like https://sightglass.example or http://127.0.0.1:8000")
        return url.rstrip("/")

    @property
    def is_https(self) -> bool:
        return self.sightglass_url.startswith("https://")

    @property
    def allowed_hosts(self) -> list[str]:
        """The site's own name, this machine's, and what SIGHTGLASS_ALLOWED_HOSTS adds."""
        own = urlsplit(self.sightglass_url).hostname or "127.0.0.1"
        return [own, "127.0.0.1", "localhost", "[::1]", *self.sightglass_allowed_hosts]

    @cached_property
    def secret_key(self) -> str:
        return self.sightglass_secret_key or self.make_up("secret_key", get_random_secret_key)

    @cached_property
    def encryption_keys(self) -> list[str]:
        """Fernet keys, the first one encrypts, all decrypt."""
        return self.sightglass_encryption_keys or [
            self.make_up("encryption_keys", lambda: Fernet.generate_key().decode())
        ]

    def make_up(self, name: str, make: Any) -> str:
        if self.sightglass_env == "production":
            raise ImproperlyConfigured(f"SIGHTGLASS_{name.upper()} is not set, and production makes nothing up.")
        return read_or_make(VAR_DIR / name, make)


def files_to_read(env: str | None) -> tuple[Path, ...]:
    """Settings files, the later one wins. `env` is SIGHTGLASS_ENV as the process has it."""
    if env == "test":
        return ()
    running = VAR_DIR / "running.env"
    return (running,) if running.exists() and env != "production" else (BASE_DIR / ".env",)


def read_environment() -> Environment:
    """Raises ImproperlyConfigured with one line for each setting that is wrong; values are not repeated."""
    try:
        # A base settings source is given as an init argument, which mypy's view of the class does not know.
        return Environment(_env_file=files_to_read(os.environ.get("SIGHTGLASS_ENV")))  # type: ignore[call-arg]
    except ValidationError as error:
        lines = [f"{'.'.join(str(part) for part in e['loc'][:1]).upper()}: {e['msg']}" for e in error.errors()]
        raise ImproperlyConfigured("\n".join(lines)) from None
