"""Connections without a request, and what servers send on them."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from queue import Queue

import pytest
from support.cases import run_case
from support.paths import TESTS
from support.peer import Peer, answer, frame
from support.server import ScriptedServer
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)

SOURCE = TESTS / "connection" / "unasked.c"
PING, PONG = 9, 10


def run(case: str, script: Callable[[Peer], None], workshop: Workshop) -> None:
    """Run a case against a scripted server."""
    with ScriptedServer(script) as server:
        run_case(workshop.case_program(SOURCE), case, workshop, SPARK_URL=server.url)


def test_no_question_is_waited_for(workshop: Workshop) -> None:
    """Endless pongs do not block the caller."""

    def script(peer: Peer) -> None:
        peer.upgrade()
        pongs = frame(b"x" * 100, PONG) * 500
        with suppress(OSError):
            while True:
                peer.send(pongs)

    run("no_question_is_waited_for", script, workshop)


@pytest.mark.parametrize("count", [1, 40])
def test_pings_are_answered(count: int, workshop: Workshop) -> None:
    """Even pings that arrive with the answer to the upgrade and fill a buffer."""
    answered: Queue[int] = Queue()

    def script(peer: Peer) -> None:
        held: list[bytes] = []
        send, peer.send = peer.send, held.append  # type: ignore[method-assign]
        peer.upgrade()
        send(b"".join(held) + b"".join(frame(b"p" * 100, PING) for _ in range(count)))
        pongs = 0
        with suppress(OSError, EOFError):
            while pongs < count and peer.message() == b"p" * 100:
                pongs += 1
        answered.put(pongs)
        peer.wait()

    run("pings_are_answered", script, workshop)
    assert answered.get(timeout=20) == count


def test_connection_opens_while_its_question_waits(workshop: Workshop) -> None:
    """The server takes half a second for the upgrade."""

    def script(peer: Peer) -> None:
        time.sleep(0.5)
        peer.upgrade()
        peer.question()
        peer.send(answer("here"))
        peer.goodbye()

    run("connection_opens_while_its_question_waits", script, workshop)
