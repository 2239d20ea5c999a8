"""The OpenAI-compatible server: errors, and clients that leave."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from service import MakeAsyncChat, Service
from serving import Serve, completion, error_of, events, serve
from sparkchat import Status

__all__ = ["serve"]

HELLO = {"model": "max", "messages": [{"role": "user", "content": "Hello"}]}


@contextmanager
def asking(base: str, **body: Any) -> Iterator[socket.socket]:
    """Send a request, and disconnect at the end of the block."""
    host = base.removeprefix("http://").removesuffix("/v1")
    data = json.dumps({**HELLO, **body})
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(data)}"
    with socket.create_connection(host.split(":")) as client:
        client.sendall(f"{head}\r\n\r\n{data}".encode())
        yield client


@pytest.mark.parametrize("shows", ["all", "nothing"])
def test_what_the_service_gave_up_is_no_answer(
    serve: Serve, async_chat: MakeAsyncChat, shows: str
) -> None:
    base = serve(async_chat(f"finish:reason=abort,shows={shows}", transport="http"))
    response = completion(base)
    assert response.status_code == 502
    assert "abort" in error_of(response)["message"]
    streamed = completion(base, stream=True)
    if shows == "all":
        assert "abort" in json.loads(events(streamed)[-1])["error"]["message"]
        assert '"finish_reason":"' not in streamed.text
    else:
        assert streamed.status_code == 502


@pytest.mark.parametrize(
    ("scenario", "status", "code"),
    [
        ("error:code=10013", 400, "content_filter"),
        ("error:code=10907", 400, "context_length_exceeded"),
        ("error:code=11200", 403, "permission_denied"),
        ("error:code=11201", 429, "insufficient_quota"),
        ("error:code=11202", 429, "rate_limit_exceeded"),
        ("error:code=10008", 503, "overloaded"),
        ("error:code=10012", 502, "service_error"),
        ("status:code=401", 401, "service_refused_credentials"),
        ("drop:after=0,how=reset", 502, "connection_error"),
        ("stall:at=request", 504, "timeout"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_errors_before_the_first_piece_have_a_status(
    serve: Serve, async_chat: MakeAsyncChat, scenario: str, status: int, code: str, stream: bool
) -> None:
    # Only the scenario that stalls reaches this timeout.
    base = serve(async_chat(scenario, first_token_timeout=0.5))
    response = completion(base, stream=stream)
    assert (response.status_code, error_of(response)["code"]) == (status, code)
    error = error_of(response)
    if scenario.startswith("error"):
        assert scenario.endswith(str(error["service_code"]))
        assert error["sid"] == response.headers["x-request-id"]
        assert error["sid"] in error["message"]
    assert ("retry-after" in response.headers) == (code in ("rate_limit_exceeded", "overloaded"))
    assert response.headers["x-should-retry"] in ("true", "false")


@pytest.mark.parametrize(
    "scenario",
    ["error:code=10014,after=3", "drop:after=3", "drop:after=3,how=reset", "close_early"],
)
def test_an_error_in_mid_stream_is_an_event_and_no_end(
    serve: Serve, async_chat: MakeAsyncChat, transport: str, scenario: str
) -> None:
    response = completion(serve(async_chat(scenario, transport=transport)), stream=True)
    assert response.status_code == 200
    *chunks, last = events(response)
    assert chunks
    assert json.loads(last)["error"]["message"]
    assert "data: [DONE]" not in response.text
    assert all(json.loads(c)["choices"][0]["finish_reason"] is None for c in chunks)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("at", ["request", "middle"])
def test_a_client_that_leaves_stops_the_service(
    serve: Serve,
    async_chat: MakeAsyncChat,
    service: Service,
    tag: str,
    transport: str,
    at: str,
    stream: bool,
) -> None:
    base = serve(async_chat(f"stall:at={at}", transport=transport, tag=tag))
    with asking(base, stream=stream) as client:
        service.wait_for_questions(tag, 1)
        if stream and at == "middle":
            assert client.recv(100).startswith(b"HTTP/1.1 200")
    (record,) = service.records(tag, wait=25)
    assert record["ended"] in ("client_close", "client_drop")


def test_who_leaves_the_queue_is_never_asked_for(
    serve: Serve, async_chat: MakeAsyncChat, service: Service, tag: str
) -> None:
    base = serve(async_chat("stall:at=request", tag=tag, max_concurrency=1))
    with asking(base):
        service.wait_for_questions(tag, 1)
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(base + "/chat/completions", json=HELLO, timeout=0.5)
    (record,) = service.records(tag, wait=25)
    assert record["ended"] in ("client_close", "client_drop")


def test_who_waits_too_long_is_told_to_come_later(
    serve: Serve, async_chat: MakeAsyncChat, service: Service, tag: str
) -> None:
    limits = {"max_concurrency": 1, "queue_timeout": 0.3}
    base = serve(async_chat("stall:at=request", tag=tag, **limits))
    with asking(base):
        service.wait_for_questions(tag, 1)
        refused = completion(base)
    assert (refused.status_code, error_of(refused)["code"]) == (429, "rate_limit_exceeded")
    assert refused.headers["retry-after"] == "1"


def test_a_limiter_that_fails_is_told_and_logged(
    serve: Serve, async_chat: MakeAsyncChat, caplog: pytest.LogCaptureFixture
) -> None:
    """For example, its Redis is gone. The client may retry, and the log names the cause."""

    class Broken:
        def acquire(self, attempt: int) -> float:
            raise ConnectionError("nobody is at redis.example")

        def report(self, attempt: int, status: Status, service_code: int) -> None: ...

        def release(self, attempt: int) -> None: ...

    base = serve(async_chat(limiter=Broken()))
    for stream in (False, True):
        refused = completion(base, stream=stream)
        assert (refused.status_code, error_of(refused)["code"]) == (503, "limiter_failed")
        assert refused.headers["x-should-retry"] == "true"
        assert "redis.example" not in refused.text
    assert "ConnectionError: nobody is at redis.example" in caplog.text


def test_texts_and_keys_are_not_logged(
    serve: Serve, async_chat: MakeAsyncChat, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    base = serve(async_chat("error:code=10013,times=1"), api_key="the-server-s-key")
    headers = {"Authorization": "Bearer the-server-s-key"}
    question = "a-very-private-question"
    for stream in (True, False):
        completion(base, question, stream=stream, headers=headers)
    completion(base, question, model="a-very-private-model", headers=headers)
    completion(base, question, tool_choice="a-very-private-tool", headers=headers)
    completion(base, question, headers={"Authorization": "Bearer a-very-private-key"})
    said = "\n".join(str(vars(record)) for record in caplog.records if record.name != "httpx")
    assert "chat max: answered, tokens" in said
    assert "chat max: failed, 400 content_filter, service code 10013" in said
    for secret in ("private", "the-server-s-key", *service.credentials.values(), "emulator"):
        assert str(secret) not in said


def test_a_fault_of_the_server_is_told_without_quotes(
    serve: Serve,
    async_chat: MakeAsyncChat,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(text)

    text = "a-very-private-text"

    base = serve(async_chat())
    monkeypatch.setattr("sparkchat.serve.app.read_question", fail)
    response = completion(base)
    assert (response.status_code, error_of(response)["code"]) == (500, "internal_error")
    assert "chat: RuntimeError at" in caplog.text
    assert "private" not in response.text + caplog.text
