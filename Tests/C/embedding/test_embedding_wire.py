"""Embeddings on the wire: over TLS, on kept connections, in pieces, and beyond the limits."""

from __future__ import annotations

import base64
import json
import struct

import pytest
from support.compiler import run
from support.peer import Peer
from support.server import ScriptedServer
from support.service import Service
from support.workshop import Workshop

FACTS = """\
The whale is a mammal.
Bell invented the telephone in 1876.
合肥的天气今天晴朗
"""


def surroundings(service: Service, **query: str) -> dict[str, str]:
    """Return an environment for embeddings over TLS."""
    return {
        **service.environment(),
        "SSL_CERT_FILE": str(service.ca_file),
        "IFLYTEK_SPARK_API_URL": service.url("wss"),
        "IFLYTEK_SPARK_EMBEDDING_URL": service.url("https", "/", **query),
    }


@pytest.mark.parametrize(
    ("question", "line"), [("Who invented the telephone?", 1), ("合肥的天气怎么样", 2)]
)
def test_example_finds_the_nearest_line(
    question: str, line: int, workshop: Workshop, service: Service, tag: str
) -> None:
    environment = surroundings(service, tag=tag)
    result = run([workshop.example("embed"), question], env=environment, input=FACTS)
    assert result.returncode == 0, result.stderr
    assert result.stdout == FACTS.splitlines()[line] + "\n"
    assert "of 3 lines" in result.stderr
    records = service.records(tag)
    assert [record["body"]["domain"] for record in records] == ["query"] + ["para"] * 3
    # One connection is kept, and a second is opened for a concurrent request.
    assert len({record["conn"] for record in records}) == 2
    assert records[0]["headers"]["User-Agent"].startswith("sparkchat/")


def test_sessions_are_resumed_at_their_own_server_only(
    workshop: Workshop, service: Service, tag: str
) -> None:
    environment = surroundings(service, tag=tag)
    result = run([workshop.example("embed"), "Hello"], env=environment, input="one\ntwo\n")
    assert result.returncode == 0, result.stderr
    tls = {record["conn"]: record["tls"]["resumed"] for record in service.records(tag)}
    assert list(tls.values()) == [False, True]


def test_example_fails_with_a_reason(workshop: Workshop, service: Service) -> None:
    environment = surroundings(service, scenario="error:code=11200")
    result = run([workshop.example("embed"), "Hello"], env=environment, input="one\n")
    assert result.returncode == 1
    assert "granted separately from chat" in result.stderr


def answer(text: str, **more: object) -> bytes:
    document = {
        "header": {"code": 0, "message": "success", "sid": "emb1@dx2"},
        "payload": {"feature": {"text": text, **more}},
    }
    return json.dumps(document).encode()


def head(length: int) -> bytes:
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % length
    )


VECTOR = struct.pack("<3f", 0.25, -1.5, 3.0)


def ask_scripted(workshop: Workshop, script: object, settings: str = "") -> tuple[int, str, int]:
    """Run `numbers` against a scripted server."""
    with ScriptedServer(script) as server:  # type: ignore[arg-type]
        environment = {
            **workshop.service.environment(),
            "IFLYTEK_SPARK_EMBEDDING_URL": f"http://127.0.0.1:{server.port}/emb?a=b",
        }
        program = workshop.program("embedding/numbers.c")
        result = run([program, settings], env=environment)
        return result.returncode, result.stdout + result.stderr, server.connections


def test_one_number_at_a_time(workshop: Workshop) -> None:
    body = answer(base64.b64encode(VECTOR).decode())

    def script(peer: Peer) -> None:
        peer.body()
        for byte in head(len(body)) + body:
            peer.send(bytes([byte]))

    assert ask_scripted(workshop, script)[:2] == (0, "0.25 -1.5 3\n")


def test_escapes_and_other_members_do_no_harm(workshop: Workshop) -> None:
    numbers = struct.pack("<2f", 1.0, 2.0)
    text = base64.b64encode(numbers).decode().replace("/", "\\/").replace("A", "\\u0041", 1)
    body = (
        b'{"payload":{"x":[1],"feature":{"seq":0,"text":"%s"},"text":"no"},"header":{"code":"0"}}'
    )
    body %= text.encode()

    def script(peer: Peer) -> None:
        peer.body()
        peer.send(head(len(body)) + body)

    assert ask_scripted(workshop, script)[:2] == (0, "1 2\n")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "PROTOCOL"),
        (b"[1]", "PROTOCOL"),
        (b"{}", "no vector"),
        (b'{"header":null,"payload":null}', "no vector"),
        (b'{"payload":{"feature":{"text":[0.25]}}}', "no vector"),
        (b'{"payload":{"feature":"AAAA"}}', "no vector"),
        (b'{"payload":{"feature":{"text":"AA=AAAAA"}}}', "Base64"),
        (b'{"payload":{"feature":{"text":"AAAA====AAA="}}}', "Base64"),
        (b'{"payload":{"feature":{"text":"    AAAAAAAAAAAA"}}}', "Base64"),
        (b'{"payload":{"feature":{"text":"AAAAAAAAAAAA\\n\\n\\n\\n"}}}', "Base64"),
        (b'{"payload":{"feature":{"text":"AAAAA"}}}', "Base64"),
        (b'{"payload":{"feature":{"text":"\xff\xff\xff\xff"}}}', "UTF-8"),
        (b'{"message":"no such service"}', "no such service"),
        (b'{"code":11200,"message":"not yours"}', "PERMISSION"),
        (b'{"error":{"code":"10907","message":"long"}}', "CONTEXT_LENGTH"),
        (b'{"header":{"code":"x","message":"odd"},"payload":{}}', "odd"),
    ],
)
def test_bad_bodies(workshop: Workshop, body: bytes, words: str) -> None:
    def script(peer: Peer) -> None:
        peer.body()
        peer.send(head(len(body)) + body)

    status, told, _ = ask_scripted(workshop, script)
    assert status == 1
    assert words in told


def test_body_that_is_cut_is_truncated(workshop: Workshop) -> None:
    body = answer(base64.b64encode(VECTOR).decode())

    def script(peer: Peer) -> None:
        peer.body()
        peer.send(head(len(body)) + body[:-5])

    status, told, _ = ask_scripted(workshop, script)
    assert status == 1
    assert "TRUNCATED" in told


def test_server_decides_no_sizes(workshop: Workshop) -> None:
    def script(peer: Peer) -> None:
        peer.body()
        peer.send(head(1 << 40) + b'{"payload":{"feature":{"text":"')
        while True:
            peer.send(b"A" * 65536)

    status, told, _ = ask_scripted(workshop, script, "small")
    assert status == 1
    assert "TOO_LARGE" in told
