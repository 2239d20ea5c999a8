"""TCP connections below any protocol: numbering and breaking them."""

from __future__ import annotations

import asyncio
import fcntl
import socket
import struct
import termios
import weakref
from contextlib import suppress
from itertools import count

# The size of one write for answers of very many chunks.
BATCH = 64 * 1024


class Connections:
    """Numbers connections, and counts the requests on each."""

    def __init__(self) -> None:
        self._seen: weakref.WeakKeyDictionary[asyncio.BaseTransport, tuple[int, int]] = (
            weakref.WeakKeyDictionary()
        )
        self._next_number = count(1)

    def note_request(self, transport: asyncio.BaseTransport | None) -> tuple[int, int]:
        """Return the connection's number, and this request's number on it, from 1."""
        if transport is None:
            return 0, 0
        number, requests = self._seen.get(transport, (0, 0))
        self._seen[transport] = number or next(self._next_number), requests + 1
        return self._seen[transport]

    def requests(self, transport: asyncio.BaseTransport) -> int:
        """Return how many requests a connection has had."""
        return self._seen.get(transport, (0, 0))[1]


def tls_facts(transport: asyncio.BaseTransport | None) -> dict[str, object] | None:
    """Return the negotiated TLS parameters; None without TLS."""
    tls = transport.get_extra_info("ssl_object") if transport else None
    if tls is None:
        return None
    return {"version": tls.version(), "cipher": tls.cipher()[0], "resumed": tls.session_reused}


async def cut_transport(transport: asyncio.WriteTransport, how: str) -> None:
    """Break a connection once everything written so far has reached the peer."""
    sock = transport.get_extra_info("socket")
    if sock is not None:
        await _until_delivered(transport, sock)
    if how == "fin":
        transport.close()
        return
    if how == "reset" and sock is not None:
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def _until_delivered(transport: asyncio.WriteTransport, sock: socket.socket) -> None:
    """Wait up to two seconds for the send buffers to drain: a reset discards the rest."""
    for _ in range(400):
        unsent = bytearray(4)
        try:
            fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, unsent)
        except (OSError, ValueError):
            return
        if not transport.get_write_buffer_size() and not int.from_bytes(unsent, "little"):
            return
        await asyncio.sleep(0.005)
