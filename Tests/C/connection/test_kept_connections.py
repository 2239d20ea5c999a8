"""Kept connections that are dead, and connections that must not be kept."""

from __future__ import annotations

from contextlib import suppress

import pytest
from support.asking import ask, ask_often, conversation
from support.authority import Authority
from support.peer import Peer
from support.server import ScriptedServer
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)

DOCUMENT = b'{"code":0,"choices":[{"message":{"role":"assistant","content":"fine"}}]}'
JSON = b"Content-Type: application/json\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(DOCUMENT)
WHOLE = b"HTTP/1.1 200 OK\r\n" + JSON + LENGTH + b"\r\n" + DOCUMENT


def answer_all(peer: Peer, answer: bytes = WHOLE) -> None:
    """Answer every request until the client leaves."""
    with suppress(ConnectionError):
        while True:
            peer.body()
            peer.send(answer)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_connection_that_leads_nowhere_is_replaced(
    scheme: str, workshop: Workshop, authority: Authority
) -> None:
    """The request is not acknowledged within the connect timeout: no one has it."""

    def script(peer: Peer) -> None:
        peer.secure()
        if peer.number > 1:
            return answer_all(peer)
        peer.body()
        peer.deafen()
        peer.send(WHOLE)
        return peer.stall()

    tls = authority.server() if scheme == "https" else None
    options = {"max_attempts": 1, "connect_timeout": 1000, "ca_file": authority.file}
    with ScriptedServer(script, tls) as server:
        with conversation(workshop, server.http_url, **options) as talk:
            assert talk.answer().status == "OK"
            second = talk.ask()
            assert (second.status, second.text, second.attempts) == ("OK", "fine", 1), second
        assert server.connections == 2


def test_a_slow_model_is_no_dead_connection(workshop: Workshop) -> None:
    """The request was acknowledged, and the answer takes longer than the connect timeout."""

    def script(peer: Peer) -> None:
        peer.body()
        peer.send(WHOLE)
        peer.body()
        for _ in range(3):
            peer.pause()
        peer.send(WHOLE)
        answer_all(peer)

    with ScriptedServer(script) as server:
        answers = ask_often(workshop, server.http_url, questions=2, connect_timeout=100)
        assert [answer.status for answer in answers] == ["OK", "OK"]
        assert server.connections == 1


def test_question_that_has_arrived_is_not_asked_again(workshop: Workshop) -> None:
    """The server may be answering it already, and the answer would be billed."""
    heard = []

    def script(peer: Peer) -> None:
        heard.append(peer.body())
        peer.send(WHOLE)
        heard.append(peer.body())
        peer.close()

    with ScriptedServer(script) as server:
        options: dict[str, object] = {"max_attempts": 3, "backoff": 1}
        first, second = ask_often(workshop, server.http_url, questions=2, **options)
        assert first.status == "OK", first
        assert (second.status, second.outcome) == ("ERR_TRUNCATED", "truncated"), second
        assert "had received the request" in second.message
        assert "billed twice" in second.hint
        assert (second.attempts, second.retryable) == (1, 1)
        assert (server.connections, len(heard)) == (1, 2)


def test_network_that_falls_silent(workshop: Workshop) -> None:
    """Keepalive detects it. The request had arrived, and is therefore not retried."""

    def script(peer: Peer) -> None:
        peer.body()
        peer.deafen()
        peer.stall()

    options: dict[str, object] = {"max_attempts": 3, "backoff": 1, "keepalive": 1000}
    with ScriptedServer(script) as server:
        answer = ask(workshop, server.http_url, **options)
        assert answer.status == "ERR_TRUNCATED", answer
        assert "timed out" in answer.message
        assert "had received the request" in answer.message
        assert (answer.attempts, server.connections) == (1, 1)


CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNKS = b"%x\r\n%b\r\n0\r\n\r\n" % (len(DOCUMENT), DOCUMENT)
KEPT = b"Connection: keep-alive\r\n"


