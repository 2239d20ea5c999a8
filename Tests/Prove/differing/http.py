"""Makes HTTP responses, and decodes them with h11."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

import h11

from differing.damage import damaged

HEADS = (
    *("HTTP/1.1 200 OK", "HTTP/1.1 200 OK", "HTTP/1.1 200", "HTTP/1.0 200 OK", "HTTP/1.1 204 No"),
    *("HTTP/1.1 304 Not", "HTTP/1.1 401 Unauthorized", "HTTP/1.1 503 x"),
)
FIELDS = (
    *("Content-Type: text/event-stream", "Server: x", "X-Empty:", "Connection: close"),
    *("Connection: keep-alive", "X: \tspaces \t"),
)
# The library may refuse these: another version, a second length, other encodings, a folded line,
# and a space before the colon.
ODD_HEADS = ("HTTP/2 200 OK",)
ODD_FIELDS = (
    *("Content-Length: 5", "content-length: 11", "Transfer-Encoding: chunked"),
    *("Transfer-Encoding: gzip", " folded", "A : b"),
)
BODY = b"hello world"


_EMPTY_ELEMENTS = re.compile(rb"(\r\ntransfer-encoding:)[ \t,]*(.*?)[ \t,]*(?=\r\n)", re.IGNORECASE)


def chunked(body: bytes, chance: random.Random) -> bytes:
    """Return the body in chunks, sometimes with extensions and trailers."""
    found = b""
    while body:
        part, body = body[: (size := chance.randrange(1, 8))], body[size:]
        digits = f"{len(part):x}".rjust(chance.choice((1, 1, 3)), "0")
        extension = chance.choice(("", "", ";a=b"))
        found += f"{digits}{extension}\r\n".encode() + part + b"\r\n"
    trailer = chance.choice((b"", b"", b"X: y\r\n"))
    return found + b"0\r\n" + trailer + b"\r\n"


def make(chance: random.Random) -> bytes:
    """Return a response, damaged or not; the body may differ from what the head announces."""
    parts = HEADS + ODD_HEADS, FIELDS + ODD_FIELDS
    return interim(chance) + damaged(answer(chance, *parts, mistaken=0.05), chance)


def make_good(chance: random.Random) -> bytes:
    """Return a correct response."""
    return interim(chance) + answer(chance, HEADS, FIELDS)


def interim(chance: random.Random) -> bytes:
    """Return an interim response, or nothing."""
    return b"HTTP/1.1 100 Continue\r\n\r\n" if chance.random() < 0.1 else b""


def answer(
    chance: random.Random, heads: Sequence[str], fields: Sequence[str], *, mistaken: float = 0
) -> bytes:
    """Return a response; sometimes its head announces chunks that the body does not have."""
    chosen = [chance.choice(fields) for _ in range(chance.randrange(4))]
    framing = chance.choice((["Content-Length: 11"], ["Transfer-Encoding: chunked"], []))
    is_chunked = framing and framing[0].startswith("T") and chance.random() >= mistaken
    body = chunked(BODY, chance) if is_chunked else BODY
    lines = [chance.choice(heads), *chosen, *framing, "", ""]
    return "\r\n".join(lines).encode() + body


def decode(data: bytes) -> list[str]:
    """Return status and body, and whether the response is complete."""
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method="POST", target="/", headers=[("Host", "x")]))
    connection.send(h11.EndOfMessage())
    found, body = [], b""
    ended = False
    # Empty list elements must be ignored (RFC 9110, 5.6.1.2), which h11 does not do.
    data = _EMPTY_ELEMENTS.sub(rb"\1 \2", data)
    try:
        if data:
            connection.receive_data(data)
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA and not ended:
                # A response without a length ends with the connection.
                ended = True
                connection.receive_data(b"")
            elif isinstance(event, h11.Response):
                found.append(f"status:{event.status_code}")
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                return [*found, f"body:{body.hex()}", "complete"]
            elif not isinstance(event, h11.InformationalResponse):
                return [*found, f"body:{body.hex()}"]
    except h11.RemoteProtocolError:
        # A connection that ends too early does not make the received bytes wrong.
        return [*found, f"body:{body.hex()}"] if ended else [*found, "failed"]


def is_same(ours: list[str], theirs: list[str]) -> bool:
    """The library may refuse more, but whatever it accepts must mean the same to both."""
    return "failed" in ours or ours == theirs


def is_taken(ours: list[str], theirs: list[str]) -> bool:
    """The library must accept everything."""
    return "failed" not in ours and ours == theirs
