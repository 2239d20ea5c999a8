"""A WebSocket client on a bare socket: it sees every frame, and can send any bytes."""

from __future__ import annotations

import os
import ssl
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import urlsplit

from raw_socket import RawSocket

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


@dataclass
class RawFrame:
    fin: bool
    rsv: int
    opcode: int
    masked: bool
    size: int
    payload: bytes


class RawClient(RawSocket):
    """Opens a connection and requests an upgrade. `head` is the answer up to the blank line."""

    def __init__(
        self,
        url: str,
        *,
        context: ssl.SSLContext | None = None,
        read_head: bool = True,
        send: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(url, context)
        self.head = ""
        fields = {
            "Host": self.host,
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": KEY,
            "Sec-WebSocket-Version": "13",
            **(headers or {}),
        }
        parts = urlsplit(url)
        lines = [f"GET {parts.path}?{parts.query} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in fields.items() if value]
        self.upgrade = ("\r\n".join(lines) + "\r\n\r\n").encode()
        try:
            if send:
                self.socket.sendall(self.upgrade)
            if send and read_head:
                self.head = self.read_until(b"\r\n\r\n").decode()
        except BaseException:
            self.socket.close()
            raise

    @property
    def status(self) -> int:
        return int(self.head.split()[1])

    @property
    def fields(self) -> dict[str, str]:
        lines = self.head.split("\r\n")[1:]
        return {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}

    def upgrade_and_fill(self) -> NoReturn:
        """Send the upgrade request, then the same."""
        self.socket.sendall(self.upgrade)
        self.fill_to_the_end()

    def body(self) -> bytes:
        return self.read(int(self.fields["content-length"]))

    def frame(self) -> RawFrame:
        first, second = self.read(2)
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack("!H", self.read(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self.read(8))
        masked = bool(second & 0x80)
        key = self.read(4) if masked else b"\0\0\0\0"
        payload = b"" if size > 1 << 32 else self.read(size)
        payload = bytes(byte ^ key[n % 4] for n, byte in enumerate(payload))
        return RawFrame(bool(first & 0x80), first >> 4 & 7, first & 15, masked, size, payload)

    def frames(self) -> list[RawFrame]:
        """Yield all frames up to a close frame or the end of the connection."""
        frames: list[RawFrame] = []
        try:
            while not frames or frames[-1].opcode != 8:
                frames.append(self.frame())
        except (EOFError, ConnectionResetError):
            pass
        return frames

    def send(
        self, payload: bytes, opcode: int = 1, *, fin: bool = True, rsv: int = 0, mask: bool = True
    ) -> None:
        head = bytes([fin << 7 | rsv << 4 | opcode])
        bit = 0x80 if mask else 0
        if len(payload) < 126:
            head += bytes([bit | len(payload)])
        elif len(payload) < 65536:
            head += bytes([bit | 126]) + struct.pack("!H", len(payload))
        else:
            head += bytes([bit | 127]) + struct.pack("!Q", len(payload))
        if mask:
            key = os.urandom(4)
            head += key
            payload = bytes(byte ^ key[n % 4] for n, byte in enumerate(payload))
        self.socket.sendall(head + payload)

    def send_text(self, text: str) -> None:
        self.send(text.encode())
