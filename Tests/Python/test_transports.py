"""The same scenarios over both transports: the same events, text, usage, errors and outcomes.

Each kind of event, text and error occurs once; Tests/C/stream tries everything that a service may
do with the library itself.
"""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from service import MakeChat, Service
from sparkchat import (
    Citation,
    Message,
    Outcome,
    Reasoning,
    ServiceWarning,
    Spark,
    SparkError,
    Status,
    ToolCall,
    ToolResult,
    Transport,
    Usage,
)

HELLO = (
    "Hello! I am the **Spark emulator** 🤖, a local stand-in for the chat service. "
    "What would you like to know?"
)
HELLO_USAGE = Usage(2, 27, 29, None)


def kinds(events: list[Any]) -> list[str]:
    """Return the kinds of events in order; repeats in a row count once."""
    return [name for name, _ in itertools.groupby(str(event.kind) for event in events)]


def counts(usage: Usage) -> tuple[int | None, int | None, int | None]:
    """Return what both transports count: over HTTP, the service does not count the question."""
    return usage.prompt_tokens, usage.completion_tokens, usage.total_tokens


TEXT = ["ready", "text", "usage"]


@pytest.mark.parametrize(
    ("scenario", "expected_kinds", "text"),
    [
        ("text:content=Hi there", TEXT, "Hi there"),
        ("echo", TEXT, "Hello"),
        ("huge_number", TEXT, None),
        ("nul:content=abcd,chunks=2", TEXT, "aba\0bcd"),
        ("split_surrogate:content=abcd,chunks=2", TEXT, "abhalf 😀 wholecd"),
        ("lone_surrogate:content=abcd,chunks=2", TEXT, "ablone \ufffdcd"),
        ("no_usage", ["ready", "text"], HELLO),
        ("huge_number:kind=usage", ["ready", "text"], HELLO),
        ("late_error", ["ready", "text", "usage", "warning"], HELLO),
        ("reasoning:content=Yes.", ["ready", "reasoning", "text", "usage"], "Yes."),
        ("function_call", ["ready", "tool_call", "usage"], ""),
        ("citations:content=See [1].", ["ready", "citation", "text", "usage"], "See [1]."),
    ],
)
def test_answers(
    chat: MakeChat, transport: str, scenario: str, expected_kinds: list[str], text: str | None
) -> None:
    client = chat(scenario, transport=transport)
    stream = client.stream("Hello")
    events = list(stream)
    response = stream.response
    assert kinds(events) == expected_kinds
    assert response.outcome is Outcome.COMPLETE
    assert response.sid is not None
    assert text is None or response.text == text
    assert "".join(str(event) for event in events) == response.text
    if response.text == HELLO:
        known = "usage" in expected_kinds
        assert counts(response.usage) == (counts(HELLO_USAGE) if known else (None, None, None))
    # The result is the same without looking at the events.
    again = client.invoke("Hello")
    assert (again.text, again.reasoning, again.citations) == (
        response.text,
        response.reasoning,
        response.citations,
    )
    assert counts(again.usage) == counts(response.usage)


def test_reasoning_is_a_channel_of_its_own(chat: MakeChat, transport: str) -> None:
    stream = chat("both:content=An answer.", transport=transport).stream("Hello")
    events = list(stream)
    thoughts = "".join(event.reasoning for event in events if isinstance(event, Reasoning))
    assert thoughts == stream.response.reasoning != ""
    assert stream.response.text == "An answer."


def test_citations(chat: MakeChat, transport: str) -> None:
    stream = chat("citations", transport=transport).stream("Hello", references=True)
    found = [event for event in stream if isinstance(event, Citation)]
    assert tuple(found) == stream.response.citations
    assert [citation.index for citation in found] == [1, 2]
    assert all(citation.url.startswith("https://") and citation.title for citation in found)


def test_function_calls(chat: MakeChat, transport: str) -> None:
    scenario = 'function_call:name=get_weather,arguments={"city": "合肥"}'
    response = chat(scenario, transport=transport).invoke("Weather?")
    (call,) = response.tool_calls
    assert (call.name, call.arguments, call.valid) == ("get_weather", '{"city": "合肥"}', True)
    assert call.id


def test_warnings(chat: MakeChat, transport: str) -> None:
    stream = chat("late_error", transport=transport).stream("Hello")
    *_, warning = stream
    assert isinstance(warning, ServiceWarning)
    assert warning.code == 10019
    assert warning.message
    assert stream.response.warning == warning


