"""Servers whose records are not TLS: the hint does not mention weak keys."""

from __future__ import annotations

import pytest
from support.asking import ask
from support.peer import Peer
from support.server import ScriptedServer
from support.workshop import Workshop


@pytest.mark.parametrize(
    "record", [b"\x16\x03\x03\x00\x00", b"\x17\x03\x03\x00\x00", b"\x16\x03\x03\x7f\xff"]
)
def test_malformed_record(record: bytes, workshop: Workshop) -> None:
    """OpenSSL calls such records "too small", or too large."""

    def serve(peer: Peer) -> None:
        peer.read(5)
        peer.send(record * 100)
        peer.wait()

    with ScriptedServer(serve) as server:
        url = f"wss://127.0.0.1:{server.port}/v3.5/chat"
        result = ask(workshop, url)
    assert result.status == "ERR_TLS", result
    assert "TLS" in result.hint, result
    assert "security level" not in result.hint
