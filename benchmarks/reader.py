"""Somebody who is signed in and reads the site over HTTP."""

import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.test import Client

from sessions_app.models import User

from .timing import clocked

NAME = "bench"


class Reader(httpx.Client):
    """One kept-open connection to the site."""

    def __init__(self, url: str) -> None:
        cookie = sign_in().cookies[settings.SESSION_COOKIE_NAME].value
        super().__init__(base_url=url, cookies={settings.SESSION_COOKIE_NAME: cookie}, timeout=30)

    def seconds(self, path: str, headers: dict[str, str] | None = None, status: int = 200) -> float:
        """How long the answer takes. Any other status than the one expected is an error."""

        def ask() -> None:
            answer = self.get(path, headers=headers)
            if answer.status_code != status:
                raise RuntimeError(f"{path} answered {answer.status_code}: {answer.text[:300]}")

        return clocked(ask)

    def post_json(self, path: str) -> Any:
        """As a script does it, with the session cookie and the token of the other one."""
        if "csrftoken" not in self.cookies:
            self.get("/sessions/")
        headers = {"Accept": "application/json", "X-CSRFToken": self.cookies["csrftoken"]}
        return self.post(path, headers=headers).raise_for_status().json()

    def bytes_on_the_wire(self, path: str, headers: dict[str, str]) -> int:
        """Everything the server sends for one request: status line, headers, body."""
        place = urlsplit(str(self.base_url))
        request = self.build_request("GET", path, headers=headers | {"Connection": "close"})
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in request.headers.items())]
        with socket.create_connection((place.hostname, place.port)) as wire:
            wire.sendall("\r\n".join([*lines, "", ""]).encode())
            return sum(map(len, iter(lambda: wire.recv(65_536), b"")))


def sign_in() -> Client:
    """Django's own client, in this process, signed in."""
    user, _ = User.objects.get_or_create(username=NAME)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    return client
