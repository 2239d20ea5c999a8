"""The server as a program of its own: it listens, answers, and ends."""

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

# A client that does not read gets no more.
_LAST_WORDS = 1.0

__all__ = ["LOOPBACK", "is_loopback_name", "run"]


def run(app: ASGIApp, host: str, port: int, grace: float, say: Callable[[str], object]) -> None:
    """Serve until SIGINT or SIGTERM; then answers that have begun have `grace` seconds to end.

    `say` is told where it listens. OSError: it cannot listen there. What is logged goes to the
    standard error: warnings, and of "sparkchat.serve" what its level lets through.
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
            # It would have the paths and queries of all requests.
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
            # Longer than clients keep an idle connection: else they write into one that closes.
            timeout_keep_alive=120,
            timeout_graceful_shutdown=max(1, round(grace)),
        )
        _Server(config).run([listener])


class _Server(uvicorn.Server):
    """Lets what is cut at the end say so: SIGTERM ends the process right behind `shutdown`."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        if tasks := list(self.server_state.tasks):
            await asyncio.wait(tasks, timeout=_LAST_WORDS)


def _without_cancelling(app: ASGIApp) -> ASGIApp:
    """Keep uvicorn from taking for a fault what it cancels itself, when the grace is over."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await app(scope, receive, send)

    return answer


def _in_origin_form(app: ASGIApp) -> ASGIApp:
    """Take the path from a target that is a whole URL, as clients of proxies write it."""

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
