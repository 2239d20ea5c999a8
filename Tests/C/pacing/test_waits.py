"""Waiting for a turn while the connection has incoming data."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import pytest
from support.authority import Authority
from support.cases import case_names, run_case
from support.dialects import DIALECTS, HTTP, Dialect, WebSocket, encoded, name_of, said
from support.paths import TESTS
from support.peer import Peer, answer, frame
from support.server import ScriptedServer
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)

SOURCE = TESTS / "pacing" / "waits.c"
CASES = [name for name, _ in case_names(SOURCE)]
# The connections on which the server sends data before a request; the others get one immediately.
SPEAKS_ON = {
    "in_line_behind_another": {2},
    "in_line_for_the_rate": {2},
    "in_line_in_a_group": {2},
    "in_line_in_the_hosts_loop": {2},
    "deadlines_and_cancel_in_line": {2, 3},
    "parked_beside_one_that_waits": {1},
}

Speech = Callable[[Peer], None]


def close(peer: Peer) -> None:
    """Close the connection, as the service does after a minute."""
    peer.send(frame(b"\x03\xe8close this ws conn", 8))


def end(peer: Peer) -> None:
    """End the connection without a message."""
    peer.finish()


def refuse(peer: Peer) -> None:
    """Say over HTTP that it took too long, and end the connection."""
    peer.send(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    peer.finish()


def ping(peer: Peer) -> None:
    """Ping once."""
    peer.send(frame(b"still there?", 9))


def ping_for_ever(peer: Peer) -> None:
    """Ping a hundred times a second, whatever else is sent."""

    def pinging() -> None:
        with suppress(OSError):
            while True:
                ping(peer)
                time.sleep(0.01)

    threading.Thread(target=pinging, daemon=True).start()


@dataclass
class Service:
    """Sends data on some connections, and answers the requests on the others."""

    dialect: Dialect
    speak: Speech
    numbers: set[int]
    is_busy: bool = True

    def __call__(self, peer: Peer) -> None:
        """Serve a connection."""
        peer.secure()
        if self.dialect is WebSocket:
            peer.upgrade()
        if peer.number in self.numbers:
            self.speak(peer)
            if self.speak in (close, end, refuse):
                # A client that has left does not answer.
                peer.wait()
                return
        text = peer.question() if self.dialect is WebSocket else HTTP.text_of(peer.body())
        if text == "hold":
            peer.wait()
        elif text == "busy at first" and self.is_busy:
            self.is_busy = False
            self.refuse(peer)
            self.speak(peer)
            peer.wait()
        else:
            self.dialect.reply(peer, encoded(self.dialect.message(said(text), is_last=True)))

    def refuse(self, peer: Peer) -> None:
        """Refuse a request because the server is busy."""
        if self.dialect is WebSocket:
            peer.send(answer("", code=11202))
            return
        body = b'{"error":{"message":"busy","type":"","param":null,"code":"11202"}}'
        head = b"HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\n"
        peer.send(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)


def run(
    case: str, dialect: Dialect, speak: Speech, workshop: Workshop, authority: Authority | None
) -> None:
    """Run a case that checks everything itself; with an authority, over TLS."""
    service = Service(dialect, speak, SPEAKS_ON.get(case, set()))
    environment = {"SPARK_CA": str(authority.file)} if authority else {}
    with ScriptedServer(service, authority.server() if authority else None) as server:
        program = workshop.case_program(SOURCE)
        run_case(program, case, workshop, SPARK_URL=dialect.url(server), **environment)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("speak", [close, ping_for_ever])
def test_over_websocket(case: str, speak: Speech, workshop: Workshop) -> None:
    """The connection is closed, or never quiet."""
    run(case, WebSocket, speak, workshop, None)


@pytest.mark.parametrize("case", [CASES[0], CASES[2]])
@pytest.mark.parametrize("speak", [end, ping])
def test_one_word(case: str, speak: Speech, workshop: Workshop) -> None:
    """The connection is ended, or has unread data."""
    run(case, WebSocket, speak, workshop, None)


@pytest.mark.parametrize("case", CASES[:5])
def test_over_http(case: str, workshop: Workshop) -> None:
    """The server ends the connection before the request, with or without a response."""
    run(case, HTTP, refuse if CASES.index(case) % 2 else end, workshop, None)


@pytest.mark.parametrize("case", [CASES[2]])
@pytest.mark.parametrize("dialect", DIALECTS, ids=name_of)
def test_over_tls(case: str, dialect: Dialect, workshop: Workshop, authority: Authority) -> None:
    """The data may already have been read from the socket."""
    speak = ping_for_ever if dialect is WebSocket else refuse
    run(case, dialect, speak, workshop, authority)
