"""An HTTP connection during one answer."""

from __future__ import annotations

import asyncio

from aiohttp import web

from ..records import HttpRecord
from ..transports import Connections, cut_transport


class HttpConnection:
    """Writes to the transport that aiohttp read the request from."""

    def __init__(self, request: web.Request, record: HttpRecord, connections: Connections) -> None:
        transport = request.transport
        if transport is None:
            raise ConnectionResetError("the client left before the answer")
        self.transport: asyncio.Transport = transport
        self.record = record
        # Whether the connection accepts further requests after this answer.
        self.keep_alive = request.keep_alive
        self.http10 = request.version < (1, 1)
        self._request = request
        self._connections = connections

    async def write(self, data: bytes) -> None:
        """Write bytes unchanged, and wait while the client is slow to read them."""
        if self.transport.is_closing() or self._request.transport is None:
            raise ConnectionResetError("the connection is closing")
        self.transport.write(data)
        await self._request.writer.drain()

    async def trickle(self, data: bytes, size: int, delay: float) -> None:
        """Write bytes a few at a time."""
        for start in range(0, len(data), size):
            await self.write(data[start : start + size])
            await asyncio.sleep(delay)

    async def cut(self, how: str) -> None:
        """Break the connection: `fin`, `cut` (no close_notify) or `reset`."""
        self.keep_alive = False
        self.record.end("server_drop")
        await cut_transport(self.transport, how)

    async def wait_for_client(self) -> None:
        """Wait until the client leaves."""
        self.keep_alive = False
        while self._request.transport is not None and not self.transport.is_closing():
            await asyncio.sleep(0.01)
        self.record.end("client_drop")

    def close_when_idle(self, seconds: float) -> None:
        """Close the connection after a time, unless another request arrives before."""
        mine = self.record.request_on_connection

        def close() -> None:
            if self._connections.requests(self.transport) == mine:
                self.transport.close()

        asyncio.get_running_loop().call_later(seconds, close)
