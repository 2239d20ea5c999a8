"""Requests that do not fit into a socket's buffer: sent as the server reads, or refused."""

from __future__ import annotations

import time

import pytest
from support.asking import Answer, ask
from support.authority import Authority
from support.cases import run_case
from support.paths import TESTS
from support.peer import Peer, answer, frame
from support.server import ScriptedServer
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)


def late_reader(peer: Peer) -> None:
    """Let the request wait, and answer with its length."""
    peer.secure()
    peer.upgrade()
    time.sleep(0.3)
    peer.send(answer(str(len(peer.question()))))
    peer.goodbye()


def no_reader(peer: Peer) -> None:
    """Read the upgrade, and nothing more until the client is gone."""
    peer.secure()
    peer.upgrade()
    peer.stall()


@pytest.mark.parametrize("secure", [False, True], ids=["ws", "wss"])
@pytest.mark.parametrize("case", ["alone", "in_a_group", "in_the_hosts_loop", "nobody_reads"])
def test_big_question(case: str, secure: bool, workshop: Workshop, authority: Authority) -> None:
    """Run a case that checks everything itself."""
    script = no_reader if case == "nobody_reads" else late_reader
    with ScriptedServer(script, authority.server() if secure else None) as server:
        run_case(
            workshop.case_program(TESTS / "stream" / "big_questions.c", sanitized=True),
            case,
            workshop,
            SPARK_URL=server.url,
            SPARK_CA=str(authority.file),
        )


def asked(url: str, via: str, workshop: Workshop, authority: Authority) -> Answer:
    """Send more than the server's system and ours buffer together."""
    text, options = "x" * 1024, {"repeat": 12 * 1024, "max_attempts": 1}
    return ask(workshop, url, text, ca_file=authority.file, via=via, **options)


@pytest.mark.parametrize("via", ["pull", "group"])
@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_refused_unread(secure: bool, via: str, workshop: Workshop, authority: Authority) -> None:
    """The server gives its reason in the middle of the request, and reads no further."""

    def script(peer: Peer) -> None:
        peer.secure()
        peer.head()
        peer.send(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 8\r\n\r\nToo long")
        peer.stall()

    with ScriptedServer(script, authority.server() if secure else None) as server:
        result = asked(server.http_url, via, workshop, authority)
    assert result.status == "ERR_TOO_LARGE", result
    assert "413: Too long" in result.message


@pytest.mark.parametrize("via", ["pull", "group"])
@pytest.mark.parametrize("secure", [False, True], ids=["ws", "wss"])
@pytest.mark.parametrize("how", ["close frame", "error"])
def test_ended_unread(
    how: str, secure: bool, via: str, workshop: Workshop, authority: Authority
) -> None:
    """Over WebSocket it refuses with a code, its own or that of the close frame."""

    def script(peer: Peer) -> None:
        peer.secure()
        peer.upgrade()
        peer.send(answer("", code=10907) if how == "error" else frame(b"\x03\xf1", 8))
        peer.stall()

    with ScriptedServer(script, authority.server() if secure else None) as server:
        result = asked(server.url, via, workshop, authority)
    if how == "error":
        assert (result.status, result.code) == ("ERR_CONTEXT_LENGTH", 10907), result
    else:
        assert result.status == "ERR_TRUNCATED", result
        assert "close code 1009" in result.message


@pytest.mark.parametrize("via", ["pull", "group"])
@pytest.mark.parametrize("secure", [False, True], ids=["ws", "wss"])
@pytest.mark.parametrize("repeat", [1, 12 * 1024])
def test_time_is_up(
    repeat: int, secure: bool, via: str, workshop: Workshop, authority: Authority
) -> None:
    """The error tells a silent server from one that has not read the request."""
    with ScriptedServer(no_reader, authority.server() if secure else None) as server:
        result = ask(
            workshop,
            server.url,
            "x" * 1024,
            ca_file=authority.file,
            via=via,
            repeat=repeat,
            first_token_timeout=300,
        )
    assert (result.status, result.phase) == ("ERR_TIMEOUT", "first token"), result
    assert ("only a part of the request" in result.message) == (repeat > 1), result
    assert "within 300 ms" in result.message
