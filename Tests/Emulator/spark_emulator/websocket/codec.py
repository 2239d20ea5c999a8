"""WebSocket frames (RFC 6455) as bytes.

Not from a library, for two reasons: scenarios must send frames that no library would send, and a
client's frames must be checked more strictly than servers do.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
LARGEST_MESSAGE = 64 * 1024 * 1024


def apply_mask(data: bytes, key: bytes) -> bytes:
    """Mask or unmask: XOR with the repeated key, as one big number for speed."""
    size = len(data)
    if not size:
        return b""
    repeated = (key * (size // 4 + 1))[:size]
    return (int.from_bytes(data, "big") ^ int.from_bytes(repeated, "big")).to_bytes(size, "big")


def encode_frame(
    opcode: int,
    payload: bytes = b"",
    *,
    fin: bool = True,
    rsv: int = 0,
    mask: bytes | None = None,
    announced: int | None = None,
) -> bytes:
    """Return the bytes of a frame. `announced` gives a wrong length of the payload."""
    size = len(payload) if announced is None else announced
    first = (0x80 if fin else 0) | (rsv << 4) | opcode
    masked = 0x80 if mask is not None else 0
    if size < 126:
        head = struct.pack("!BB", first, masked | size)
    elif size < 65536:
        head = struct.pack("!BBH", first, masked | 126, size)
    else:
        head = struct.pack("!BBQ", first, masked | 127, size)
    if mask is not None:
        return head + mask + apply_mask(payload, mask)
    return head + payload


def encode_close(code: int | None, reason: str = "") -> bytes:
    """Return the bytes of a close frame; without a code it has no payload."""
    payload = b"" if code is None else struct.pack("!H", code) + reason.encode()
    return encode_frame(CLOSE, payload)


class ProtocolViolation(Exception):
    """The client broke a rule of RFC 6455. `code` is the close code for it."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True)
class Received:
    """A complete message or a control frame from the client."""

    opcode: int
    payload: bytes

    def close_code(self) -> tuple[int | None, str]:
        """Return code and reason of a close frame."""
        if not self.payload:
            return None, ""
        return int.from_bytes(self.payload[:2], "big"), self.payload[2:].decode()


class Decoder:
    """Turns the client's bytes into messages, and enforces the rules for clients."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._parts: list[bytes] = []
        self._size = 0
        self._opcode = CONTINUATION

    def feed(self, data: bytes) -> list[Received]:
        """Add bytes, and return the messages that are now complete."""
        self._buffer += data
        received = []
        while (frame := self._next_frame()) is not None:
            message = self._join(*frame)
            if message is not None:
                received.append(message)
        return received

    def _next_frame(self) -> tuple[bool, int, bytes] | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        fin, opcode = bool(buffer[0] & 0x80), buffer[0] & 0x0F
        if buffer[0] & 0x70:
            raise ProtocolViolation(1002, "a reserved bit is set")
        if opcode not in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG):
            raise ProtocolViolation(1002, f"unknown opcode {opcode}")
        if not buffer[1] & 0x80:
            raise ProtocolViolation(1002, "a client frame must be masked")
        size, start = buffer[1] & 0x7F, 2
        if opcode >= CLOSE and (size > 125 or not fin):
            raise ProtocolViolation(1002, "a control frame must be short and unfragmented")
        if size >= 126:
            start = 4 if size == 126 else 10
            if len(buffer) < start:
                return None
            smallest = 126 if size == 126 else 65536
            size = int.from_bytes(buffer[2:start], "big")
            if size < smallest:
                raise ProtocolViolation(1002, "the length is not in its shortest form")
            if self._size + size > LARGEST_MESSAGE:
                raise ProtocolViolation(1009, "the message is too big")
        end = start + 4 + size
        if len(buffer) < end:
            return None
        payload = apply_mask(bytes(buffer[start + 4 : end]), bytes(buffer[start : start + 4]))
        del buffer[:end]
        return fin, opcode, payload

    def _join(self, fin: bool, opcode: int, payload: bytes) -> Received | None:
        if opcode == CLOSE:
            _check_close(payload)
        if opcode >= CLOSE:
            return Received(opcode, payload)
        if (opcode == CONTINUATION) != bool(self._parts):
            raise ProtocolViolation(1002, "a message is not continued where it stopped")
        if opcode != CONTINUATION:
            self._opcode = opcode
        self._parts.append(payload)
        self._size += len(payload)
        if not fin:
            return None
        whole = b"".join(self._parts)
        self._parts, self._size = [], 0
        if self._opcode == TEXT:
            _check_utf8(whole)
        return Received(self._opcode, whole)


def _check_utf8(data: bytes) -> None:
    try:
        data.decode()
    except UnicodeDecodeError:
        raise ProtocolViolation(1007, "text that is not UTF-8") from None


def _check_close(payload: bytes) -> None:
    if not payload:
        return
    if len(payload) == 1:
        raise ProtocolViolation(1002, "a close frame with half a code")
    code = int.from_bytes(payload[:2], "big")
    if not (1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999):
        raise ProtocolViolation(1002, f"close code {code} must not be sent")
    _check_utf8(payload[2:])
