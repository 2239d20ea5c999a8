"""Scenarios that change the answer to the upgrade, or the service's clock."""

from __future__ import annotations

import json
import time
from email.utils import parsedate_to_datetime

import pytest
from websockets.exceptions import InvalidHandshake
from websockets.sync.client import connect

from client import Target, request_text
from raw import ACCEPT, RawClient


def upgrade(target: Target, scenario: str, *, read_head: bool = True) -> RawClient:
    return RawClient(target.url(scenario=scenario), read_head=read_head)


def answered(client: RawClient) -> str:
    client.send_text(request_text("1+1"))
    items = [json.loads(f.payload)["payload"]["choices"]["text"] for f in client.frames()[:-1]]
    return "".join(item[0]["content"] for item in items)


@pytest.mark.parametrize("after", [0, 1, 40, 100000])
def test_upgrade_stall(target: Target, after: int) -> None:
    with upgrade(target, f"upgrade_stall:after={after}", read_head=False) as client:
        client.socket.settimeout(0.15)
        with pytest.raises(TimeoutError):
            client.read_rest()
        assert len(client.buffer) == min(after, len(client.buffer))
        assert b"HTTP/1.1 101 Switching".startswith(client.buffer[:22])
    assert target.record()["ended"] == "client_drop"


@pytest.mark.parametrize("how", ["fin", "cut", "reset"])
def test_upgrade_drop(target: Target, how: str) -> None:
    with upgrade(target, f"upgrade_drop:after=17,how={how}", read_head=False) as client:
        assert client.read(17) == b"HTTP/1.1 101 Swit"
        with pytest.raises(ConnectionResetError if how == "reset" else EOFError):
            client.read(1)
    assert target.record()["ended"] == "server_drop"


def test_bad_and_missing_accept(target: Target) -> None:
    with upgrade(target, "bad_accept") as client:
        assert (client.status, client.fields["sec-websocket-accept"]) == (101, ACCEPT.swapcase())
        assert answered(client) == "1 + 1 = **2**."
    with upgrade(target, "no_accept") as client:
        assert client.status == 101
        assert "sec-websocket-accept" not in client.fields
    with upgrade(target, "no_upgrade") as client:
        assert client.status == 101
        assert "upgrade" not in client.fields


@pytest.mark.parametrize(
    ("scenario", "field", "value"),
    [
        ("extension", "sec-websocket-extensions", "permessage-deflate"),
        ("extension:name=x-mine", "sec-websocket-extensions", "x-mine"),
        ("subprotocol", "sec-websocket-protocol", "chat"),
        ("subprotocol:name=mqtt", "sec-websocket-protocol", "mqtt"),
        ("huge_header:bytes=9000", "x-filler", "x" * 9000),
    ],
)
def test_headers_nobody_asked_for(target: Target, scenario: str, field: str, value: str) -> None:
    with upgrade(target, scenario) as client:
        assert (client.status, client.fields[field]) == (101, value)
        assert answered(client) == "1 + 1 = **2**."


def test_many_headers(target: Target) -> None:
    with upgrade(target, "huge_header:bytes=10,count=300") as client:
        assert client.head.count("X-Filler: xxxxxxxxxx\r\n") == 300


@pytest.mark.parametrize("scenario", ["bad_accept", "no_accept", "no_upgrade", "extension",
                                      "subprotocol", "status:code=500"])  # fmt: skip
def test_a_strict_client_refuses(target: Target, scenario: str) -> None:
    with (
        pytest.raises(InvalidHandshake),
        connect(target.url(scenario=scenario), compression=None, max_size=None),
    ):
        pass


def test_garbage_and_slow_upgrade(target: Target) -> None:
    with upgrade(target, "garbage_upgrade", read_head=False) as client:
        assert not client.read(200).startswith(b"HTTP")
    with upgrade(target, "slow_upgrade:delay_ms=0.2") as client:
        assert client.status == 101
        assert answered(client) == "1 + 1 = **2**."


def test_redirect(target: Target) -> None:
    with upgrade(target, "redirect:to=https://example.com/elsewhere,code=307") as client:
        assert client.status == 307
        assert client.fields["location"] == "https://example.com/elsewhere"


def test_status(target: Target) -> None:
    with upgrade(target, "status:code=429,body=slow down, please,retry_after=7") as client:
        assert client.status == 429
        assert (client.body(), client.fields["retry-after"]) == (b"slow down, please", "7")
        assert client.read_rest() == b""
    with upgrade(target, "status:code=502,chunked=1,body=twelve bytes") as client:
        assert client.fields["transfer-encoding"] == "chunked"
        assert client.read_rest() == b"7\r\ntwelve \r\n5\r\nbytes\r\n0\r\n\r\n"
    with upgrade(target, "status:code=403,date=Mon, 06 Jan 2025 08:00:00 GMT") as client:
        assert client.fields["date"] == "Mon, 06 Jan 2025 08:00:00 GMT"
    with upgrade(target, "status:code=403,date=none,type=text/html") as client:
        assert "date" not in client.fields
        assert client.fields["content-type"] == "text/html"
    with upgrade(target, "status:length=1000,body=short") as client:
        assert client.fields["content-length"] == "1000"
        assert client.read_rest() == b"short"
    with upgrade(target, "status:keep=1,body=kept") as client:
        assert client.body() == b"kept"
        client.socket.settimeout(0.1)
        with pytest.raises(TimeoutError):
            client.read(1)
    records = target.page(f"records?tag={target.tag}&wait=5")
    assert {record["ended"] for record in records} == {"refused"}
    assert [record["status"] for record in records] == [429, 502, 403, 403, 503, 503]


def test_early_data(target: Target) -> None:
    with RawClient(target.url(scenario="early_data"), send=False) as client:
        client.socket.sendall(client.upgrade)
        segment = client.socket.recv(65536)
        head, _, rest = segment.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101")
        assert rest.startswith(b"\x89\x05early\x81")
    answer = target.ask(scenario="early_data")
    assert answer.statuses == [0, 1, 2]
    assert answer.text.endswith("早到的帧 🐦")
    assert target.ask(scenario="early_data:content=abc").text == "abc"


@pytest.mark.parametrize("seconds", [3600, -86400, 120])
def test_skew(target: Target, seconds: int) -> None:
    with upgrade(target, f"skew:seconds={seconds}") as client:
        assert client.status == 403
        assert "a valid date" in json.loads(client.body())["message"]
        date = parsedate_to_datetime(client.fields["date"]).timestamp()
        assert date - time.time() == pytest.approx(seconds, abs=5)
    assert target.record()["auth"] == "date"


def test_skew_lets_a_client_in_that_signs_with_the_services_time(target: Target) -> None:
    with upgrade(target, "skew:seconds=7200") as client:
        shown = parsedate_to_datetime(client.fields["date"]).timestamp()
    with RawClient(target.url(scenario="skew:seconds=7200", at=shown)) as client:
        assert client.status == 101
        assert parsedate_to_datetime(client.fields["date"]).timestamp() == pytest.approx(
            shown, abs=5
        )
    with RawClient(target.url(scenario="skew:seconds=7200,always=1", at=shown)) as client:
        assert client.status == 403
