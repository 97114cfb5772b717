import re
from urllib.parse import quote, unquote

import pytest
from django.urls import resolve, reverse

from dashboard.encoded_slashes import KeepEncodedSlashes
from sessions_app.views.paths import SLASH
from tests import asynchronous


def path_behind(raw_path: bytes) -> str:
    """What an application behind it sees, given what a server hands over."""
    seen = {}

    async def application(scope, receive, send):
        seen.update(scope)

    scope = {"type": "http", "raw_path": raw_path, "path": unquote(raw_path.decode("latin-1"))}
    asynchronous.run(KeepEncodedSlashes(application)(scope, None, None))
    return seen["path"]


@pytest.mark.parametrize(
    ("raw_path", "path"),
    [
        (b"/sessions/a%2Fb/", f"/sessions/a{SLASH}b/"),
        (b"/sessions/a%2fb%2F%20c/", f"/sessions/a{SLASH}b{SLASH} c/"),
        (b"/sessions/a%252Fb/", "/sessions/a%2Fb/"),
        (b"/sessions/%F0%9F%A6%8A%2Fx/", f"/sessions/🦊{SLASH}x/"),
        (b"/sessions/plain%20one/", "/sessions/plain one/"),
        (b"/sessions/%FF%2F/", f"/sessions/�{SLASH}/"),
    ],
)
def test_only_a_real_slash_separates(raw_path, path):
    assert path_behind(raw_path) == path


def test_what_has_no_path_passes():
    async def application(scope, receive, send):
        assert scope == {"type": "lifespan"}

    asynchronous.run(KeepEncodedSlashes(application)({"type": "lifespan"}, None, None))


@pytest.mark.parametrize("id", ["a/b", "/", "per%cent", "a%2Fb", "a%41", "%00", "100%", "ü 🦊", 'a"\\?#;+&=', "new2"])
def test_an_id_that_a_script_encodes_once_is_read_as_it_is(id):
    path = f"/sessions/{quote(id, safe='')}/end/"
    assert resolve(path_behind(path.encode())).kwargs == {"session_id": id}


@pytest.mark.parametrize("id", ["a/b", "per%cent", "a%2Fb", "..", ".", "new", "/"])
def test_an_address_that_we_write_leads_to_its_id(id):
    address = reverse("session", args=[id])
    assert re.fullmatch("/sessions/[^/]+/", address)
    assert unquote(address) not in ("/sessions/./", "/sessions/../")
    assert resolve(path_behind(address.encode())).kwargs == {"session_id": id}
