"""Requests that other clients send incorrectly, or not at all (docs/peers.md)."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from queue import Queue
from typing import Any

import pytest
from support.asking import ask, program
from support.compiler import run
from support.paths import TESTS
from support.peer import Peer, frame
from support.peer import answer as answer_frame
from support.server import ScriptedServer
from support.service import Service
from support.workshop import Workshop

CLOSE, PING = 8, 9
Sent = Callable[..., dict[str, Any]]


@pytest.fixture
def sent(workshop: Workshop, service: Service, tag: str) -> Sent:
    """Return a function that sends a request that must succeed, and returns what was received."""

    def send(*options: str, path: str = "/v3.5/chat", text: str = "Hello") -> dict[str, Any]:
        answer = ask(workshop, service.url("wss", path, tag=tag), text, *options)
        assert answer.status == "OK", answer
        received: dict[str, Any] = json.loads(service.records(tag)[-1]["requests"][0])
        return received

    return send


def test_abandoned_stream_is_closed_at_once(workshop: Workshop, service: Service, tag: str) -> None:
    program = workshop.case_program(TESTS / "peers" / "test_peer_wire.c")
    url = service.url("wss", scenario="stall:at=middle", tag=tag)
    result = run([program, "abandon"], env={**service.environment(), "SPARK_URL": url})
    assert result.returncode == 0, result.stderr
    (record,) = service.records(tag)
    assert record["ended"] == "client_close"
    assert record["client_close"]["code"] == 1000


def test_what_is_set_is_sent(sent: Sent) -> None:
    chat = sent("temperature", "0.9", "top_k", "1", "max_tokens", "77")["parameter"]["chat"]
    assert chat["temperature"] == 0.9
    assert chat["top_k"] == 1
    assert chat["max_tokens"] == 77


def test_what_is_not_set_is_not_sent(sent: Sent) -> None:
    assert sent()["parameter"]["chat"] == {"domain": "generalv3.5"}


def test_temperature_0_is_sent_as_the_smallest_one_that_the_model_takes(sent: Sent) -> None:
    assert sent("temperature", "0")["parameter"]["chat"]["temperature"] == 0.01


def test_url_and_domain_that_are_set_are_used(sent: Sent, service: Service, tag: str) -> None:
    request = sent("domain", "4.0Ultra", path="/v4.0/chat")
    assert request["parameter"]["chat"]["domain"] == "4.0Ultra"
    assert service.records(tag)[-1]["path"] == "/v4.0/chat"


def test_unknown_options_go_through_a_door_of_their_own(sent: Sent) -> None:
    request = sent("extra", '{"parameter": {"chat": {"x_new": [1, {"deep": true}]}}}')
    assert request["parameter"]["chat"]["x_new"] == [1, {"deep": True}]
    assert request["parameter"]["chat"]["domain"] == "generalv3.5"


def test_roles_are_kept(sent: Sent) -> None:
    messages = sent("system", "You are a parrot.")["payload"]["message"]["text"]
    assert messages == [
        {"role": "system", "content": "You are a parrot."},
        {"role": "user", "content": "Hello"},
    ]


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "XYZ-14", "UTC"])
def test_date_is_utc_wherever_the_host_is(
    zone: str, workshop: Workshop, service: Service, tag: str
) -> None:
    answer = ask(workshop, service.url(tag=tag), environment={"TZ": zone, "LC_ALL": "C.UTF-8"})
    assert answer.status == "OK", answer
    (record,) = service.records(tag)
    assert record["auth"] == "ok"
    pattern = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"
    assert re.fullmatch(pattern, record["query"]["date"])


def test_hour_that_comes_twice(workshop: Workshop, service: Service, tag: str) -> None:
    # The second 2026-11-01 01:30 in New York: the clock was set back at 02:00.
    program = workshop.case_program(TESTS / "clock" / "test_clock.c")
    url = service.url(tag=tag)
    environment = {**service.environment(), "SPARK_URL": url, "SPARK_NOW": "1793514600"}
    result = run([program, "shown"], env={**environment, "TZ": "America/New_York"})
    assert result.returncode == 0, result.stderr
    (record,) = service.records(tag)
    assert record["query"]["date"] == "Sun, 01 Nov 2026 06:30:00 GMT"
    # The service uses our clock, so it refuses this one, and the error says by how much it is off.
    skew = int(result.stdout)
    now = parsedate_to_datetime(record["query"]["date"]).timestamp()
    assert now == 1793514600
    assert abs(skew) > 300


def test_host_that_is_signed_is_the_host_that_is_sent(
    workshop: Workshop, service: Service, tag: str
) -> None:
    for scheme in ("ws", "wss"):
        answer = ask(workshop, service.url(scheme, tag=tag))
        assert answer.status == "OK", answer
    for record in service.records(tag):
        assert record["auth"] == "ok"
        assert record["host_matches"]
        assert record["query"]["host"] == record["headers"]["Host"]


def test_query_of_the_url_is_kept(workshop: Workshop, service: Service, tag: str) -> None:
    answer = ask(workshop, service.url(tag=tag, note="a b&c") + "&empty=&%E4%B8%AD=%E6%96%87")
    assert answer.status == "OK", answer
    (record,) = service.records(tag)
    expected = {"note": "a b&c", "empty": "", "中": "文", "tag": tag}
    assert expected.items() <= record["query"].items()
    assert record["auth"] == "ok"


def test_empty_path_is_requested_as_it_is_signed(
    workshop: Workshop, service: Service, tag: str
) -> None:
    # A bare host gets its path from the domain if the table has the domain.
    answer = ask(workshop, f"{service.base('ws')}?tag={tag}", "Hello", "domain", "unknown")
    # There is no model at the root; reaching the root shows that the request was well-formed.
    assert answer.http_status == 404
    (record,) = service.records(tag)
    assert record["path"] == "/"


def test_credentials_in_the_url_are_refused_and_not_shown(
    workshop: Workshop, service: Service
) -> None:
    url = service.url().replace("ws://", "ws://user:hidden@")
    result = run([program(workshop), url, "Hello"], env=service.environment())
    assert result.returncode != 0
    assert "SPARKCHAT_ERR_INVALID_ARGUMENT" in result.stderr
    assert "hidden" not in result.stderr


def test_path_that_is_not_ascii(workshop: Workshop, service: Service, tag: str) -> None:
    url = f"{service.base('ws')}/v1/assistants/%E5%8A%A9%E6%89%8B?tag={tag}"
    answer = ask(workshop, url, "Hello", "domain", "assistant")
    assert answer.status == "OK", answer
    (record,) = service.records(tag)
    assert record["auth"] == "ok"


def test_secrets_are_in_no_error(workshop: Workshop, service: Service, tag: str) -> None:
    secrets = [service.ready["api_key"], service.ready["api_secret"]]
    for scenario in ("skew:always=1", "status:code=401", "error:code=10005", "bad_accept", "drop"):
        answer = ask(workshop, service.url(scenario=scenario, tag=tag))
        assert answer.status != "OK"
        assert not any(secret in json.dumps(answer) for secret in secrets)
        assert "authorization" not in answer.message + answer.hint


def test_longest_user_id_is_taken(sent: Sent) -> None:
    assert sent("user", "u" * 32)["header"]["uid"] == "u" * 32


def test_path_that_is_signed_is_the_path_that_is_asked(
    sent: Sent, service: Service, tag: str
) -> None:
    sent("domain", "pro-128k", path="/chat/pro-128k")
    (record,) = service.records(tag)
    assert (record["path"], record["auth"]) == ("/chat/pro-128k", "ok")


def test_same_request_twice_is_the_same_request(
    workshop: Workshop, service: Service, tag: str
) -> None:
    program = workshop.case_program(TESTS / "peers" / "test_peer_wire.c")
    url = service.url(tag=tag)
    result = run([program, "send_twice"], env={**service.environment(), "SPARK_URL": url})
    assert result.returncode == 0, result.stderr
    first, second = (record["requests"][0] for record in service.records(tag))
    assert json.loads(first) == json.loads(second)
    assert json.loads(first)["header"]["patch_id"] == ["0"]


def test_every_exchange_has_a_connection_and_a_key_of_its_own(
    workshop: Workshop, service: Service, tag: str
) -> None:
    for _ in range(3):
        assert ask(workshop, service.url("wss", tag=tag)).status == "OK"
    records = service.records(tag)
    assert len({record["conn"] for record in records}) == 3
    assert len({record["headers"]["Sec-WebSocket-Key"] for record in records}) == 3
    assert all(record["violation"] is None for record in records)
    assert all(record["tls"]["version"] in ("TLSv1.2", "TLSv1.3") for record in records)


def test_every_frame_has_a_mask_of_its_own(workshop: Workshop) -> None:
    """The request, the pongs and the close: a predictable key is as good as none."""
    seen: Queue[list[bytes]] = Queue()

    def script(peer: Peer) -> None:
        peer.upgrade()
        peer.message()
        for number in range(4):
            peer.send(frame(b"%d" % number, PING))
            assert peer.message() == b"%d" % number
        peer.send(answer_frame("all of it") + frame(struct.pack("!H", 1000), CLOSE))
        peer.message()
        seen.put(peer.masks)

    masks: list[bytes] = []
    with ScriptedServer(script) as server:
        for _ in range(2):
            answer = ask(workshop, server.url)
            assert answer.status == "OK", answer
            masks += seen.get(timeout=60)
    assert len(masks) == len(set(masks)) == 12
    # They have no pattern: each of the four bytes differs from frame to frame.
    assert all(len({mask[at] for mask in masks}) > 4 for at in range(4))


def test_pings_are_answered(workshop: Workshop, service: Service, tag: str) -> None:
    answer = ask(workshop, service.url("wss", scenario="pings:every=1", tag=tag))
    assert answer.status == "OK"
    (record,) = service.records(tag)
    assert len(record["pongs"]) >= record["frames_sent"] - 1
