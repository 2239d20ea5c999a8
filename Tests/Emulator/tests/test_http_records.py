"""The records of HTTP requests, and many requests at the same time."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest

from client import Target
from http_client import V1, HttpTarget, body_of
from raw import RawClient
from raw_http import RawHttp
from spark_emulator import Emulator


def test_a_whole_record(http: HttpTarget) -> None:
    raw = json.dumps(body_of("1+1")).encode()
    headers = {"lora_id": "0", "User-Agent": "tester/1", "Accept": "text/event-stream"}
    answer = http.ask(raw=raw, scenario="echo:chunks=3", tls=True, headers=headers)
    record = http.target.record()
    assert record.pop("conn") > 0
    assert 0 < record.pop("duration_ms") < 5000
    assert record.pop("tls")["version"] == "TLSv1.3"
    seen = record.pop("headers")
    assert {**seen, **headers, "Content-Type": "application/json"} == seen
    assert "Authorization" not in seen
    assert record == {
        "path": V1,
        "query": {"tag": http.target.tag, "scenario": "echo:chunks=3"},
        "tag": http.target.tag,
        "scenario": "echo:chunks=3",
        "auth": "ok",
        "requests": [raw.decode()],
        "frames_sent": 3,
        "status": 200,
        "ended": "complete",
        "transport": "http",
        "request_on_connection": 1,
        "authorization": "password",
        "body": body_of("1+1"),
        "lora_id": "0",
        "sid": answer.documents[0]["sid"],
    }


def test_the_sid_of_an_error(http: HttpTarget) -> None:
    answer = http.ask(temperature=9)
    record = http.target.record()
    assert record["sid"] in answer.error["message"]
    assert record["body"]["temperature"] == 9


def test_a_client_that_leaves_before_its_body_is_complete(http: HttpTarget) -> None:
    with RawHttp(http) as client:
        client.socket.sendall(
            f"POST {V1}?tag={http.target.tag} HTTP/1.1\r\nHost: x\r\n"
            "Content-Length: 1000\r\n\r\n{".encode()
        )
        assert client.is_silent()
    record = http.target.record()
    assert (record["ended"], record["status"]) == ("client_drop", None)


def test_a_body_that_never_comes() -> None:
    with (
        Emulator(request_wait=0.1) as emulator,
        RawHttp(HttpTarget(Target(emulator.ready))) as client,
    ):
        head = f"POST {V1} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"
        client.socket.sendall(head.encode())
        assert " 408 " in client.head()


def test_websocket_and_http_share_numbers_and_counts() -> None:
    with Emulator() as emulator:
        http = HttpTarget(Target(emulator.ready, "mine"))
        http.target.ask("1+1")
        http.ask("1+1")
        first, second = emulator.records("mine")
        assert second["conn"] > first["conn"]
        assert "transport" not in first
        assert emulator.stats() == {"live": 0, "total": 2}


def test_only_http_has_them(target: Target) -> None:
    for name in ("sse", "body", "json_body", "tools", "connection", "bad_head", "bad_chunk"):
        with RawClient(target.url(scenario=name)) as client:
            assert client.status == 400
            message = json.loads(client.body())["message"]
            assert message == f"scenario {name} does not exist for WebSocket"


def test_addresses() -> None:
    with Emulator() as emulator:
        assert emulator.http_url(tag="x") == (
            f"http://127.0.0.1:{emulator.ready['ws_port']}{V1}?tag=x"
        )
        port = emulator.ready["ports"]["tls_expired"]
        assert emulator.http_url("/x2/chat/completions", port="tls_expired") == (
            f"https://127.0.0.1:{port}/x2/chat/completions"
        )
        assert emulator.http_url(tls=True).startswith("https://")


def test_the_log_line_tells_nothing_private(capfd: pytest.CaptureFixture[str]) -> None:
    with Emulator(quiet=False) as emulator:
        http = HttpTarget(Target(emulator.ready, "t1"))
        http.ask("My secret question", scenario="text:content=private")
        emulator.records("t1")
    (line,) = capfd.readouterr().err.splitlines()
    assert f"{V1} tag=t1 scenario=text auth=ok requests=1" in line
    for private in ("secret", "private", emulator.ready["api_password"]):
        assert private not in line


def test_many_at_once(http: HttpTarget) -> None:
    """Every answer belongs to its question, and connections are reused."""

    async def one(session: aiohttp.ClientSession, number: int) -> bool:
        body = body_of(f"question {number} " * 20)
        headers = {"Authorization": f"Bearer {http.target.ready['api_password']}"}
        url = http.url(scenario="echo:chunks=20")
        async with session.post(url, json=body, headers=headers) as response:
            text = (await response.read()).decode()
        said = [json.loads(x[5:]) for x in text.split("\n\n") if x.startswith("data:{")]
        return "".join(d["choices"][0]["delta"]["content"] for d in said) == (
            f"question {number} " * 20
        )

    async def many() -> list[bool]:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=50)) as session:
            return await asyncio.gather(*[one(session, n) for n in range(400)])

    assert all(asyncio.run(many()))
    records = http.target.page(f"records?tag={http.target.tag}&wait=5")
    assert len(records) == 400
    assert len({record["conn"] for record in records}) <= 50
    assert max(record["request_on_connection"] for record in records) > 1
