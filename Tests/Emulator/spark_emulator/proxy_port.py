"""A proxy that connects to the emulator, whatever the requested host.

Through it, clients reach the emulator at the service's own addresses.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from .faulty_ports import Serve


def serve_as_proxy(plain_port: int, tls_port: int) -> Serve:
    """Return a server of `CONNECT`: port 80 leads to the plain port, any other to the TLS port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            head = await reader.readuntil(b"\r\n\r\n")
            method, target, *_ = [*head.split(b"\r\n")[0].split(b" "), b"", b""]
            if method != b"CONNECT":
                writer.write(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
                return
            port = plain_port if target.endswith(b":80") else tls_port
            back, forth = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            try:
                await asyncio.gather(_copy(reader, forth), _copy(back, writer))
            finally:
                forth.close()

    return serve


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """Pass on all data, and its end."""
    while data := await source.read(65536):
        sink.write(data)
        await sink.drain()
    sink.write_eof()
