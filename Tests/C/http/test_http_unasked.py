"""Over HTTP: unrequested data, unrequested encodings, and ends that prove nothing."""

from __future__ import annotations

import gzip
import json
import threading

import pytest
from support.asking import ask, conversation
from support.authority import Authority
from support.peer import Peer
from support.server import ScriptedServer
from support.workshop import Workshop


def document(text: str, head: str = "", *, ends: bool = True) -> bytes:
    """Return an answer in one piece, which ends on its own or with the connection."""
    choice = {"message": {"role": "assistant", "content": text}}
    body = json.dumps({"code": 0, "choices": [choice]}).encode()
    length = f"Content-Length: {len(body)}\r\n" if ends else ""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{head}{length}\r\n"
    return head.encode() + body


def test_an_answer_that_came_before_its_question_is_none(workshop: Workshop) -> None:
    """Data that arrives while the connection waits for the next request makes it unusable."""
    is_answered, is_said = threading.Event(), threading.Event()

    def script(peer: Peer) -> None:
        peer.body()
        peer.send(document(f"answer {peer.number}"))
        is_answered.wait(30)
        peer.send(document("POISON"))
        is_said.set()
        peer.wait()

    with (
        ScriptedServer(script) as server,
        conversation(workshop, server.http_url) as talk,
    ):
        assert talk.answer().text == "answer 1"
        is_answered.set()
        assert is_said.wait(30)
        assert talk.ask().text == "answer 2"
        assert server.connections == 2


@pytest.mark.parametrize("coding", ["gzip", "gzip, identity", "identity, gzip", "br"])
def test_compressed_answer(coding: str, workshop: Workshop) -> None:
    """Compression was not requested, so the data is not taken for the text."""

    def script(peer: Peer) -> None:
        peer.body()
        body = gzip.compress(b'data: {"choices":[]}\n\n')
        head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\n"
        peer.send(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        peer.wait()

    with ScriptedServer(script) as server:
        result = ask(workshop, server.http_url)
    assert result.status == "ERR_PROTOCOL"
    assert "compressed" in result.message


def test_end_without_a_goodbye_of_tls(workshop: Workshop, authority: Authority) -> None:
    """An attacker who cuts the connection could have cut the answer as well."""

    def script(peer: Peer) -> None:
        peer.secure()
        peer.body()
        peer.send(document("whole", ends=False))

    with ScriptedServer(script, authority.server()) as server:
        result = ask(workshop, server.http_url, ca_file=authority.file)
    assert result.status == "ERR_TRUNCATED", result


@pytest.mark.parametrize("end", ["data: [DONE]\n\n", ""])
def test_body_that_ends_with_the_blank_line_of_its_last_event(end: str, workshop: Workshop) -> None:
    """The blank line and the end of the body arrive alone, and the connection stays open."""

    def script(peer: Peer) -> None:
        peer.body()
        event = b'data: {"choices":[{"delta":{"content":"whole"}}]}\n\n' + end.encode()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
        peer.send(head + b"Content-Length: %d\r\n\r\n" % len(event) + event[:-1])
        peer.pause()
        peer.send(event[-1:])
        peer.wait()

    with ScriptedServer(script) as server:
        result = ask(workshop, server.http_url, idle_timeout="20000")
    assert result.status == ("OK" if end else "ERR_TRUNCATED"), result
    assert result.text == "whole"
