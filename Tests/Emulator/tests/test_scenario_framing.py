"""Scenarios that send a correct answer in unusual frames, or break the rules of frames."""

from __future__ import annotations

import json

import pytest

from client import Target, request_text
from raw import RawClient, RawFrame

QUESTION = "Tell me a story 🐦"


def frames_of(target: Target, scenario: str, question: str = QUESTION) -> list[RawFrame]:
    with RawClient(target.url(scenario=scenario)) as client:
        client.send_text(request_text(question))
        frames = client.frames()
        if frames and frames[-1].opcode == 8:
            client.send(frames[-1].payload, opcode=8)
        return frames


def texts(frames: list[RawFrame]) -> str:
    """Return the answer in the frames that are complete and valid JSON."""
    found = []
    for frame in frames:
        try:
            document = json.loads(frame.payload)
            found += document["payload"]["choices"]["text"]
        except (ValueError, TypeError, KeyError):
            continue
    return "".join(item["content"] for item in found)


@pytest.fixture
def expected(target: Target) -> str:
    return target.ask(QUESTION).text


@pytest.mark.parametrize("size", [1, 7, 50])
def test_fragments(target: Target, expected: str, size: int) -> None:
    frames = frames_of(target, f"fragments:size={size}")
    data = [frame for frame in frames if frame.opcode in (0, 1)]
    assert all(frame.size <= size for frame in data)
    assert any(frame.opcode == 9 for frame in frames)
    messages, message = [], b""
    for frame in data:
        assert (frame.opcode == 1) == (not message)
        message += frame.payload
        if frame.fin:
            messages.append(message)
            message = b""
    joined = [RawFrame(True, 0, 1, False, len(m), m) for m in messages]
    assert texts(joined) == expected
    if size < 50:
        # At least one frame ends inside a character.
        assert any(b"\xf0" in frame.payload[-3:] for frame in data)
    answer = target.ask(QUESTION, scenario=f"fragments:size={size}")
    assert answer.text == expected


def test_pings(target: Target, expected: str) -> None:
    frames = frames_of(target, "pings:every=2")
    pings = [frame.payload for frame in frames if frame.opcode == 9]
    assert pings[:2] == [b"ping 0", b"ping 2"]
    assert texts(frames) == expected
    target.tag += "-pong"
    assert target.ask(QUESTION, scenario="pings").text == expected
    record = target.record()
    assert record["pongs"][0] == b"ping 0".hex()


def test_ping_flood(target: Target) -> None:
    assert target.ask("1+1", scenario="ping_flood:n=500").text == "1 + 1 = **2**."
    record = target.record()
    assert record["pongs"][-1] == b"499".hex()


def test_unsolicited_pong(target: Target, expected: str) -> None:
    frames = frames_of(target, "unsolicited_pong")
    assert frames[0].opcode == 10
    assert texts(frames) == expected


def test_slow(target: Target, expected: str) -> None:
    assert target.ask("1+1", scenario="slow:delay_ms=0.1,bytes=3").text == "1 + 1 = **2**."
    assert target.ask(QUESTION, scenario="slow:delay_ms=0.5,bytes=100").text == expected


def test_coalesce(target: Target, expected: str) -> None:
    with RawClient(target.url(scenario="coalesce")) as client:
        client.send_text(request_text(QUESTION))
        client.fill()
        first = len(client.buffer)
        frames = client.frames()
        assert frames[-1].opcode == 8
        assert texts(frames) == expected
        assert first > 200


@pytest.mark.parametrize(
    ("scenario", "check"),
    [
        ("bad_utf8", lambda f: f.opcode == 1 and b"\xff" in f.payload),
        ("bad_json", lambda f: f.opcode == 1 and f.payload == b'{"header":{"code":0,'),
        ("bad_json:text=hello", lambda f: f.payload == b"hello"),
        ("binary", lambda f: f.opcode == 2 and b"sid" in f.payload),
        ("masked", lambda f: f.masked and b"sid" in f.payload),
        ("rsv", lambda f: f.rsv == 4 and b"sid" in f.payload),
        ("rsv:bits=1", lambda f: f.rsv == 1),
        ("bad_opcode", lambda f: f.opcode == 3),
        ("bad_opcode:opcode=11", lambda f: f.opcode == 11),
        ("long_control", lambda f: f.opcode == 9 and f.size == 126),
        ("fragmented_control", lambda f: f.opcode == 9 and not f.fin),
        ("lone_continuation", lambda f: f.opcode == 0 and b"sid" in f.payload),
        ("unfinished_message", lambda f: f.opcode == 1 and not f.fin),
    ],
)
@pytest.mark.parametrize("after", [0, 2])
def test_violations(
    target: Target, expected: str, scenario: str, check: object, after: int
) -> None:
    assert callable(check)
    frames = frames_of(target, f"{scenario}{',' if ':' in scenario else ':'}after={after}")
    offences = [number for number, frame in enumerate(frames) if check(frame)]
    assert offences == [after]
    # A client that overlooks the offence gets the whole answer.
    assert texts(frames) == expected
    assert frames[-1].opcode == 8


@pytest.mark.parametrize("scenario", ["rsv", "masked", "bad_opcode", "lone_continuation"])
def test_a_strict_client_refuses(target: Target, scenario: str) -> None:
    answer = target.ask(QUESTION, scenario=scenario)
    assert len(answer.raw) == 1
    record = target.record()
    assert record["client_close"]["code"] == 1002


@pytest.mark.parametrize("announced", [1 << 40, 1 << 62, 1 << 63])
def test_oversize(target: Target, announced: int) -> None:
    with RawClient(target.url(scenario=f"oversize:bytes={announced}")) as client:
        client.send_text(request_text(QUESTION))
        client.frame()
        assert client.frame().size == announced
        client.socket.settimeout(0.1)
        assert client.read(10) == b'{"header":'
        with pytest.raises(TimeoutError):
            client.read(1)
    assert target.record()["ended"] == "client_drop"


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("half", b"\x03"),
        ("code", b"\x03\xed"),
        ("utf8", b"\x03\xe8\xff\xfe"),
        ("long", b"\x03\xe8" + b"r" * 124),
    ],
)
def test_bad_close(target: Target, kind: str, payload: bytes) -> None:
    frames = frames_of(target, f"bad_close:kind={kind}")
    assert [frame.opcode for frame in frames] == [1, 8]
    assert frames[-1].payload == payload
