import asyncio
from urllib.parse import unquote

import pytest

from dashboard.encoded_slashes import KeepEncodedSlashes


def path_behind(raw_path: bytes) -> str:
    """What an application behind it sees, given what a server hands over."""
    seen = {}

    async def application(scope, receive, send):
        seen.update(scope)

    scope = {"type": "http", "raw_path": raw_path, "path": unquote(raw_path.decode("latin-1"))}
    asyncio.run(KeepEncodedSlashes(application)(scope, None, None))
    return seen["path"]


@pytest.mark.parametrize(
    ("raw_path", "path"),
    [
        (b"/sessions/a%2Fb/", "/sessions/a%2Fb/"),
        (b"/sessions/a%2fb%2F%20c/", "/sessions/a%2Fb%2F c/"),
        (b"/sessions/a%252Fb/", "/sessions/a%2Fb/"),
        (b"/sessions/%F0%9F%A6%8A%2Fx/", "/sessions/🦊%2Fx/"),
        (b"/sessions/plain%20one/", "/sessions/plain one/"),
        (b"/sessions/%FF%2F/", "/sessions/�%2F/"),
    ],
)
def test_only_a_real_slash_separates(raw_path, path):
    assert path_behind(raw_path) == path


def test_what_has_no_path_passes():
    async def application(scope, receive, send):
        assert scope == {"type": "lifespan"}

    asyncio.run(KeepEncodedSlashes(application)({"type": "lifespan"}, None, None))
