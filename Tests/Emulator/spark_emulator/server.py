"""Starts and stops all listeners together."""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
from contextlib import suppress
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from . import faulty_ports
from .certificates import Certificates
from .control import Control
from .http.answer import SERVER
from .http.embedding_endpoint import PATH, EmbeddingEndpoint
from .http.endpoint import CompletionsEndpoint
from .listening import BACKLOG, listen_on, port_of
from .options import Options
from .proxy_port import serve_as_proxy
from .records import Recorder
from .service.limits import Limits
from .service.plans import ALL
from .transports import Connections
from .websocket.endpoint import Endpoint

# A signed URL is long, and a scenario's content may be longer.
_LONGEST_LINE = 1024 * 1024


async def _name_server(request: web.BaseRequest, response: web.StreamResponse) -> None:
    response.headers["Server"] = SERVER


class Server:
    """The emulator on its ports."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._recorder = Recorder(quiet=options.quiet)
        self._servers: list[asyncio.Server] = []
        self.ready: dict[str, Any] = {}

    async def start(self) -> None:
        """Listen on every port, and fill `ready` with the values that clients need."""
        _hush(asyncio.get_running_loop())
        self._certificates = Certificates(self._options.ca_file)
        try:
            await self._listen(self._certificates)
        except BaseException:
            await self.stop()
            raise

    def _limits(self) -> Limits:
        return Limits(self._options.max_rate, self._options.max_concurrency)

    async def _listen(self, tls: Certificates) -> None:
        app = web.Application(client_max_size=0)
        app.add_routes(Control(self._recorder).routes())
        shared = self._options, self._recorder, Connections(), self._limits()
        completions = CompletionsEndpoint(*shared)
        # The service's embeddings are on another server, with its own limits.
        embeddings = EmbeddingEndpoint(*shared[:3], self._limits())
        app.add_routes([web.post(path, completions.handle) for path in ALL.paths])
        app.add_routes([web.post(PATH, embeddings.handle)])
        app.router.add_route("*", "/{path:.*}", Endpoint(*shared).handle)
        app.on_response_prepare.append(_name_server)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            logger=_logger(),
            keepalive_timeout=75,
            max_line_size=_LONGEST_LINE,
            max_field_size=_LONGEST_LINE,
            shutdown_timeout=0.2,
        )
        await self._runner.setup()
        ws_port = await self._serve_app(self._options.port, None)
        wss_port = await self._serve_app(self._options.tls_port, tls.good)
        ports = {
            "blackhole": await self._serve_raw(faulty_ports.blackhole),
            "reset": await self._serve_raw(faulty_ports.reset),
            "close": await self._serve_raw(faulty_ports.close),
            "garbage": await self._serve_raw(faulty_ports.garbage),
            "tls_wrong_name": await self._serve_app(0, tls.wrong_name),
            "tls_untrusted": await self._serve_app(0, tls.untrusted),
            "tls_expired": await self._serve_app(0, tls.expired),
            "tls_old": await self._serve_app(0, tls.old),
            "tls_blackhole": await self._serve_raw(faulty_ports.blackhole, tls.good),
        }
        proxy_port = await self._serve_raw(serve_as_proxy(ws_port, wss_port))
        self.ready = {
            "host": self._options.host,
            "ws_port": ws_port,
            "wss_port": wss_port,
            "proxy_port": proxy_port,
            "ca_file": str(tls.ca_file),
            "app_id": self._options.app_id,
            "api_key": self._options.api_key,
            "api_secret": self._options.api_secret,
            "api_password": self._options.api_password,
            "maas_password": self._options.maas_password,
            "token_key": self._options.token_key,
            "coding_key": self._options.coding_key,
            "pid": os.getpid(),
            "ports": ports,
        }

    async def _serve_app(self, port: int, context: ssl.SSLContext | None) -> int:
        sockets = listen_on(self._options.host, port)
        for sock in sockets:
            site = web.SockSite(self._runner, sock, ssl_context=context, backlog=BACKLOG)
            await site.start()
        return port_of(sockets)

    async def _serve_raw(
        self, serve: faulty_ports.Serve, context: ssl.SSLContext | None = None
    ) -> int:
        sockets = listen_on(self._options.host, 0)
        for sock in sockets:
            self._servers.append(
                await asyncio.start_server(
                    faulty_ports.served(serve), sock=sock, ssl=context, backlog=BACKLOG
                )
            )
        return port_of(sockets)

    async def stop(self) -> None:
        """Stop listening and drop every connection."""
        for server in self._servers:
            server.close()
        # TLS connections would otherwise wait for the peer's close_notify.
        for connection in self._runner.server.connections if self._runner.server else ():
            if connection.transport is not None:
                # Pythons up to 3.11.2 raise this for a connection that has been closed twice.
                with suppress(AttributeError):
                    connection.transport.abort()
        await self._runner.cleanup()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*others, return_exceptions=True)
        self._certificates.discard()


def _logger() -> logging.Logger:
    """Return a logger for aiohttp that ignores requests that are not HTTP."""

    def is_ours(record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, HttpProcessingError)

    logger = logging.getLogger("spark_emulator.http")
    logger.addFilter(is_ours)
    return logger


def _hush(loop: asyncio.AbstractEventLoop) -> None:
    """Do not log clients that break the connection, which is normal in these tests."""

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not isinstance(context.get("exception"), (OSError, asyncio.CancelledError)):
            loop.default_exception_handler(context)

    loop.set_exception_handler(handle)
