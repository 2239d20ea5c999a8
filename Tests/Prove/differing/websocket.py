"""Makes a server's WebSocket frames, and decodes them with wsproto."""

from __future__ import annotations

import random
import struct

from wsproto.frame_protocol import FrameProtocol, Opcode, ParseFailed

from differing.damage import damaged

TEXTS = ("", "Hello", "你好，世界", "\U0001f600" * 3, "é" * 70, "x" * 130)
CODES = (999, 1000, 1001, 1002, 1004, 1005, 1006, 1007, 1011, 1015, 1016, 2999, 3000, 4999)
TOO_LARGE = "1009"
# Registered later ("Bad Gateway"), and unknown to the other decoder.
UNKNOWN_CODE = struct.pack("!H", 1014)


def frame(chance: random.Random, is_open: bool) -> tuple[bytes, bool]:
    """Return a frame, sometimes an invalid one, and whether its message continues."""
    opcode = chance.choice((9, 10) + 2 * ((0, 0, 0, 0) if is_open else (1, 1, 1, 2)))
    if chance.random() < 0.1:
        opcode = chance.choice((0, 1, 8, 8, 8, chance.randrange(16)))
    payload = chance.choice(TEXTS).encode()
    if chance.random() < 0.05:
        payload = payload[: chance.randrange(len(payload) + 1)]
    if opcode == 8:
        payload = struct.pack("!H", chance.choice(CODES)) + payload[: 3 * chance.randrange(30)]
        payload = payload[: chance.choice((0, 1, 2, 200, 200))]
    if chance.random() < 0.02:
        payload = bytes(chance.randrange(256) for _ in range(66_000))
    is_last = opcode >= 8 or chance.random() < 0.7
    if chance.random() < 0.01:
        is_last = not is_last
    first = opcode | (0x80 if is_last else 0)
    if chance.random() < 0.03:
        first |= 0x10 << chance.randrange(3)
    mask = 0x80 if chance.random() < 0.03 else 0
    length = len(payload)
    # Sometimes the length has more bytes than it needs, which is against the rules.
    wide = chance.random() < 0.03
    if length < 126 and not wide:
        head = bytes([first, mask | length])
    elif length < 65_536 and not (wide and length >= 126):
        head = bytes([first, mask | 126]) + struct.pack("!H", length)
    else:
        head = bytes([first, mask | 127]) + struct.pack("!Q", length)
    masked = head + (b"\1\2\3\4" if mask else b"") + payload
    return masked, is_open if opcode >= 8 else not is_last


def make(chance: random.Random) -> bytes:
    """Return some frames, damaged or not."""
    frames, is_open = b"", False
    for _ in range(chance.randrange(1, 8)):
        added, is_open = frame(chance, is_open)
        frames += added
    return damaged(frames, chance).replace(UNKNOWN_CODE, b"")


def decode(data: bytes) -> list[str]:
    """Return the messages and the failure, if any."""
    protocol = FrameProtocol(client=True, extensions=[])
    protocol.receive_bytes(data)
    found: list[str] = []
    parts = b""
    try:
        for got in protocol.received_frames():
            payload = got.payload
            if isinstance(payload, tuple):
                code, reason = payload
                return [*found, f"close:{int(code)}:{str(reason or '').encode().hex()}"]
            whole = payload.encode() if isinstance(payload, str) else bytes(payload)
            if got.opcode in (Opcode.TEXT, Opcode.BINARY):
                parts += whole
                if not got.message_finished:
                    continue
                whole, parts = parts, b""
            found.append(f"{got.opcode.name.lower()}:{whole.hex()}")
    except ParseFailed as failure:
        return [*found, "failed", str(int(failure.code))]
    return found


def is_same(ours: list[str], theirs: list[str]) -> bool:
    """Compare up to the close frame, or to where one decoder needs more bytes to decide."""
    for index, what in enumerate(ours):
        if what.startswith("close:"):
            ours = ours[: index + 1]
            break
    # The library reports a fault before the frame is complete, and only the library has a limit.
    if theirs == ours[:-2] or ours[-1:] == [TOO_LARGE]:
        return theirs[: len(ours) - 2] == ours[:-2]
    return ours == theirs
