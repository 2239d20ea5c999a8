"""Bytes in the middle of a secure connection that the server has not encrypted."""

from __future__ import annotations

import os
import ssl
import struct

import pytest
from support.asking import ask
from support.authority import Authority
from support.peer import Peer, answer
from support.server import ScriptedServer
from support.workshop import Workshop

ALERT, HANDSHAKE, DATA = 21, 22, 23


def record(kind: int, content: bytes) -> bytes:
    """Return a record that no one has encrypted."""
    return struct.pack("!BHH", kind, 0x0303, len(content)) + content


FOREIGN = {
    "a page": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "zeros": bytes(100),
    "a length": b"\x17\x03\x03\xff\xff" + bytes(100),
    "data": record(DATA, b"x" * 100),
    "an alert": record(ALERT, b"\2\x28" * 20),
    "a handshake": record(HANDSHAKE, b"x" * 100),
}


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("text", ["", "Hel"])
@pytest.mark.parametrize("name", FOREIGN)
def test_foreign_bytes(
    name: str, text: str, version: ssl.TLSVersion, workshop: Workshop, authority: Authority
) -> None:
    """The connection was good: neither its URL nor its encryption is to blame.

    The request may be billed already, so it is not sent again.
    """

    def script(peer: Peer) -> None:
        peer.secure()
        peer.upgrade()
        peer.question()
        if text:
            peer.send(answer(text, 1))
        os.write(peer.stream.fileno(), FOREIGN[name])
        peer.wait()

    with ScriptedServer(script, authority.server(version)) as server:
        result = ask(workshop, server.url, ca_file=authority.file, max_attempts=3, backoff=1)
        assert server.connections == 1
    assert (result.status, result.text, result.attempts) == ("ERR_TLS", text, 1), result
    assert result.retryable == 1
    assert "corrupted or interfered with" in result.hint
    assert "try again" in result.hint
    assert "ws://" not in result.hint
