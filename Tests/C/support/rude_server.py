"""A server of a few lines that breaks off where the emulator's scenarios do not reach."""

from __future__ import annotations

import base64
import hashlib
import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import trustme

Serve = Callable[[socket.socket], None]


class Authority:
    """A certificate authority, and what a server shows of it."""

    def __init__(self, folder: Path) -> None:
        ca = trustme.CA()
        self.ca_file = folder / "rude ca.pem"
        ca.cert_pem.write_to_path(self.ca_file)
        self._certificate = ca.issue_cert("localhost", "127.0.0.1")

    def context(self) -> ssl.SSLContext:
        """Return the settings of a server."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._certificate.configure_cert(context)
        return context


def upgrade(connection: socket.socket) -> None:
    """Read the request of the upgrade, and accept it."""
    head = b""
    while b"\r\n\r\n" not in head:
        head += connection.recv(65536) or _gone()
    match = re.search(rb"Sec-WebSocket-Key: (\S+)", head, re.IGNORECASE)
    key = match[1] if match else b""
    digest = hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
    connection.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + base64.b64encode(digest) + b"\r\n\r\n"
    )


def _gone() -> bytes:
    raise ConnectionResetError("the client left before it had asked")


def reset(connection: socket.socket) -> None:
    """Make closing the connection an RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@contextmanager
def serving(serve: Serve, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serve connections one after the other; yield the port."""

    def accept() -> None:
        while True:
            try:
                raw, _ = listener.accept()
            except OSError:
                return
            with raw, suppress(OSError):
                connection = tls.wrap_socket(raw, server_side=True) if tls else raw
                with connection:
                    serve(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        # Closing alone does not wake accept().
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
    thread.join(10)
