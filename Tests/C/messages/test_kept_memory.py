"""A large message or question takes memory while it is read or sent, and no longer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.cases import run_case
from support.dialects import DIALECTS, HTTP, Dialect, WebSocket, encoded, name_of, said
from support.paths import TESTS
from support.peer import Peer, frame
from support.server import ScriptedServer
from support.workshop import Workshop

SIZE = 3 * 1024 * 1024


def fragments(message: bytes) -> bytes:
    """Return a message in two frames."""
    first, rest = frame(message[: SIZE // 2]), frame(message[SIZE // 2 :], 0)
    return bytes([first[0] & 0x7F]) + first[1:] + rest


def event(message: bytes) -> bytes:
    """Return a message in one line."""
    return b"data: " + message + b"\n\n"


def lines(message: bytes) -> bytes:
    """Return a message in two lines."""
    head, comma, rest = message.partition(b",")
    return b"data: " + head + comma + b"\ndata: " + rest + b"\n\n"


def body(dialect: Dialect, *messages: bytes) -> Iterator[bytes]:
    """Yield an answer without an end."""
    if dialect is HTTP:
        yield HTTP.HEAD
    yield from messages


def check(workshop: Workshop, dialect: Dialect, first: bytes, second: bytes, size: int) -> None:
    """Send a question of this size, and answer it with two messages."""

    def script(peer: Peer) -> None:
        dialect.question(peer)
        for piece in body(dialect, first, second):
            peer.send(piece)
        peer.wait()

    with ScriptedServer(script) as server:
        run_case(
            workshop.case_program(TESTS / "messages" / "kept_memory.c"),
            "large_then_small",
            workshop,
            SPARK_URL=dialect.url(server),
            SIZE=str(size),
        )


@pytest.mark.parametrize("write", [frame, fragments, event, lines], ids=lambda way: way.__name__)
def test_large_message(write: object, workshop: Workshop) -> None:
    """Its text is short: what makes it large is not kept."""
    dialect: Dialect = WebSocket if write in (frame, fragments) else HTTP
    plain = frame if dialect is WebSocket else event
    large = encoded(dialect.message(said("1"), unknown="x" * SIZE))
    check(workshop, dialect, write(large), plain(encoded(dialect.message(said("2")))), 10)  # type: ignore[operator]


@pytest.mark.parametrize("dialect", DIALECTS, ids=name_of)
def test_large_question(dialect: Dialect, workshop: Workshop) -> None:
    """It is needed for another attempt until its answer begins."""
    write = frame if dialect is WebSocket else event
    first, second = (write(encoded(dialect.message(said(text)))) for text in "12")
    check(workshop, dialect, first, second, SIZE)
