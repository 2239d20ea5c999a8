"""The emulator's records of its exchanges."""

from __future__ import annotations

import json

import pytest
from websockets.sync.client import connect

from client import Target, request_text
from raw import RawClient
from spark_emulator import Emulator


def test_a_whole_record(target: Target) -> None:
    raw = request_text("1+1")
    answer = target.ask(raw=raw, scenario="echo:chunks=3", tls=True)
    record = target.record()
    assert record.pop("conn") > 0
    assert 0 < record.pop("duration_ms") < 5000
    assert record.pop("headers")["Sec-WebSocket-Version"] == "13"
    query = record.pop("query")
    assert set(query) == {"date", "host", "tag", "scenario"}
    assert record.pop("tls")["version"] == "TLSv1.3"
    assert record == {
        "path": "/v3.5/chat",
        "tag": target.tag,
        "scenario": "echo:chunks=3",
        "auth": "ok",
        "host_matches": True,
        "requests": [raw],
        "frames_sent": len(answer.raw),
        "pings": [],
        "pongs": [],
        "client_close": {"code": 1000, "reason": "close this ws conn"},
        "violation": None,
        "status": 101,
        "ended": "server_close",
    }


def test_ends(target: Target) -> None:
    with connect(target.url(), compression=None) as socket:
        socket.close(4001, "changed my mind")
    record = target.record()
    assert record["ended"] == "client_close"
    assert record["client_close"] == {"code": 4001, "reason": "changed my mind"}
    target.tag += "-drop"
    with RawClient(target.url()):
        assert target.page(f"records?tag={target.tag}")[0]["ended"] is None
        assert target.page("stats")["live"] >= 1
    assert target.record()["ended"] == "client_drop"


def test_tls_resumption_is_noted(target: Target) -> None:
    context = target.trust()
    url = target.url(tls=True)
    with RawClient(url, context=context) as client:
        client.send_text(request_text("1+1"))
        client.frames()
        session = client.socket.session  # type: ignore[attr-defined]
    assert session is not None
    assert target.record()["tls"]["resumed"] is False


def test_pages() -> None:
    with Emulator() as emulator:
        target = Target(emulator.ready, "mine")
        target.ask("1+1")
        assert target.page("health") == {"ok": True}
        assert len(emulator.records("mine")) == 1
        assert emulator.stats() == {"live": 0, "total": 1}
        assert emulator.records("other", wait=0) == []
        emulator.reset()
        assert emulator.records(wait=0) == []
        assert emulator.stats()["total"] == 1
        with RawClient(emulator.signed_url(tag="x", scenario="single")) as client:
            client.send_text(request_text("1+1"))
            assert json.loads(client.frame().payload)["header"]["status"] == 2
        assert emulator.records("x")[0]["auth"] == "ok"
        assert emulator.url("/x2", tls=True).startswith("wss://127.0.0.1:")


def test_the_log_line_tells_nothing_private(capfd: pytest.CaptureFixture[str]) -> None:
    with Emulator(quiet=False) as emulator:
        target = Target(emulator.ready, "t1")
        target.ask("My secret question", scenario="text:content=private")
        emulator.records("t1")
    (line,) = capfd.readouterr().err.splitlines()
    assert "/v3.5/chat tag=t1 scenario=text auth=ok requests=1" in line
    for private in ("secret", "private", "authorization", emulator.ready["api_key"]):
        assert private not in line
