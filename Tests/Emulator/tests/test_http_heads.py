"""Scenarios that change the head of an HTTP answer."""

from __future__ import annotations

import pytest

from http_client import HttpTarget
from raw_http import RawHttp

TEXT = "1 + 1 = **2**."


@pytest.mark.parametrize("name", ["upgrade_stall", "head_stall"])
@pytest.mark.parametrize("after", [0, 30])
def test_head_stall(http: HttpTarget, name: str, after: int) -> None:
    with RawHttp(http) as client:
        client.send(scenario=f"{name}:after={after}")
        assert len(client.read(after)) == after
        assert client.is_silent()
    assert http.target.record()["ended"] == "client_drop"


@pytest.mark.parametrize("how", ["fin", "cut", "reset"])
@pytest.mark.parametrize("name", ["upgrade_drop", "head_drop"])
def test_head_drop(http: HttpTarget, name: str, how: str) -> None:
    with RawHttp(http) as client:
        client.send(scenario=f"{name}:after=17,how={how}")
        assert client.read(17).startswith(b"HTTP/1.1 200 OK\r\n")
        with pytest.raises(ConnectionResetError if how == "reset" else EOFError):
            client.read(1)
    assert http.target.record()["ended"] == "server_drop"


def test_huge_header(http: HttpTarget) -> None:
    with RawHttp(http) as client:
        client.send("1+1", scenario="huge_header:bytes=10,count=300")
        assert client.head().count("X-Filler: xxxxxxxxxx\r\n") == 300
        assert client.chunks()[-1] == b"data:[DONE]\n\n"


@pytest.mark.parametrize("name", ["slow_upgrade", "slow_head"])
def test_slow_head(http: HttpTarget, name: str) -> None:
    assert http.ask("1+1", scenario=f"{name}:delay_ms=0.2").text == TEXT


@pytest.mark.parametrize("name", ["garbage_upgrade", "garbage"])
def test_garbage(http: HttpTarget, name: str) -> None:
    with RawHttp(http) as client:
        client.send(scenario=name)
        assert not client.read(200).startswith(b"HTTP")


def test_redirect(http: HttpTarget) -> None:
    answer = http.ask(scenario="redirect:to=https://example.com/elsewhere,code=307")
    assert answer.status == 307
    assert answer.headers["Location"] == "https://example.com/elsewhere"


def test_status(http: HttpTarget) -> None:
    busy = http.ask(scenario="status:code=429,body=slow down, please,retry_after=7")
    assert (busy.status, busy.raw) == (429, b"slow down, please")
    assert busy.headers["Retry-After"] == "7"
    assert http.ask("#scenario status:code=502,chunked=1,body=twelve bytes").raw == b"twelve bytes"
    assert "Date" not in http.ask(scenario="status:date=none,type=text/html").headers
    with RawHttp(http) as client:
        client.send(scenario="status:keep=1,body=kept")
        assert "Connection: keep-alive" in client.head()
        assert client.read(4) == b"kept"
        client.send(scenario="status:length=1000,body=short")
        assert "Content-Length: 1000" in client.head()
        assert client.read_rest() == b"short"
    record = http.target.page(f"records?tag={http.target.tag}&wait=5")[0]
    assert (record["ended"], record["status"]) == ("refused", 429)


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("two_lengths", "\r\nContent-Length: "),
        ("length_and_chunked", "\r\nContent-Length: 5\r\n"),
        ("huge,bytes=2000", f"X-Filler: {'x' * 2000}\r\n"),
        ("fold", "\r\nX-Folded: one\r\n two\r\n\tthree\r\n"),
        ("no_status", "HTTP/1.1 OK\r\n"),
        ("http2", "HTTP/2 200 OK\r\n"),
    ],
)
@pytest.mark.parametrize("stream", [True, False])
def test_bad_head(http: HttpTarget, kind: str, part: str, stream: bool) -> None:
    with RawHttp(http) as client:
        client.send("1+1", scenario=f"bad_head:kind={kind}", stream=stream)
        head = client.head()
        assert part in head
        if kind == "two_lengths":
            first, second = (
                int(line.split()[1]) for line in head.split("\r\n") if "Length" in line
            )
            assert second == first + 7
            body = client.read(first)
            assert client.is_silent()
        else:
            body = b"".join(client.chunks())
        assert body.endswith(b"data:[DONE]\n\n" if stream else b"}")


def test_bad_head_bare_lf(http: HttpTarget) -> None:
    with RawHttp(http) as client:
        client.send("1+1", scenario="bad_head:kind=bare_lf")
        assert b"\r" not in client.read_until(b"\n\n")
        assert client.chunks()[-1] == b"data:[DONE]\n\n"
