"""A server for both transports, on a port of this machine, in its own thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._typing import Self
from ._emulator_modules import emulator_module
from ._place import LOCAL, Place

if TYPE_CHECKING:
    from aiohttp import web


class LocalServer(Place):
    """Passes questions to `websocket` and `completions`."""

    def __init__(self) -> None:
        background = emulator_module("background").Background
        self._background: Any = background(type(self).__name__, self._open, self._close)
        self._port = 0

    async def websocket(self, request: web.Request) -> web.StreamResponse:
        """Answer an upgrade."""
        raise NotImplementedError

    async def completions(self, request: web.Request) -> web.StreamResponse:
        """Answer a POST."""
        raise NotImplementedError

    def settings_for(self, transport: str, path: str, domain: str) -> dict[str, Any]:
        """Return the arguments of `Spark` for a path of this server."""
        is_http = transport == "http"
        names = ["api_password"] if is_http else ["app_id", "api_key", "api_secret"]
        scheme = "http" if is_http else "ws"
        return {
            **{name: LOCAL[name] for name in names},
            "url": f"{scheme}://127.0.0.1:{self._port}{path}",
            "domain": domain,
        }

    @property
    def was_started(self) -> bool:
        """Whether the server has been started."""
        return self._port != 0

    async def _open(self) -> None:
        from aiohttp import web

        # 0 means no limit: the service has its own.
        app = web.Application(client_max_size=0)
        app.router.add_get("/{path:.*}", self.websocket)
        app.router.add_post("/{path:.*}", self.completions)
        self._runner = web.AppRunner(app, shutdown_timeout=1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]

    async def _close(self) -> None:
        await self._runner.cleanup()

    def start(self) -> Self:
        """Start the server, and return when it answers."""
        self._background.start()
        return self

    def stop(self) -> None:
        """Stop the server, and return when its port is closed."""
        self._background.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *unused: object) -> None:
        self.stop()


def cut(request: web.Request) -> None:
    """Break the connection of a request."""
    if request.transport is not None:
        request.transport.abort()
