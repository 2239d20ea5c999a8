"""Data after the end of an answer does not affect the answer, whenever it arrives."""

from __future__ import annotations

import json
import struct

import pytest
from support.asking import ask
from support.peer import Peer, answer, frame
from support.server import ScriptedServer
from support.workshop import Workshop

NOISE = {
    "garbage": b"\xff" * 6,
    "binary": frame(b"zz", 2),
    "bad close": frame(struct.pack("!H", 5), 8),
    "no JSON": frame(b"{"),
}


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "later"])
@pytest.mark.parametrize("noise", NOISE)
def test_behind_the_final_frame(noise: str, at_once: bool, workshop: Workshop) -> None:
    """The answer is complete once its last frame has arrived."""

    def script(peer: Peer) -> None:
        peer.upgrade()
        peer.question()
        end = answer("all of", 0) + answer(" it")
        peer.send(end + NOISE[noise] * at_once)
        if not at_once:
            peer.pause()
            peer.send(NOISE[noise])
        peer.wait()

    with ScriptedServer(script) as server:
        result = ask(workshop, server.url)
    assert (result.status, result.text) == ("OK", "all of it"), result


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "later"])
def test_behind_done(at_once: bool, workshop: Workshop) -> None:
    """Over HTTP it is complete with `[DONE]`, and the connection is not used again."""

    def script(peer: Peer) -> None:
        peer.body()
        chunk = json.dumps({"code": 0, "choices": [{"delta": {"content": "all of it"}}]})
        events = f"data: {chunk}\n\ndata: [DONE]\n\n"
        head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        end = f"{head}{len(events):x}\r\n{events}\r\n"
        peer.send((end + "no chunk\r\n" * at_once).encode())
        if not at_once:
            peer.pause()
            peer.send(b"no chunk\r\n")
        peer.wait()

    with ScriptedServer(script) as server:
        result = ask(workshop, server.http_url)
    assert (result.status, result.text) == ("OK", "all of it"), result
