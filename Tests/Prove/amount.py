"""Answers made of many small things, and their parts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from support.dialects import HTTP, Dialect, Item, WebSocket, encoded, said
from support.floods import chunk
from support.peer import frame

BLOCK = 16_000
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
EVENTS = CHUNKED + b"Content-Type: text/event-stream\r\n\r\n"
DONE = b"data: [DONE]\n\n"
NOTHING = said("")
GOODBYE = frame(b"\x03\xe8", 8)


@dataclass(frozen=True)
class Amount:
    """An answer that contains some number of one thing."""

    dialect: Dialect
    build: Callable[[int], bytes]
    """Everything the server sends after the request."""
    count: int
    """The large number to test with."""
    expected: tuple[str, int] | None = None
    """What the response then counts; None if the library may refuse such a server."""
    factor: int = 6
    """The memory may grow by this multiple of the bytes received."""
    like: str = ""
    """Another amount; this one must take about the same CPU."""


def frames(*messages: bytes) -> bytes:
    """Return WebSocket messages and a close frame."""
    return b"".join(map(frame, messages)) + GOODBYE


def events(*messages: bytes) -> bytes:
    """Return the body of a complete event stream."""
    return b"".join(b"data: " + message + b"\n\n" for message in messages) + DONE


def body(content: bytes, size: int = BLOCK) -> bytes:
    """Return an answer in chunks of this size."""
    pieces = range(0, len(content), size)
    return EVENTS + b"".join(chunk(content[at : at + size]) for at in pieces) + b"0\r\n\r\n"


def call(number: int) -> Item:
    """Return a unique call."""
    return {"name": "look", "arguments": json.dumps({"place": f"shelf {number}"})}


def ws(*items: Item, is_last: bool = False, **payload: Any) -> bytes:
    """Return a message over WebSocket."""
    return encoded(WebSocket.message(*items, is_last=is_last, **payload))


def http(*items: Item, **members: Any) -> bytes:
    """Return a message over HTTP."""
    return encoded(HTTP.message(*items, **members))


LAST = ws(said("!"), is_last=True)
LAST_HTTP = http(said("!"))


def pages(count: int) -> list[Item]:
    found = range(count)
    return [{"index": n, "title": f"Page {n}", "url": f"https://example.org/{n}"} for n in found]


def unknown(message: bytes, count: int) -> bytes:
    """Return the message with a large array in an unknown member."""
    return b'{"unknown":[' + b"{}," * count + b"{}]," + message[1:]
