"""Scenarios that break the rules for HTTP bodies, or send what is not JSON."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from http_client import HttpTarget
from raw_http import RawHttp


def test_bad_utf8(http: HttpTarget) -> None:
    answer = http.ask("1+1", scenario="bad_utf8:after=2")
    assert answer.raw.count(b"\xff") == 1
    assert answer.raw.split(b"\n\n")[2] == b'data:{"code":0,"message":"Success","sid":"\xff"}'
    assert answer.raw.endswith(b"data:[DONE]\n\n")
    assert http.ask(scenario="bad_utf8", stream=False).raw.count(b"\xff") == 1


def test_bad_json(http: HttpTarget) -> None:
    answer = http.ask("1+1", scenario="bad_json:after=1,text=not json")
    assert (answer.data[1], answer.done) == ("not json", True)
    assert b"not json" in http.ask(scenario="bad_json:text=not json", stream=False).raw


def test_oversize(http: HttpTarget) -> None:
    with RawHttp(http) as client:
        client.send(scenario="oversize")
        client.head()
        client.chunk()
        assert client.read_until(b"\r\n") == b"10000000000\r\n"
        assert client.read_until(b":") == b"data:"
        client.buffer = b""
        assert client.is_silent()


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("size", b"xyz\r\n"),
        ("negative", b"-"),
        ("huge_line,bytes=70000", b";" + b"x" * 70000 + b"\r\n"),
    ],
)
def test_bad_chunk(http: HttpTarget, kind: str, line: bytes) -> None:
    with RawHttp(http) as client:
        client.send("1+1", scenario=f"bad_chunk:kind={kind}")
        client.head()
        client.chunk()
        assert line in client.read_until(b"data:")
        client.read_until(b"0\r\n\r\n")


def test_chunks_of_a_wrong_length(http: HttpTarget) -> None:
    with RawHttp(http) as client:
        client.send("1+1", scenario="bad_chunk:kind=no_crlf,after=2")
        client.head()
        client.chunk()
        client.chunk()
        size = int(client.read_until(b"\r\n"), 16)
        assert client.read(size).endswith(b"}\n\n")
        assert client.read(2) != b"\r\n"
    with RawHttp(http) as client:
        client.send("1+1", scenario="bad_chunk:kind=short,after=0")
        client.head()
        size = int(client.read_until(b"\r\n"), 16)
        assert client.read(size - 9).endswith(b"}\n\n")
        assert client.read(2) == b"\r\n"


@pytest.mark.parametrize("kind", ["size", "negative", "no_crlf"])
def test_a_strict_client_gives_up(http: HttpTarget, kind: str) -> None:
    answer = http.ask("1+1", scenario=f"bad_chunk:kind={kind}", timeout=0.5)
    assert isinstance(answer.failure, (aiohttp.ClientError, asyncio.TimeoutError))
