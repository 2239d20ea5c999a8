"""The hint after a lost connection: the scheme, the part that is kept, the possible bill."""

from __future__ import annotations

import pytest
from support.asking import ask
from support.peer import Peer, answer, frame
from support.server import ScriptedServer
from support.workshop import Workshop

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 999\r\n\r\n"
# A role, and no text.
EMPTY = b'data: {"code":0,"choices":[{"delta":{"role":"assistant","content":""}}]}\n\n'
SOME = EMPTY.replace(b'""', b'"A"')


def hint_over_http(workshop: Workshop, said: bytes) -> str:
    """Return the hint if an answer over HTTP ends after these bytes."""

    def serve(peer: Peer) -> None:
        peer.body()
        peer.send(said)

    with ScriptedServer(serve) as server:
        return ask(workshop, server.http_url).hint


@pytest.mark.parametrize("said", [b"", b"\x15\x03\x01\x00\x02\x02\x16"])
def test_other_scheme(said: bytes, workshop: Workshop) -> None:
    """A server that sends nothing, or an alert, may expect TLS."""
    assert "write https://" in hint_over_http(workshop, said)

    def serve(peer: Peer) -> None:
        peer.head()
        peer.send(said)

    with ScriptedServer(serve) as server:
        assert "write wss://" in ask(workshop, server.url).hint


@pytest.mark.parametrize(
    "said", [b"H", HEAD[:20], HEAD, HEAD + b"X", HEAD[:-2] + b"A:\x1b\r\n\r\n"]
)
def test_scheme_is_right(said: bytes, workshop: Workshop) -> None:
    """A server that begins to speak HTTP does not expect TLS."""
    assert "https://" not in hint_over_http(workshop, said)


@pytest.mark.parametrize("said", [frame(b"\x03\xf5later", 8), frame(b"\xff"), b"\xff", b""])
def test_scheme_is_right_behind_the_upgrade(said: bytes, workshop: Workshop) -> None:
    """A valid 101 has arrived."""

    def serve(peer: Peer) -> None:
        peer.upgrade()
        peer.question()
        peer.send(said)

    with ScriptedServer(serve) as server:
        assert "wss://" not in ask(workshop, server.url).hint


@pytest.mark.parametrize("count", [1, 2])
def test_cut_behind_no_text(count: int, workshop: Workshop) -> None:
    """Nothing is kept, and the request may be billed twice."""
    hint = hint_over_http(workshop, HEAD + EMPTY * count)
    assert "nothing of it arrived" in hint
    assert "billed twice" in hint

    def serve(peer: Peer) -> None:
        peer.upgrade()
        peer.question()
        peer.send(answer("", 0))

    with ScriptedServer(serve) as server:
        assert "nothing of it arrived" in ask(workshop, server.url).hint


def test_cut_behind_some_text(workshop: Workshop) -> None:
    assert "the text received so far is kept" in hint_over_http(workshop, HEAD + SOME)
