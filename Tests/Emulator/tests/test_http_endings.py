"""Scenarios in which an HTTP answer ends in unusual ways, or not at all."""

from __future__ import annotations

import json
import os
import socket

import aiohttp
import pytest

from http_client import HttpTarget
from raw_http import RawHttp


@pytest.mark.parametrize(
    ("scenario", "events"),
    [("stall:at=first", 0), ("stall:at=middle", 2), ("stall:at=middle,after=3", 3)],
)
def test_stall(http: HttpTarget, scenario: str, events: int) -> None:
    with RawHttp(http) as client:
        client.send(scenario=scenario)
        assert client.head().startswith("HTTP/1.1 200 OK")
        for _ in range(events):
            assert client.chunk().startswith(b'data:{"code":0')
        assert client.is_silent()
    record = http.target.record()
    assert (record["ended"], record["frames_sent"], record["status"]) == (
        "client_drop", events, 200,
    )  # fmt: skip


@pytest.mark.parametrize("stream", [True, False])
def test_stall_before_the_head(http: HttpTarget, stream: bool) -> None:
    with RawHttp(http) as client:
        client.send(scenario="stall", stream=stream)
        assert client.is_silent()
    record = http.target.record()
    assert (record["ended"], record["status"]) == ("client_drop", None)


def test_stall_before_done_and_before_the_end(http: HttpTarget) -> None:
    with RawHttp(http) as client:
        client.send("1+1", scenario="stall:at=end")
        client.head()
        while b'"usage"' not in client.chunk():
            pass
        assert client.is_silent()
    with RawHttp(http) as client:
        client.send("1+1", scenario="no_close")
        client.head()
        while client.chunk() != b"data:[DONE]\n\n":
            pass
        assert client.is_silent()


def test_stall_in_a_document(http: HttpTarget) -> None:
    with RawHttp(http) as client:
        client.send("1+1", scenario="stall:at=middle,after=1", stream=False)
        client.head()
        assert client.chunk().startswith(b'{"code":0')
        assert client.is_silent()


@pytest.mark.parametrize("stream", [True, False])
def test_close_early(http: HttpTarget, stream: bool) -> None:
    answer = http.ask("1+1", scenario="close_early:after=3", stream=stream)
    assert (answer.failure, answer.status) == (None, 200)
    if stream:
        assert (len(answer.documents), answer.done) == (3, False)
        assert "usage" not in answer.documents[-1]
        assert len(http.ask(scenario="close_early:after=4,content=ab").documents) == 4
    else:
        with pytest.raises(json.JSONDecodeError):
            _ = answer.json


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("how", ["fin", "cut", "reset"])
def test_drop(http: HttpTarget, how: str, tls: bool) -> None:
    with RawHttp(http, tls=tls) as client:
        client.send(scenario=f"drop:after=2,bytes=9,how={how}")
        client.head()
        assert len([client.chunk(), client.chunk()]) == 2
        assert client.read(9)[2:] == b"\r\ndata:"
        # The rest is read below TLS, where a reset and an end always differ.
        with socket.socket(fileno=os.dup(client.socket.fileno())) as bare:
            bare.settimeout(3)
            if how == "reset":
                with pytest.raises(ConnectionResetError):
                    bare.recv(1)
            else:
                assert bool(bare.recv(100)) is (tls and how == "fin")
    record = http.target.record()
    assert (record["ended"], record["frames_sent"]) == ("server_drop", 2)


def test_drop_is_an_error_for_a_client(http: HttpTarget) -> None:
    answer = http.ask(scenario="drop:after=1")
    assert isinstance(answer.failure, aiohttp.ClientError)
    assert len(answer.documents) == 1
    document = http.ask(scenario="drop:after=1", stream=False)
    assert isinstance(document.failure, aiohttp.ClientError)


def test_late_error_and_late_frame(http: HttpTarget) -> None:
    late = http.ask("1+1", scenario="late_error:code=10019,delay_ms=20")
    assert "usage" in late.documents[-2]
    assert (late.documents[-1]["code"], late.done) == (10019, True)
    assert late.text == "1 + 1 = **2**."
    frame = http.ask("1+1", scenario="late_frame")
    assert frame.data[-2] == "[DONE]"
    assert frame.text == "1 + 1 = **2**.LATE"
    for name in ("late_error", "late_frame"):
        assert http.ask(scenario=name, stream=False).status == 400


def test_a_client_that_leaves_gets_no_more(http: HttpTarget) -> None:
    with RawHttp(http) as client:
        client.send(scenario="slow:delay_ms=2")
        client.head()
        client.chunk()
    record = http.target.record()
    assert record["ended"] == "client_drop"
    assert record["frames_sent"] < 10
