"""An HTTP and SOCKS 5 proxy that repeats user name and password when it refuses a client."""

from __future__ import annotations

import asyncio
import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager

USERS = ("alice", "mallory")
REFUSED_USER = "mallory"


class LeakyProxy:
    """Admits every user except `mallory`, with any password."""

    def __init__(self) -> None:
        self.port = 0
        self.let_through = self.refused = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a connection in either protocol."""
        try:
            first = await reader.readexactly(1)
            speak = self._socks if first == b"\x05" else self._http
            target = await speak(first, reader, writer)
            if target is None:
                self.refused += 1
                await writer.drain()
            else:
                self.let_through += 1
                await _carry(reader, writer, target)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _http(
        self, first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[str, int] | None:
        head = first + await reader.readuntil(b"\r\n\r\n")
        login = _basic(head)
        if login.startswith(f"{REFUSED_USER}:".encode()):
            said = head + login
            length = str(len(said)).encode()
            writer.write(
                b"HTTP/1.1 407 No, not " + login + b"\r\nProxy-Authenticate: Basic realm=x\r\n"
                b"Content-Length: " + length + b"\r\n\r\n" + said
            )
            return None
        host, _, port = head.split()[1].decode().rpartition(":")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        return host, int(port)

    async def _socks(
        self, _: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[str, int] | None:
        await reader.readexactly((await reader.readexactly(1))[0])
        writer.write(b"\x05\x02")
        await reader.readexactly(1)
        user = await reader.readexactly((await reader.readexactly(1))[0])
        password = await reader.readexactly((await reader.readexactly(1))[0])
        if user == REFUSED_USER.encode():
            writer.write(b"\x01\x01" + user + password)
            return None
        writer.write(b"\x01\x00")
        kind = (await reader.readexactly(4))[3]
        if kind == 1:
            host = ".".join(map(str, await reader.readexactly(4)))
        else:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        port = int.from_bytes(await reader.readexactly(2), "big")
        writer.write(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
        return host, port


def _basic(head: bytes) -> bytes:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b": ")
        if name.lower() == b"proxy-authorization":
            return base64.b64decode(value.removeprefix(b"Basic "))
    return b""


async def _carry(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: tuple[str, int]
) -> None:
    far_reader, far_writer = await asyncio.open_connection(*target)

    async def pass_on(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            to.write(data)
        to.close()

    await asyncio.gather(
        pass_on(reader, far_writer), pass_on(far_reader, writer), return_exceptions=True
    )


@contextmanager
def leaky_proxy() -> Iterator[LeakyProxy]:
    """Run a proxy on a thread of its own."""
    proxy, loop, ready = LeakyProxy(), asyncio.new_event_loop(), threading.Event()

    async def start() -> None:
        server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
        proxy.port = server.sockets[0].getsockname()[1]
        ready.set()

    def run() -> None:
        loop.create_task(start())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(30)
    try:
        yield proxy
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
