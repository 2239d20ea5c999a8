"""Scenarios that send a correct answer in unusual ways."""

from __future__ import annotations

import time

import pytest

from http_client import HttpTarget
from raw_http import RawHttp

TEXT = "1 + 1 = **2**."


def test_fragments(http: HttpTarget) -> None:
    with RawHttp(http) as client:
        client.send("1+1", scenario="fragments:size=7")
        client.head()
        chunks = client.chunks()
        assert max(map(len, chunks)) == 7
        assert b"".join(chunks).endswith(b"data:[DONE]\n\n")
    assert http.ask("1+1", scenario="fragments", stream=False).text == TEXT


def test_slow(http: HttpTarget) -> None:
    started = time.monotonic()
    answer = http.ask("1+1", scenario="slow:delay_ms=1,bytes=20")
    assert time.monotonic() - started > 0.04
    assert (answer.text, answer.done) == (TEXT, True)


def test_coalesce(http: HttpTarget) -> None:
    with RawHttp(http) as client:
        client.send("1+1", scenario="coalesce")
        client.fill()
        assert client.buffer.startswith(b"HTTP/1.1 200")
        assert client.buffer.endswith(b"data:[DONE]\n\n\r\n0\r\n\r\n")
    assert http.ask("1+1", scenario="coalesce", stream=False).text == TEXT


@pytest.mark.parametrize(
    ("keys", "part"),
    [
        ("space=1", b'data: {"code"'),
        ("eol=cr", b"}\r\rdata:"),
        ("eol=crlf", b"}\r\n\r\ndata:"),
        ("comments=1", b": keep-alive\n\n:\ndata:{"),
        ("blanks=1", b"}\n\n\n\ndata:"),
        ("events=1", b"event: message\nid: 1\nretry: 3000\ndata:{"),
        ("multiline=1", b'data:{\ndata: "code": 0,\n'),
        ("bom=1", b'\xef\xbb\xbfdata:{"code"'),
        ("split=3", b'data:{"code"'),
        ("space=1,eol=crlf,comments=1,blanks=1,events=1,bom=1,split=1", b"data: "),
    ],
)
def test_sse(http: HttpTarget, keys: str, part: bytes) -> None:
    answer = http.ask("1+1", scenario=f"sse:{keys}")
    assert part in answer.raw
    assert (answer.text, answer.done) == (TEXT, True)


@pytest.mark.parametrize(("done", "end"), [("0", b"}\n\n"), ("bare", b"}\n\ndata:[DONE]")])
def test_sse_done(http: HttpTarget, done: str, end: bytes) -> None:
    assert http.ask("1+1", scenario=f"sse:done={done}").raw.endswith(end)


def test_sse_split(http: HttpTarget) -> None:
    with RawHttp(http) as client:
        client.send("1+1", scenario="sse:split=1")
        client.head()
        assert {len(chunk) for chunk in client.chunks()} == {1}
    assert http.ask("1+1", scenario="sse", stream=False).status == 400


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("framing", ["chunked", "length", "close"])
def test_body(http: HttpTarget, framing: str, stream: bool) -> None:
    answer = http.ask("1+1", scenario=f"body:framing={framing}", stream=stream)
    assert (answer.failure, answer.text) == (None, TEXT)
    fields = {"chunked": "Transfer-Encoding", "length": "Content-Length", "close": "Connection"}
    assert [f for f in fields.values() if f in answer.headers] == [fields[framing]]


def test_body_extensions_and_trailers(http: HttpTarget) -> None:
    with RawHttp(http) as client:
        client.send("1+1", scenario="body:extensions=1,trailers=1")
        assert "Trailer: X-Checksum\r\n" in client.head()
        assert b';name=value;quoted="a;b"\r\n' in client.read_until(b"data:")
        client.read_until(b"0\r\nX-Checksum: none\r\nX-Trailer: last\r\n\r\n")
    assert http.ask("1+1", scenario="body:extensions=1,trailers=1").text == TEXT


@pytest.mark.parametrize("stream", [True, False])
def test_json_body(http: HttpTarget, stream: bool) -> None:
    answer = http.ask("1+1", scenario="json_body:blanks=3", stream=stream)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.raw.startswith(b"\n\n\n{")
    assert answer.text == TEXT


def test_keep_alive(http: HttpTarget) -> None:
    with RawHttp(http) as client:
        for stream in (True, False, True):
            client.send("1+1", stream=stream)
            assert "Connection:" not in client.head()
            client.chunks()
        client.send("1+1", model="nonsense")
        assert "400" in client.head()
    records = http.target.page(f"records?tag={http.target.tag}&wait=5")
    assert [record["request_on_connection"] for record in records] == [1, 2, 3, 4]
    assert len({record["conn"] for record in records}) == 1


def test_pipelined_requests(http: HttpTarget) -> None:
    with RawHttp(http) as client:
        for question in ("1+1", "2+2", "3+3"):
            client.send(question, stream=False)
        texts = []
        for _ in range(3):
            client.head()
            texts += client.chunks()
        assert [b"**%d**" % n in text for n, text in zip((2, 4, 6), texts, strict=True)] == [
            True, True, True,
        ]  # fmt: skip


def test_connection_close(http: HttpTarget) -> None:
    for scenario in ("connection", "connection:how=close,keep=1"):
        with RawHttp(http) as client:
            client.send("1+1", scenario=scenario)
            assert "Connection: close\r\n" in client.head()
            assert client.read_rest().endswith(b"0\r\n\r\n")


def test_connection_keep(http: HttpTarget) -> None:
    for how in ("close", "silent"):
        with RawHttp(http) as client:
            for number in (1, 2, 3):
                client.send("1+1", scenario=f"connection:how={how},keep=3")
                says = "Connection: close\r\n" in client.head()
                assert says is (how == "close" and number == 3)
                client.chunks()
            assert client.read_rest() == b""


def test_connection_idle(http: HttpTarget) -> None:
    with RawHttp(http) as client:
        client.send("1+1", scenario="connection:idle=100")
        client.head()
        client.chunks()
        client.send("1+1")
        client.head()
        client.chunks()
        # The second request arrived in time, and has no such limit itself.
        assert client.is_silent(0.3)
    with RawHttp(http) as client:
        client.send("1+1", scenario="connection:idle=100")
        client.head()
        client.chunks()
        started = time.monotonic()
        assert client.read_rest() == b""
        assert time.monotonic() - started > 0.05


def test_connection_http10(http: HttpTarget) -> None:
    with RawHttp(http) as client:
        client.send("1+1", scenario="connection:http10=1")
        head = client.head()
        assert head.startswith("HTTP/1.0 200 OK\r\n")
        assert "Transfer-Encoding" not in head
        assert client.read_rest().endswith(b"data:[DONE]\n\n")


def test_an_old_client_gets_no_chunks(http: HttpTarget) -> None:
    with RawHttp(http) as client:
        client.send("1+1", version="HTTP/1.0")
        head = client.head()
        assert "Transfer-Encoding" not in head
        assert "Connection: close" in head
        assert client.read_rest().endswith(b"data:[DONE]\n\n")
    for scenario in ("body", "bad_chunk", "oversize", "bad_head:kind=length_and_chunked"):
        with RawHttp(http) as client:
            client.send("1+1", scenario=scenario, version="HTTP/1.0")
            assert " 400 " in client.head()
            assert b"HTTP/1.0 has no chunks" in client.read_rest()
