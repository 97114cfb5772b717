"""How much the web process takes at once."""

import asyncio
import resource
import subprocess
import sys

from dashboard.crowd import Crowd
from tests import asynchronous

LOW = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (200, {hard}))
from dashboard.descriptors import raise_limit
raise_limit()
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


def raised(hard: int) -> list[int]:
    answer = subprocess.run([sys.executable, "-c", LOW.format(hard=hard)], capture_output=True, text=True, check=True)
    return [int(number) for number in answer.stdout.split()]


def test_the_web_process_takes_as_many_connections_as_it_may() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = 8192 if hard == resource.RLIM_INFINITY else min(8192, hard)
    assert raised(hard) == [most, hard]
    assert raised(300) == [300, 300]


def test_beyond_its_number_pages_are_turned_away_at_once_and_later_not() -> None:
    async def run() -> list[int]:
        gate, statuses = asyncio.Event(), []

        async def page(scope, receive, send):
            await gate.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})

        async def send(message):
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        crowd = Crowd(page, most=2)
        waiting = [asyncio.create_task(crowd({"type": "http"}, None, send)) for _ in range(2)]
        await asyncio.sleep(0)
        await crowd({"type": "http"}, None, send)
        gate.set()
        await asyncio.gather(*waiting)
        await crowd({"type": "http"}, None, send)
        return statuses

    assert asynchronous.run(run()) == [503, 200, 200, 200]
