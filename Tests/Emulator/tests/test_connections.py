"""Connections: several requests, waiting, and violations by the client."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosedOK
from websockets.sync.client import ClientConnection, connect

from client import Target, request_text
from raw import RawClient
from spark_emulator import Emulator

HOSTED = {"domain": "patch"}


def read_answer(socket: ClientConnection) -> list[dict[str, Any]]:
    frames: list[dict[str, Any]] = []
    while not frames or frames[-1]["payload"]["choices"]["status"] != 2:
        frames.append(json.loads(socket.recv(5)))
    return frames


def test_hosted_models_take_several_questions(target: Target) -> None:
    with connect(target.url("/v1.1/chat"), compression=None) as socket:
        for question in ("1+1", "2+2"):
            socket.send(request_text(question, **HOSTED))
            frames = read_answer(socket)
            assert {frame["header"]["status"] for frame in frames} == {0}
        socket.send(request_text("x", domain="x1"))
        assert json.loads(socket.recv(5))["header"]["code"] == 10003
        with pytest.raises(ConnectionClosedOK):
            socket.recv(5)
    record = target.record()
    assert len(record["requests"]) == 3
    assert json.loads(record["requests"][1])["payload"]["message"]["text"][0]["content"] == "2+2"


def test_hosted_by_resource_or_by_host(target: Target) -> None:
    raw = json.loads(request_text("Hi", domain="lite"))
    raw["header"]["patch_id"] = ["0"]
    with connect(target.url("/v1.1/chat"), compression=None) as socket:
        socket.send(json.dumps(raw))
        read_answer(socket)
        socket.send(request_text("think", domain="xdeepseekr1"))
        items = [f["payload"]["choices"]["text"][0] for f in read_answer(socket)]
        assert "reasoning_content" in items[0]


@pytest.mark.parametrize(
    ("path", "domain"), [("/v1.1/chat", "patch"), ("/v3.5/chat", "generalv3.5")]
)
def test_a_second_question_while_busy(target: Target, path: str, domain: str) -> None:
    question = request_text("#scenario slow:delay_ms=0.2\n1+1", domain=domain)
    with connect(target.url(path), compression=None) as socket:
        socket.send(question)
        socket.send(question)
        frames = [json.loads(socket.recv(5))]
        while frames[-1]["header"]["code"] or frames[-1]["payload"]["choices"]["status"] != 2:
            frames.append(json.loads(socket.recv(5)))
    errors = [frame["header"] for frame in frames if frame["header"]["code"]]
    assert [error["code"] for error in errors] == [10007]
    texts = [f["payload"]["choices"]["text"][0]["content"] for f in frames if "payload" in f]
    assert "".join(texts) == "1 + 1 = **2**."


@pytest.mark.parametrize(("path", "questions"), [("/v3.5/chat", 0), ("/v1.1/chat", 1)])
def test_a_connection_waits_for_a_while_only(path: str, questions: int) -> None:
    with Emulator(request_wait=0.2) as emulator:
        target = Target(emulator.ready)
        with connect(target.url(path), compression=None) as socket:
            for _ in range(questions):
                socket.send(request_text("1+1", **HOSTED))
                read_answer(socket)
            started = time.monotonic()
            with pytest.raises(ConnectionClosedOK):
                socket.recv(5)
            assert time.monotonic() - started > 0.1


def test_a_client_that_ignores_the_close_frame() -> None:
    with Emulator(close_wait=0.2) as emulator:
        target = Target(emulator.ready)
        with RawClient(target.url()) as client:
            client.send_text(request_text("1+1"))
            frames = client.frames()
            assert frames[-1].payload == b"\x03\xe8close this ws conn"
            assert client.read_rest() == b""
        record = target.page("records?wait=5")[0]
        assert (record["ended"], record["client_close"]) == ("server_close", None)


def test_pace() -> None:
    with Emulator(pace_ms=40) as emulator:
        started = time.monotonic()
        answer = Target(emulator.ready).ask("Hi", scenario="echo:chunks=5")
        assert len(answer.raw) == 5
        assert time.monotonic() - started > 0.2


@pytest.mark.parametrize(
    ("payload", "opcode", "options", "code", "complaint"),
    [
        (b"{}", 1, {"mask": False}, 1002, "must be masked"),
        (b"{}", 1, {"rsv": 4}, 1002, "reserved bit"),
        (b"{}", 3, {}, 1002, "unknown opcode 3"),
        (b"{}", 2, {}, 1003, "text only"),
        (b"{}", 0, {}, 1002, "where it stopped"),
        (b"\xff\xff", 1, {}, 1007, "not UTF-8"),
        (b"p" * 126, 9, {}, 1002, "control frame"),
        (b"p", 9, {"fin": False}, 1002, "control frame"),
        (b"\x03", 8, {}, 1002, "half a code"),
        (b"\x03\xed", 8, {}, 1002, "1005 must not"),
        (b"\x03\xe8\xff", 8, {}, 1007, "not UTF-8"),
    ],
)
def test_client_violations(
    target: Target,
    payload: bytes,
    opcode: int,
    options: dict[str, Any],
    code: int,
    complaint: str,
) -> None:
    with RawClient(target.url()) as client:
        client.send(payload, opcode, **options)
        (close,) = client.frames()
        assert close.opcode == 8
        assert int.from_bytes(close.payload[:2], "big") == code
        assert complaint in close.payload.decode("utf-8", "replace")
    record = target.record()
    assert record["ended"] == "client_violation"
    assert complaint in record["violation"]


def test_lengths_must_be_short(target: Target) -> None:
    with RawClient(target.url()) as client:
        client.socket.sendall(b"\x81\xfe\x00\x02\0\0\0\0{}")
        assert b"shortest" in client.frames()[0].payload


def test_fragmented_and_trickled_requests(target: Target) -> None:
    text = request_text("1+1").encode()
    with RawClient(target.url()) as client:
        client.send(text[:9], 1, fin=False)
        client.send(b"between", 9)
        client.send(text[9:30], 0, fin=False)
        client.send(text[30:], 0)
        frames = client.frames()
        assert (frames[0].opcode, frames[0].payload) == (10, b"between")
        assert json.loads(frames[1].payload)["header"]["code"] == 0
    assert target.record()["requests"] == [text.decode()]


def test_a_request_in_the_segment_of_the_upgrade(target: Target) -> None:
    """A client that sends before it has the 101 answer loses nothing."""
    with RawClient(target.url(), send=False) as client:
        body = request_text("1+1").encode()
        frame = b"\x81\xfe" + len(body).to_bytes(2, "big") + b"\0\0\0\0" + body
        client.socket.sendall(client.upgrade + frame)
        client.read_until(b"\r\n\r\n")
        assert len(client.frames()) > 2


def test_big_requests(target: Target) -> None:
    text = "long text " * 45_000
    answer = target.ask(text, path="/chat/pro-128k", domain="pro-128k", scenario="echo:chunks=9")
    assert answer.text == text
