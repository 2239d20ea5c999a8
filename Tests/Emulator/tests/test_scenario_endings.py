"""Scenarios in which an answer ends in unusual ways, or not at all."""

from __future__ import annotations

import json
import os
import socket

import pytest
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import connect

from client import Target, request_text
from raw import RawClient


def begin(target: Target, scenario: str, *, tls: bool = False) -> RawClient:
    context = target.trust() if tls else None
    client = RawClient(target.url(scenario=scenario, tls=tls), context=context)
    client.send_text(request_text("Tell me a story"))
    client.socket.settimeout(3)
    return client


@pytest.mark.parametrize(
    ("scenario", "frames"),
    [
        ("stall", 0),
        ("stall:at=request", 0),
        ("stall:at=first", 0),
        ("stall:at=middle", 2),
        ("stall:at=middle,after=3", 3),
    ],
)
def test_stall(target: Target, scenario: str, frames: int) -> None:
    with begin(target, scenario) as client:
        statuses = [json.loads(client.frame().payload)["header"]["status"] for _ in range(frames)]
        assert 2 not in statuses
        client.socket.settimeout(0.15)
        with pytest.raises(TimeoutError):
            client.frame()
        # It still answers pings.
        client.send(b"alive?", opcode=9)
        assert (pong := client.frame()).opcode == 10
        assert pong.payload == b"alive?"
        client.send(b"\x03\xe8enough", opcode=8)
        assert client.frame().payload == b"\x03\xe8"
    record = target.record()
    assert record["ended"] == "client_close"
    assert record["client_close"] == {"code": 1000, "reason": "enough"}
    assert record["frames_sent"] == frames
    assert record["pings"] == [b"alive?".hex()]


@pytest.mark.parametrize("scenario", ["stall:at=end", "no_close"])
def test_final_frame_and_no_close(target: Target, scenario: str) -> None:
    with begin(target, scenario) as client:
        while json.loads(client.frame().payload)["header"]["status"] != 2:
            pass
        client.socket.settimeout(0.15)
        with pytest.raises(TimeoutError):
            client.frame()
    assert target.record()["ended"] == "client_drop"


def test_deaf(target: Target) -> None:
    with begin(target, "stall:deaf=1") as client:
        client.send(b"alive?", opcode=9)
        client.send(b"\x03\xe8", opcode=8)
        client.socket.settimeout(0.15)
        with pytest.raises(TimeoutError):
            client.read(1)
    record = target.record()
    assert (record["ended"], record["client_close"]["code"]) == ("client_close", 1000)


@pytest.mark.parametrize(
    ("code", "payload"),
    [
        ("1000", b"\x03\xe8close this ws conn"),
        ("1011", b"\x03\xf3close this ws conn"),
        ("none", b""),
    ],
)
def test_close_early(target: Target, code: str, payload: bytes) -> None:
    with begin(target, f"close_early:after=3,code={code}") as client:
        *texts, close = client.frames()
        assert [json.loads(f.payload)["header"]["status"] for f in texts] == [0, 1, 1]
        assert (close.opcode, close.payload) == (8, payload)
        client.send(payload, opcode=8)
        assert client.read_rest() == b""
    assert target.record()["ended"] == "server_close"


def test_close_early_even_when_the_answer_is_short(target: Target) -> None:
    answer = target.ask(scenario="close_early:after=4,content=ab")
    assert answer.statuses == [0, 1, 1, 1]


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("how", ["fin", "cut", "reset"])
def test_drop(target: Target, how: str, tls: bool) -> None:
    with begin(target, f"drop:after=2,bytes=9,how={how}", tls=tls) as client:
        assert len([client.frame(), client.frame()]) == 2
        assert client.read(9)[0] == 0x81
        # The rest is read below TLS, where a reset and an end always differ.
        with socket.socket(fileno=os.dup(client.socket.fileno())) as bare:
            bare.settimeout(3)
            if how == "reset":
                with pytest.raises(ConnectionResetError):
                    bare.recv(1)
            else:
                goodbye = bare.recv(100)
                assert bool(goodbye) is (tls and how == "fin")
    record = target.record()
    assert (record["ended"], record["frames_sent"]) == ("server_drop", 2)


def test_drop_between_frames(target: Target) -> None:
    with connect(target.url(scenario="drop:after=1,how=fin"), compression=None) as client:
        client.send(request_text("Hello"))
        assert client.recv(3)
        with pytest.raises(ConnectionClosedError):
            client.recv(3)


def test_late_error_and_late_frame(target: Target) -> None:
    late = target.ask("1+1", scenario="late_error:code=10019,delay_ms=20")
    assert late.statuses[-2:] == [2, 2]
    assert late.error["code"] == 10019
    assert late.text == "1 + 1 = **2**."
    frame = target.ask("1+1", scenario="late_frame")
    assert frame.statuses[-2:] == [2, 1]
    assert frame.text == "1 + 1 = **2**.LATE"


def test_pace_and_cancel(target: Target) -> None:
    """A client that closes in the middle of an answer gets no more of it."""
    with begin(target, "slow:delay_ms=5") as client:
        client.read(40)
        client.send(b"\x03\xe8", opcode=8)
        rest = client.read_rest()
        # The current frame is completed, and the close frame follows.
        assert rest.endswith(b"}\x88\x02\x03\xe8")
    record = target.record()
    assert record["ended"] == "client_close"
    assert record["frames_sent"] < len(target.ask("Tell me a story").raw)
