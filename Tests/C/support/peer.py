"""A server's side of a connection, byte by byte."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import select
import socket
import ssl
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

# From <linux/in.h>: packets with a smaller TTL are dropped.
_IP_MINTTL = 21
_ACCEPT_SUFFIX = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def frame(payload: bytes, opcode: int = 1) -> bytes:
    """Return a frame of a server: not masked, not fragmented."""
    first = 0x80 | opcode
    if len(payload) < 126:
        return bytes((first, len(payload))) + payload
    if len(payload) < 65536:
        return struct.pack("!BBH", first, 126, len(payload)) + payload
    return struct.pack("!BBQ", first, 127, len(payload)) + payload


def answer(text: str, status: int = 2, *, code: int = 0) -> bytes:
    """Return a frame of an answer; status 0 begins it, 1 continues it, and 2 ends it."""
    header = {"code": code, "message": "m", "sid": "cht000000000@dx", "status": status}
    choices = {"status": status, "seq": 0, "text": [{"content": text, "role": "assistant"}]}
    message = {"header": header, "payload": {"choices": choices}}
    return frame(json.dumps(message).encode())


class Peer:
    """A client's connection. `number` is 1 for the first one."""

    def __init__(self, number: int, raw: socket.socket, tls: ssl.SSLContext | None) -> None:
        self.number = number
        self._tls = tls
        self._stream = raw
        self._buffer = b""
        self.masks: list[bytes] = []
        """The key of each frame that was read."""

    def secure(self) -> None:
        """Do the TLS handshake, if the server uses TLS."""
        if self._tls is not None:
            self._stream = self._tls.wrap_socket(self._stream, server_side=True)

    def wrap(self, wrapper: Callable[[socket.socket], Any]) -> Any:
        """Read and write through the wrapped socket, and return it."""
        self._stream = wrapper(self._stream)
        return self._stream

    def use(self, tls: ssl.SSLContext) -> None:
        """Secure the connection with another context than the server's."""
        self._tls = tls

    @property
    def is_resumed(self) -> bool:
        """Whether the client has resumed an earlier TLS session."""
        return isinstance(self._stream, ssl.SSLSocket) and bool(self._stream.session_reused)

    @property
    def has_certificate(self) -> bool:
        """Whether the client has presented a certificate."""
        return isinstance(self._stream, ssl.SSLSocket) and bool(self._stream.getpeercert())

    @property
    def stream(self) -> socket.socket:
        """The connection, for code that reads and writes directly."""
        return self._stream

    def read(self, count: int) -> bytes:
        """Read `count` bytes."""
        while len(self._buffer) < count:
            self._fill()
        data, self._buffer = self._buffer[:count], self._buffer[count:]
        return data

    def _fill(self) -> None:
        data = self._stream.recv(65536)
        if not data:
            raise ConnectionError("the client has left")
        self._buffer += data

    def head(self) -> dict[str, bytes]:
        """Read the head of an HTTP request; return its headers, with names in lower case."""
        while b"\r\n\r\n" not in self._buffer:
            self._fill()
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        lines = [line.partition(b":") for line in head.split(b"\r\n")[1:]]
        return {name.decode().lower(): value.strip() for name, _, value in lines}

    def body(self) -> bytes:
        """Read an HTTP request, and return its body."""
        return self.read(int(self.head()["content-length"]))

    def upgrade(self) -> None:
        """Read the upgrade request, and accept it."""
        self.accept(self.head())

    def accept(self, head: dict[str, bytes], version: bytes = b"HTTP/1.1") -> None:
        """Accept the upgrade request with this head."""
        key = head["sec-websocket-key"]
        accept = base64.b64encode(hashlib.sha1(key + _ACCEPT_SUFFIX).digest())
        self.send(
            version + b" 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )

    def question(self) -> str:
        """Return the user's last message in the next request; skip pings and pongs."""
        opcode, payload = self._frame()
        while opcode in (9, 10):
            opcode, payload = self._frame()
        if opcode == 8:
            raise ConnectionError("the client says goodbye")
        request = json.loads(payload)
        question: str = request["payload"]["message"]["text"][-1]["content"]
        return question

    def message(self) -> bytes:
        """Return the payload of the next frame, unmasked."""
        return self._frame()[1]

    def _frame(self) -> tuple[int, bytes]:
        first, length = self.read(2)
        length &= 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", self.read(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self.read(8))
        self.masks.append(self.read(4))
        mask = (self.masks[-1] * (length // 4 + 1))[:length]
        # As two large integers, because a request may have megabytes.
        bits = int.from_bytes(self.read(length), "big") ^ int.from_bytes(mask, "big")
        return first & 0x0F, bits.to_bytes(length, "big")

    def send(self, data: bytes) -> None:
        """Send bytes, through TLS if there is TLS."""
        self._stream.sendall(data)

    def send_raw(self, data: bytes) -> None:
        """Send bytes past TLS."""
        os.write(self._stream.fileno(), data)

    def goodbye(self) -> None:
        """Close as the service does, and wait for the client's close frame."""
        self.send(frame(struct.pack("!H", 1000) + b"close this ws conn", 8))
        self.wait()

    def pause(self) -> None:
        """Give the client time to read what has been sent."""
        time.sleep(0.1)

    def finish(self) -> None:
        """End our side of the connection, and leave the client's open."""
        self._stream.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """End the connection with an RST."""
        linger = struct.pack("ii", 1, 0)
        self._stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._stream.close()

    def deafen(self) -> None:
        """Receive nothing more, like a router that has dropped the connection. The client's data
        is not even acknowledged."""
        # No packet has a TTL this high. A socket filter would need privileges.
        self._stream.setsockopt(socket.IPPROTO_IP, _IP_MINTTL, 255)

    def wait(self) -> None:
        """Read until the client leaves."""
        with suppress(OSError):
            while self._stream.recv(65536):
                pass

    def stall(self) -> None:
        """Read nothing more, until the client leaves."""
        leaving = select.poll()
        leaving.register(self._stream, select.POLLRDHUP)
        leaving.poll()

    def close(self) -> None:
        """End the connection, and with it a read of another thread."""
        with suppress(OSError):
            self._stream.shutdown(socket.SHUT_RDWR)
        self._stream.close()
