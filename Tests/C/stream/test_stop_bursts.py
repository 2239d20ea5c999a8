"""Pieces that may begin a stop sequence, directly followed by more: nothing waits."""

from __future__ import annotations

import json

import pytest
from support.asking import Answer, ask
from support.peer import Peer, answer, frame
from support.server import ScriptedServer
from support.workshop import Workshop

PIECES = ["Roses", "\n", "\n", "are", " red"]
SEQUENCE = "\n\nUser:"
COMPLETE = ("OK", "complete", "Roses\n\nare red")


def over_web_socket(peer: Peer) -> None:
    """Send the whole answer in one call; the connection ends with it, or stays silent."""
    peer.upgrade()
    peer.question()
    frames = [answer(piece, 2 * (piece == PIECES[-1])) for piece in PIECES]
    peer.send(b"".join(frames) + frame(b"\x03\xe8", 8))
    peer.finish()
    peer.wait()


def over_http(peer: Peer) -> None:
    """Send the whole answer in one call, and keep the connection."""
    peer.body()
    deltas = [{"code": 0, "choices": [{"delta": {"content": piece}}]} for piece in PIECES]
    events = [f"data: {event}\n\n" for event in [*map(json.dumps, deltas), "[DONE]"]]
    chunk = "".join(events)
    head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    peer.send(f"{head}{len(chunk):x}\r\n{chunk}\r\n0\r\n\r\n".encode())
    peer.wait()


def asked(workshop: Workshop, url: str, via: str, *options: str) -> Answer:
    return ask(workshop, url, "Hello", "via", via, "stop", SEQUENCE, *options)


@pytest.mark.parametrize("via", ["invoke", "stream", "pull", "group"])
def test_whole_answer_at_once(via: str, workshop: Workshop) -> None:
    with ScriptedServer(over_web_socket) as server:
        result = asked(workshop, server.url, via)
    assert (result.status, result.outcome, result.text) == COMPLETE, result
    with ScriptedServer(over_http) as server:
        result = asked(workshop, server.http_url, via)
    assert (result.status, result.outcome, result.text) == COMPLETE, result


@pytest.mark.parametrize("via", ["stream", "pull", "group"])
def test_last_piece_comes_in_its_place(via: str, workshop: Workshop) -> None:
    """After the final frame, nothing can complete a sequence; a warning may still follow."""

    def script(peer: Peer) -> None:
        peer.upgrade()
        peer.question()
        peer.send(answer("Roses\n") + answer("", code=10019))
        peer.goodbye()

    with ScriptedServer(script) as server:
        result = asked(workshop, server.url, via)
    assert "".join(event["text"] for event in result.events if event["kind"] == "text") == "Roses\n"
    kinds = [event["kind"] for event in result.events if event["kind"] != "ready"]
    assert kinds == ["text", "text", "warning"], result
