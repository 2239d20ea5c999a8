"""The server as a program: it listens, answers, and ends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from .guard import LOOPBACK, is_loopback_name

# How long in seconds a client has to read the last event.
_LAST_WORDS = 1.0

__all__ = ["LOOPBACK", "is_loopback_name", "run"]


def run(app: ASGIApp, host: str, port: int, grace: float, say: Callable[[str], object]) -> None:
    """Serve until SIGINT or SIGTERM; open answers then have `grace` seconds to finish.

    `say` receives the address. OSError: it cannot listen there. The log goes to standard error:
    warnings, and the messages of "sparkchat.serve" that its level lets through.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    for name in ("sparkchat.serve", "uvicorn"):
        logging.getLogger(name).addHandler(handler)
    with _listen(host, port) as listener:
        address, actual = listener.getsockname()[:2]
        shown = f"[{address}]" if ":" in address else address
        say(f"listening at http://{shown}:{actual}/v1")
        config = uvicorn.Config(
            _in_origin_form(_without_cancelling(app)),
            log_config=None,
            log_level="warning",
            # It would contain the paths and queries of all requests.
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
            # Longer than clients keep an idle connection: otherwise they write to one that is
            # closing.
            timeout_keep_alive=120,
            timeout_graceful_shutdown=max(1, round(grace)),
        )
        _Server(config).run([listener])


class _Server(uvicorn.Server):
    """Lets cut-off answers send their error: SIGTERM ends the process right after `shutdown`."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        if tasks := list(self.server_state.tasks):
            await asyncio.wait(tasks, timeout=_LAST_WORDS)


def _without_cancelling(app: ASGIApp) -> ASGIApp:
    """Keep uvicorn from reporting a fault for requests that it cancels after the grace period."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await app(scope, receive, send)

    return answer


def _in_origin_form(app: ASGIApp) -> ASGIApp:
    """Take the path from a target that is a whole URL, as proxy clients send it."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith("/"):
            with contextlib.suppress(ValueError):
                scope = {**scope, "path": urlsplit(scope["path"]).path or "/"}
        await app(scope, receive, send)

    return answer


def _listen(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = found[0]
    return socket.create_server(address, family=family, backlog=2048)
