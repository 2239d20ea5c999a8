"""Connections that end without an answer: a request that no one can have received is retried."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
from support.asking import ask
from support.peer import Peer, answer, frame
from support.server import ScriptedServer
from support.service import Service
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)

QUICK: dict[str, object] = {"max_attempts": 3, "backoff": 1, "total_timeout": 20_000}


@pytest.mark.parametrize("scheme", ["ws", "wss", "http", "https"])
@pytest.mark.parametrize("scenario", ["drop:after=0,how=fin", "drop:after=0,how=cut"])
def test_server_that_has_the_question(
    scenario: str, scheme: str, workshop: Workshop, service: Service, tag: str
) -> None:
    """The service may be answering, even on a new connection, and the answer would be billed."""
    url = service.url(scheme, tag=tag, scenario=f"{scenario},times=1")
    result = ask(workshop, url, **QUICK)
    assert (result.status, result.outcome) == ("ERR_TRUNCATED", "truncated"), result
    assert "had received the request" in result.message
    assert "billed twice" in result.hint
    assert (result.attempts, result.retryable) == (1, 1)
    assert len(service.records(tag)) == 1


def closing(code: int) -> bytes:
    return frame(struct.pack("!H", code) + b"busy", 8)


@pytest.mark.parametrize("end", [Peer.close, Peer.reset])
@pytest.mark.parametrize(
    "last_words",
    [closing(code) for code in (1000, 1001, 1011, 1012, 1013, 4000)]
    + [answer("", 0), answer("", 0)[:40], frame(b"still there?", 9)],
)
def test_words_that_are_no_answer(
    last_words: bytes, end: Callable[[Peer], None], workshop: Workshop
) -> None:
    """None of these ends says what happened to the request."""

    def script(peer: Peer) -> None:
        peer.upgrade()
        peer.question()
        peer.send(last_words)
        end(peer)

    with ScriptedServer(script) as server:
        result = ask(workshop, server.url, **QUICK)
        assert (result.status, result.attempts) == ("ERR_TRUNCATED", 1), result
        assert server.connections == 1


@pytest.mark.parametrize("body", [b"", b'data: {"choices":[]}\n\n', b": wait\n\n"])
def test_head_without_an_answer(body: bytes, workshop: Workshop) -> None:
    """The server has begun to answer."""

    def script(peer: Peer) -> None:
        peer.body()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")
        peer.send(b"Content-Length: 1000\r\n\r\n" + body)
        peer.close()

    with ScriptedServer(script) as server:
        result = ask(workshop, server.http_url, **QUICK)
        assert (result.status, result.attempts) == ("ERR_TRUNCATED", 1), result
        assert server.connections == 1


def test_nobody_has_the_question(workshop: Workshop) -> None:
    """The first connection receives nothing after the upgrade, and is reset."""

    def script(peer: Peer) -> None:
        if peer.number == 1:
            head = peer.head()
            peer.deafen()
            peer.accept(head)
            peer.pause()
            peer.reset()
        else:
            peer.upgrade()
            peer.send(answer(peer.question()))
            peer.goodbye()

    with ScriptedServer(script) as server:
        result = ask(workshop, server.url, text="survivor", **QUICK)
        assert (result.status, result.text) == ("OK", "survivor"), result
        assert (result.attempts, server.connections) == (2, 2)


def test_server_that_leaves_before_it_is_asked(workshop: Workshop) -> None:
    """Its system accepts nothing for a closed socket."""

    def script(peer: Peer) -> None:
        peer.upgrade()
        if peer.number == 1:
            peer.reset()
        else:
            peer.send(answer(peer.question()))
            peer.goodbye()

    with ScriptedServer(script) as server:
        result = ask(workshop, server.url, text="survivor", **QUICK)
        # Data that arrives just before the reset counts as received.
        assert result.attempts == server.connections
        assert (result.status, result.attempts) in (("OK", 2), ("ERR_TRUNCATED", 1)), result
