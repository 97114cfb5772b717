"""The SDKs' ways to the API: straight to the simulator, and through the site with one of its own tokens."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from browserbase import AsyncBrowserbase, Browserbase

from sessions_app.actions.tokens import make
from sessions_app.models import Token, User
from tests import asynchronous
from tests.conftest import make_account
from tests.rows import make_project
from tests.upstream import Simulator

Ask = Callable[[Callable[[Any], Any]], Any]


@dataclass
class Door:
    """What a program is told: the site's address as its base URL, and a token as its key."""

    url: str
    key: str
    token: Token


OpenDoor = Callable[..., Door]


@pytest.fixture
def open_door(site: str) -> OpenDoor:
    """`open_door(upstream's url, its key)` makes account, robot and token, with the right to operate unless told."""

    def open_(upstream_url: str, key: str, right: str = "operate", project_ids: list[str] | None = None) -> Door:
        number = Token.objects.count()
        account = make_account(f"account {number}", upstream_url, key)
        for project_id in project_ids or ():
            make_project(account, id=project_id)
        robot = User.objects.create(username=f"robot {number}", is_robot=True)
        token, text = make(robot, right, account, project_ids=project_ids)
        return Door(site, text, token)

    return open_


@pytest.fixture
def door(open_door: OpenDoor, simulator: Simulator) -> Door:
    """To this test's simulated world, with all its projects."""
    return open_door(simulator.url, simulator.key)


def asker(kind: str, url: str, key: str, max_retries: int = 0) -> Ask:
    """`ask(lambda sdk: sdk.projects.list())` answers alike for the sync and the async SDK."""
    options = {"api_key": key, "base_url": url, "max_retries": max_retries, "_strict_response_validation": True}

    async def ask_async(question: Callable[[AsyncBrowserbase], Any]) -> Any:
        async with AsyncBrowserbase(**options) as sdk:
            return await question(sdk)

    def ask_sync(question: Callable[[Browserbase], Any]) -> Any:
        with Browserbase(**options) as sdk:
            return question(sdk)

    return ask_sync if kind == "sync" else lambda question: asynchronous.run(ask_async(question))


# The mark, because pytest-django decides before the fixture asks.
@pytest.fixture(params=["straight", pytest.param("through the site", marks=pytest.mark.django_db(transaction=True))])
def way(request: pytest.FixtureRequest, simulator: Simulator) -> Simulator | Door:
    """Both have `url` and `key`."""
    return simulator if request.param == "straight" else request.getfixturevalue("door")


@pytest.fixture(params=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def ask(kind: str, way: Simulator | Door) -> Ask:
    return asker(kind, way.url, way.key)
