"""The web server: uvicorn, quiet, with its transport in reach of the faults and an end that waits for nobody."""

import asyncio
import signal
import socket
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

TRANSPORT = "simulator.transport"


class Protocol(HttpToolsProtocol):
    """Puts the connection into the ASGI scope: a fault may have to cut it."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        extensions: dict[str, Any] = {TRANSPORT: {"transport": self.transport}}
        self.scope["extensions"] = extensions


class Server(uvicorn.Server):
    """Says when it listens, and cuts open connections when told to stop."""

    def __init__(self, config: uvicorn.Config, on_listening: Callable[[], None]) -> None:
        super().__init__(config)
        self.on_listening = on_listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.on_listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for connection in list(self.server_state.connections):
            transport: asyncio.Transport | None = connection.transport
            if transport is not None:
                transport.abort()
        await super().shutdown(sockets)


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound socket, or the OSError that says why not."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        # Without it a second process could bind the same port between here and the server's start.
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


def serve(app: Any, listeners: list[socket.socket], on_listening: Callable[[], None]) -> None:
    """Runs until SIGINT or SIGTERM."""
    config = uvicorn.Config(
        app,
        http=Protocol,
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="error",
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,
    )
    Server(config, on_listening).run(sockets=listeners)


def leave_quietly(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def leave_quietly_on_signals() -> None:
    """uvicorn raises the signal it stopped for once more when it is done; it shall not read as a crash."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave_quietly)
