"""One upgraded connection: sends frames, receives messages, and ends in any way."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from aiohttp import web

from ..records import WebSocketRecord
from ..transports import cut_transport
from . import codec


class Connection:
    """The server's end of a WebSocket: reads aiohttp's input, and writes to its transport."""

    def __init__(self, request: web.Request, record: WebSocketRecord) -> None:
        transport = request.transport
        if transport is None:
            raise ConnectionResetError("the client left before the answer")
        self.transport: asyncio.Transport = transport
        self.record = record
        self.deaf = False
        self._protocol = request.protocol
        self._writer = request.writer
        self._decoder = codec.Decoder()
        self._inbox: deque[str | None] = deque()
        self._arrived = asyncio.Event()
        self._lock = asyncio.Lock()
        self._waiting_pongs: list[bytes] = []
        self._over = asyncio.Event()
        self._close_sent = False
        self._client_closed = False
        self._violation: codec.ProtocolViolation | None = None

    def start_reading(self) -> None:
        """Receive the client's data from now on."""
        # aiohttp passes an upgraded connection's bytes to any object with these two methods.
        self._protocol.set_parser(cast(Any, self))

    # -- reading -------------------------------------------------------------------------------

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Take the client's bytes from aiohttp."""
        if self._over.is_set():
            return False, b""
        try:
            for received in self._decoder.feed(bytes(data)):
                self._handle(received)
        except codec.ProtocolViolation as violation:
            self._violation = violation
            self.record.violation = violation.reason
            self._end()
        return False, b""

    def feed_eof(self) -> None:
        """Note that the connection is closed; called by aiohttp."""
        if not self._over.is_set():
            ended = "client_close" if self._client_closed else "client_drop"
            self.record.end("server_close" if self._close_sent else ended)
            self._end()

    def _handle(self, received: codec.Received) -> None:
        if received.opcode == codec.TEXT:
            text = received.payload.decode()
            self.record.requests.append(text)
            self._deliver(text)
        elif received.opcode == codec.PING:
            self.record.pings.append(received.payload.hex())
            self._pong(received.payload)
        elif received.opcode == codec.PONG:
            self.record.pongs.append(received.payload.hex())
        elif received.opcode == codec.CLOSE:
            code, reason = received.close_code()
            self.record.client_close = {"code": code, "reason": reason}
            self._client_closed = True
            if not self.deaf:
                self.record.end("server_close" if self._close_sent else "client_close")
                self._end()
        else:
            raise codec.ProtocolViolation(1003, "the service reads text only")

    def _pong(self, payload: bytes) -> None:
        if self.deaf or self._close_sent:
            return
        frame = codec.encode_frame(codec.PONG, payload)
        # A frame may be half written; a pong in the middle would break it.
        if self._lock.locked():
            self._waiting_pongs.append(frame)
        else:
            self.transport.write(frame)

    def _end(self) -> None:
        self._over.set()
        self._deliver(None)

    def _deliver(self, text: str | None) -> None:
        self._inbox.append(text)
        self._arrived.set()

    async def wait_for_message(self) -> None:
        """Wait until `take` has something to return."""
        await self._arrived.wait()

    def take(self) -> str | None:
        """Return the next text message; None once the client has left."""
        text = self._inbox.popleft()
        if not self._inbox:
            self._arrived.clear()
        return text

    async def wait_until_over(self) -> None:
        """Wait until the client has closed or dropped the connection."""
        await self._over.wait()

    # -- writing -------------------------------------------------------------------------------

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[None]:
        async with self._lock:
            yield
        if self._waiting_pongs and not self.transport.is_closing():
            self.transport.write(b"".join(self._waiting_pongs))
            self._waiting_pongs.clear()

    async def write(self, data: bytes) -> None:
        """Write bytes unchanged, and wait while the client is slow to read them."""
        async with self._writing():
            await self._write(data)

    async def _write(self, data: bytes) -> None:
        if self.transport.is_closing():
            raise ConnectionResetError("the connection is closing")
        self.transport.write(data)
        await self._writer.drain()

    async def send_text(self, text: str) -> None:
        """Send one text message in one frame."""
        self.record.frames_sent += 1
        await self.write(codec.encode_frame(codec.TEXT, text.encode()))

    async def send_fragments(self, text: str, size: int) -> None:
        """Send one text message in frames of `size` bytes, with a ping between them."""
        data = text.encode()
        starts = range(0, len(data), size)
        async with self._writing():
            for start in starts:
                last = start == starts[-1]
                opcode = codec.CONTINUATION if start else codec.TEXT
                frame = codec.encode_frame(opcode, data[start : start + size], fin=last)
                if not last:
                    frame += codec.encode_frame(codec.PING, b"between fragments")
                await self._write(frame)
        self.record.frames_sent += 1

    async def trickle(self, data: bytes, size: int, delay: float) -> None:
        """Write bytes a few at a time. If interrupted, write the rest immediately."""
        async with self._writing():
            position = 0
            try:
                while position < len(data):
                    await self._write(data[position : position + size])
                    position += size
                    await asyncio.sleep(delay)
            finally:
                if position < len(data) and not self.transport.is_closing():
                    self.transport.write(data[position:])

    # -- ending --------------------------------------------------------------------------------

    async def close(self, code: int | None, reason: str, wait: float, before: bytes = b"") -> None:
        """Send a close frame (in one write with `before`), wait for the client's, and hang up."""
        if self._violation is None and not self._client_closed and not self._over.is_set():
            self._close_sent = True
            await self.write(before + codec.encode_close(code, reason))
            try:
                await asyncio.wait_for(self._over.wait(), wait)
            except asyncio.TimeoutError:
                self.record.end("server_close")
        self.hang_up()

    def hang_up(self) -> None:
        """Answer the client's close frame or violation, if there was one, then close."""
        if not self.transport.is_closing() and not self._close_sent:
            if self._violation is not None:
                self._close_sent = True
                self.transport.write(codec.encode_close(self._violation.code, str(self._violation)))
                self.record.end("client_violation")
            elif self._client_closed and not self.deaf:
                self._close_sent = True
                sent = self.record.client_close or {}
                self.transport.write(codec.encode_close(sent.get("code")))
        self.transport.close()

    async def cut(self, how: str) -> None:
        """End the connection without a close frame: `fin`, `cut` (no close_notify) or `reset`."""
        self.record.end("server_drop")
        await cut_transport(self.transport, how)