@pytest.mark.parametrize(
    ("answer", "status", "is_kept"),
    [
        (WHOLE, "OK", True),
        (b"HTTP/1.1 200 OK\r\n" + JSON + CHUNKED + b"\r\n" + CHUNKS, "OK", True),
        (b"HTTP/1.0 200 OK\r\n" + JSON + KEPT + LENGTH + b"\r\n" + DOCUMENT, "OK", True),
        # The end of a transfer coding in HTTP/1.0 is uncertain (RFC 9112, 6.1).
        (b"HTTP/1.0 200 OK\r\n" + JSON + KEPT + CHUNKED + b"\r\n" + CHUNKS, "OK", False),
        # Another protocol follows.
        (b"HTTP/1.1 101 Switching Protocols\r\n" + LENGTH + b"\r\n", "ERR_HANDSHAKE", False),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", "ERR_HANDSHAKE", False),
        # An empty answer is reported as soon as it arrives.
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "ERR_PROTOCOL", False),
        (b"HTTP/1.1 200 OK\r\n" + CHUNKED + b"\r\n0\r\n\r\n", "ERR_PROTOCOL", False),
    ],
)
def test_what_may_be_asked_again(
    answer: bytes, status: str, is_kept: bool, workshop: Workshop
) -> None:
    with ScriptedServer(lambda peer: answer_all(peer, answer)) as server:
        answers = ask_often(workshop, server.http_url, questions=3, max_attempts=1)
        assert {answer.status for answer in answers} == {status}, answers
        assert server.connections == (1 if is_kept else 3)


def test_bytes_are_those_of_the_answer(workshop: Workshop) -> None:
    """They are counted even if the connection has another owner when they are read."""
    with ScriptedServer(answer_all) as server:
        answers = ask_often(workshop, server.http_url, questions=3, max_attempts=1)
        assert [answer.received for answer in answers] == [len(WHOLE)] * 3, answers
        assert len({answer.sent for answer in answers}) == 1
        assert answers[0].sent > 0
        assert server.connections == 1


def test_nothing_is_told_at_once_on_a_kept_connection(workshop: Workshop) -> None:
    """Without a deadline, a library that waits for more would wait forever."""
    nothing = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

    def script(peer: Peer) -> None:
        peer.body()
        peer.send(WHOLE)
        peer.body()
        peer.send(nothing)
        peer.wait()

    options: dict[str, object] = {"max_attempts": 1, "first_token_timeout": 0}
    with ScriptedServer(script) as server:
        first, second = ask_often(workshop, server.http_url, questions=2, **options)
        assert (first.status, second.status) == ("OK", "ERR_PROTOCOL"), second
        assert server.connections == 1


def test_upgrade_of_http_1_0(workshop: Workshop) -> None:
    """HTTP/1.0 has no upgrade, whatever the rest of the head says."""

    def script(peer: Peer) -> None:
        peer.accept(peer.head(), b"HTTP/1.0")
        peer.wait()

    with ScriptedServer(script) as server:
        answer = ask(workshop, server.url, max_attempts=1)
        assert (answer.status, answer.phase) == ("ERR_PROTOCOL", "upgrade"), answer
        assert "HTTP/1.0" in answer.message


@pytest.mark.parametrize("scheme", ["wss", "https"])
def test_dot_at_the_end_of_a_name(scheme: str, workshop: Workshop, authority: Authority) -> None:
    """Neither TLS nor the server sees it."""
    hosts = []

    def script(peer: Peer) -> None:
        peer.secure()
        hosts.append(peer.head()["host"].decode())

    tls = authority.server()
    names = []
    tls.sni_callback = lambda _, name, __: names.append(name)
    with ScriptedServer(script, tls) as server:
        url = server.url if scheme == "wss" else server.http_url
        url = url.replace("localhost", "localhost.")
        # The failure follows only after the certificate was accepted.
        ask(workshop, url, max_attempts=1, ca_file=authority.file)
        assert names == ["localhost"]
        assert hosts == [f"localhost:{server.port}"]