@pytest.mark.parametrize(
    ("scenario", "status", "code", "has_text", "outcome"),
    [
        ("error:code=10012", Status.ERR_SERVICE, 10012, False, Outcome.FAILED),
        ("error:code=10013,after=2", Status.ERR_CONTENT_FILTERED, 10013, True, Outcome.FAILED),
        ("error:code=10907", Status.ERR_CONTEXT_LENGTH, 10907, False, Outcome.FAILED),
        ("error:code=11200", Status.ERR_PERMISSION, 11200, False, Outcome.FAILED),
        ("error:code=11201", Status.ERR_QUOTA, 11201, False, Outcome.FAILED),
        ("error:code=11202", Status.ERR_RATE_LIMITED, 11202, False, Outcome.FAILED),
        ("close_early:after=2", Status.ERR_TRUNCATED, None, True, Outcome.TRUNCATED),
        ("bad_json:after=2", Status.ERR_PROTOCOL, None, True, Outcome.FAILED),
        ("stall:at=middle,after=2", Status.ERR_TIMEOUT, None, True, Outcome.TIMEOUT),
        ("huge_header", Status.ERR_TOO_LARGE, None, False, Outcome.FAILED),
        ("redirect", Status.ERR_HANDSHAKE, None, False, Outcome.FAILED),
        ("status:code=401,body=no", Status.ERR_AUTH, None, False, Outcome.FAILED),
    ],
)
def test_failures(
    chat: MakeChat,
    transport: str,
    scenario: str,
    status: Status,
    code: int | None,
    has_text: bool,
    outcome: Outcome,
) -> None:
    patience = 0.5 if outcome is Outcome.TIMEOUT else 30
    client = chat(scenario, transport=transport, total_timeout=patience)
    with pytest.raises(SparkError) as caught:
        client.invoke("Hello")
    error = caught.value
    assert (error.status, error.service_code) == (status, code)
    response = error.response
    assert response is not None
    assert (bool(response.text), response.outcome) == (has_text, outcome)
    passes = status in (
        Status.ERR_SERVICE,
        Status.ERR_RATE_LIMITED,
        Status.ERR_TRUNCATED,
        Status.ERR_TIMEOUT,
    )
    assert error.retryable is passes
    stream = client.stream("Hello")
    with pytest.raises(SparkError) as again:
        list(stream)
    assert again.value.status is status
    assert (stream.response.text, stream.response.outcome) == (response.text, outcome)


def test_retry_after_is_in_seconds(chat: MakeChat, transport: str) -> None:
    with pytest.raises(SparkError) as caught:
        chat("status:code=429,retry_after=7", transport=transport).invoke("Hello")
    assert caught.value.retry_after == 7.0
    with pytest.raises(SparkError) as caught:
        chat("status:code=429", transport=transport).invoke("Hello")
    assert caught.value.retry_after is None


def test_cancelling(chat: MakeChat, service: Service, tag: str, transport: str) -> None:
    with chat("stall:at=middle,after=2", transport=transport, tag=tag).stream("Hello") as stream:
        while not stream.response.text:
            next(stream)
    assert stream.response.outcome is Outcome.CANCELLED
    (record,) = service.records(tag)
    assert record["ended"] in ("client_close", "client_drop")


def test_both_are_encrypted(chat: MakeChat, service: Service, tag: str, transport: str) -> None:
    client = chat(transport=transport, tls=True, tag=tag)
    assert client.transport is Transport[transport.upper()]
    assert client.invoke("Hello").text == HELLO
    (record,) = service.records(tag)
    assert record["tls"]["version"] == "TLSv1.3"


def test_a_history_with_a_tool(chat: MakeChat, service: Service, tag: str, transport: str) -> None:
    call = ToolCall("call-1", "get_weather", '{"city": "Hefei"}')
    history = [
        Message("system", "Be brief."),
        "What is the weather in Hefei?",
        Message("assistant", "I look it up.", (call,)),
        ToolResult("call-1", "sunny"),
    ]
    response = chat(transport=transport, tag=tag).invoke(history)
    assert "sunny" in response.text
    (request,) = service.requests(tag)
    said = request["messages"] if transport == "http" else request["payload"]["message"]["text"]
    assert [message["role"] for message in said] == [
        "system",
        "user",
        "assistant",
        "tool" if transport == "http" else "user",
    ]


def test_connections_over_http_are_used_again(chat: MakeChat, service: Service, tag: str) -> None:
    client = chat(transport="http", tag=tag)
    assert client.invoke("Hello").text == client.invoke("Hello").text
    assert len({record["conn"] for record in service.records(tag)}) == 1
    once = chat(transport="http", tag=f"{tag}-once", max_idle_connections=0)
    once.invoke("Hello")
    once.invoke("Hello")
    assert len({record["conn"] for record in service.records(f"{tag}-once")}) == 2


def test_either_kind_of_credentials_serves_http(service: Service, tag: str) -> None:
    url = service.url("/v1", transport="http", tag=tag)
    key_and_secret = {name: service.credentials[name] for name in ("api_key", "api_secret")}
    for credentials in ({"api_password": service.password}, key_and_secret):
        client = Spark(url=url, domain="lite", environment=False, **credentials)
        assert client.invoke("Hello").text
    kinds_of_credentials = [record["authorization"] for record in service.records(tag)]
    assert kinds_of_credentials == ["password", "key:secret"]
