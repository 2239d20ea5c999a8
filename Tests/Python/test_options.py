"""Options that are set are sent unchanged, and no others are sent."""

from __future__ import annotations

import copy
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from service import MakeChat, Service
from sparkchat import InvalidArgumentError, Options, Spark

WEATHER = {
    "name": "get_weather",
    "description": "查询天气",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    },
}


def sent(chat: MakeChat, service: Service, tag: str, **arguments: Any) -> dict[str, Any]:
    """Return the `parameter.chat` that arrives, without the domain."""
    defaults = arguments.pop("defaults", {})
    chat(tag=tag, **defaults).invoke("Hello", **arguments)
    parameters: dict[str, Any] = service.requests(tag)[-1]["parameter"]["chat"]
    del parameters["domain"]
    return parameters


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {}),
        ({"temperature": 0.9, "top_k": 1}, {"temperature": 0.9, "top_k": 1}),
        ({"temperature": 1}, {"temperature": 1}),
        ({"temperature": Fraction(1, 2)}, {"temperature": 0.5}),
        ({"temperature": Decimal("0.5")}, {"temperature": 0.5}),
        ({"max_tokens": 100, "chat_id": "c-1"}, {"max_tokens": 100, "chat_id": "c-1"}),
        ({"auditing": "strict"}, {"auditing": "strict"}),
        (
            {"search": True},
            {"tools": [{"enable": True, "show_ref_label": False, "search_mode": "normal"}]},
        ),
        (
            {"search": "deep", "references": True},
            {"tools": [{"enable": True, "show_ref_label": True, "search_mode": "deep"}]},
        ),
        (
            {"references": True},
            {"tools": [{"enable": True, "show_ref_label": True, "search_mode": "normal"}]},
        ),
        ({"search": False}, {"tools": [{"enable": False}]}),
        ({"references": False}, {}),
        ({"temperature": None, "tools": None}, {}),
        ({"extra": {"parameter": {"chat": {"new": [1]}}}}, {"new": [1]}),
    ],
)
def test_options_are_sent_as_they_are_set(
    chat: MakeChat,
    service: Service,
    tag: str,
    options: dict[str, Any],
    expected: dict[str, Any],
) -> None:
    if "tools" in expected:
        tools = [{"type": "web_search", "web_search": tool} for tool in expected["tools"]]
        expected = {**expected, "tools": tools}
    assert sent(chat, service, tag, **options) == expected
    assert sent(chat, service, tag, defaults=options) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"temperature": 0}, {"temperature": 0}),
        ({"top_p": 0.5}, {"top_p": 0.5}),
        ({"presence_penalty": 2, "frequency_penalty": 0}, None),
        ({"thinking": True}, {"thinking": {"type": "enabled"}}),
        ({"thinking": False}, {"thinking": {"type": "disabled"}}),
        ({"thinking": "auto"}, {"thinking": {"type": "auto"}}),
    ],
)
def test_options_of_reasoning_models(
    chat: MakeChat,
    service: Service,
    tag: str,
    options: dict[str, Any],
    expected: dict[str, Any] | None,
) -> None:
    defaults = {"path": "/v1/x1", "domain": "x1"}
    assert sent(chat, service, tag, defaults=defaults, **options) == (expected or options)


def test_zero_is_a_value(chat: MakeChat, service: Service, tag: str) -> None:
    # These models refuse 0, so the closest value is sent.
    assert sent(chat, service, tag, temperature=0) == {"temperature": 0.01}
    with pytest.raises(InvalidArgumentError, match="top_k"):
        chat(top_k=0)


def test_options_of_a_call_come_before_those_of_the_client(
    chat: MakeChat, service: Service, tag: str
) -> None:
    client = chat(tag=tag, temperature=0.2, top_k=2)
    client.invoke("Hello", temperature=0.8)
    client.invoke("Hello")
    client.invoke("Hello", temperature=None, top_k=3)
    chats = [request["parameter"]["chat"] for request in service.requests(tag)]
    assert [(c["temperature"], c["top_k"]) for c in chats] == [(0.8, 2), (0.2, 2), (0.2, 3)]


def test_a_second_call_has_the_same_settings(chat: MakeChat, service: Service, tag: str) -> None:
    client = chat(tag=tag, patch_id="resource-1", user_id="u", tools=[WEATHER])
    client.invoke("Hello")
    client.invoke("Hello")
    first, second = service.requests(tag)
    assert first == second
    assert first["header"]["patch_id"] == ["resource-1"]


def test_functions_are_offered(chat: MakeChat, service: Service, tag: str) -> None:
    functions = [WEATHER, {**WEATHER, "name": "查天气"}]
    answer = chat(tag=tag).invoke("What is the weather in Hefei?", tools=functions)
    assert answer.tool_calls
    (request,) = service.requests(tag)
    assert request["payload"]["functions"]["text"] == functions


def test_what_was_given_is_neither_changed_nor_watched(
    chat: MakeChat, service: Service, tag: str
) -> None:
    extra: dict[str, Any] = {"parameter": {"chat": {"note": [1]}}}
    functions = [copy.deepcopy(WEATHER)]
    client = chat(tag=tag, extra=extra, tools=functions)
    client.invoke("Hello")
    assert extra == {"parameter": {"chat": {"note": [1]}}}
    assert functions == [WEATHER]
    extra["parameter"]["chat"]["note"].append(2)
    functions.clear()
    client.invoke("Hello")
    first, second = service.requests(tag)
    assert first == second


@pytest.mark.parametrize("name", ["max_retries", "api_url", "n", "Temperature", "timeout"])
def test_unknown_arguments_are_refused(chat: MakeChat, name: str) -> None:
    client = chat()
    for call in (client.invoke, client.stream):
        with pytest.raises(TypeError, match=f"unexpected keyword argument '{name}'"):
            call("Hello", **{name: 1})  # type: ignore[arg-type]
    for make in (chat, client.with_options):
        with pytest.raises(TypeError, match=f"unexpected keyword argument '{name}'"):
            make(**{name: 1})


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("timeout", "did you mean .*total_timeout"),
        ("temprature", r"did you mean temperature\?"),
        ("password", r"did you mean api_password\?"),
        ("bogus", r"help\(sparkchat\.Settings\)"),
    ],
)
def test_what_is_not_known_gets_what_is_like_it(chat: MakeChat, name: str, says: str) -> None:
    client = chat()
    for call in (chat, client.with_options, lambda **options: client.invoke("Hello", **options)):
        with pytest.raises(TypeError, match=says):
            call(**{name: 1})


def test_a_setting_is_none_of_a_question(chat: MakeChat) -> None:
    with pytest.raises(TypeError, match=r"'total_timeout'; it belongs to the client.*with_options"):
        chat().invoke("Hello", total_timeout=5)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"temperature": "0.5"}, TypeError),
        ({"temperature": True}, TypeError),
        ({"temperature": [0.5]}, TypeError),
        ({"temperature": 10**400}, InvalidArgumentError),
        ({"top_k": 1.0}, TypeError),
        ({"top_k": True}, TypeError),
        ({"top_k": 7}, InvalidArgumentError),
        # ctypes would turn this into 1.
        ({"top_k": 2**32 + 1}, InvalidArgumentError),
        ({"max_tokens": -(2**40)}, InvalidArgumentError),
        ({"top_p": 0.5}, InvalidArgumentError),
        ({"chat_id": ""}, InvalidArgumentError),
        ({"chat_id": "a\0b"}, InvalidArgumentError),
        ({"chat_id": "\ud83d"}, InvalidArgumentError),
        ({"chat_id": b"c"}, TypeError),
        ({"auditing": "some"}, InvalidArgumentError),
        ({"search": "wide"}, InvalidArgumentError),
        ({"search": 1}, TypeError),
        ({"search": True, "references": 1}, TypeError),
        ({"thinking": 2}, TypeError),
        ({"tool_choice": 1}, TypeError),
        ({"response_format": "xml"}, InvalidArgumentError),
        ({"response_format": 1}, TypeError),
        ({"response_format": {"type": "json_object", "strict": True}}, InvalidArgumentError),
        ({"response_format": {"type": "json_schema"}}, InvalidArgumentError),
        ({"tools": [{"description": "f"}]}, InvalidArgumentError),
        ({"tools": [{**WEATHER, "examples": ["a"]}]}, InvalidArgumentError),
        ({"tools": [{"type": "web_search"}]}, InvalidArgumentError),
        ({"tools": [{**WEATHER, "name": "a\0b"}]}, InvalidArgumentError),
        ({"tools": [{**WEATHER, "parameters": "{}"}]}, TypeError),
        ({"tools": ["f"]}, TypeError),
        ({"tools": 1}, TypeError),
        ({"tools": "f"}, TypeError),
        ({"references": 0}, TypeError),
        ({"tools": WEATHER}, TypeError),
        ({"extra": "{}"}, TypeError),
        ({"extra": {"a": {1, 2}}}, InvalidArgumentError),
        ({"extra": {"a": float("inf")}}, InvalidArgumentError),
    ],
)
def test_bad_values_are_refused_before_anything_is_sent(
    chat: MakeChat, service: Service, tag: str, options: Options, error: type[Exception]
) -> None:
    client = chat(tag=tag)
    with pytest.raises(error) as caught:
        client.invoke("Hello", **options)
    assert list(options)[-1].rstrip("s") in str(caught.value)
    assert service.records(tag, wait=0.05) == []


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"tool_choice": ""}, "tool choice is empty"),
        ({"tool_choice": "f"}, 'the tool choice names "f", but the request offers no such tool'),
        ({"response_format": "json_object"}, "JSON mode.*only the HTTP transport"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_sent(
    chat: MakeChat, service: Service, tag: str, options: Options, says: str
) -> None:
    with pytest.raises(InvalidArgumentError, match=says):
        chat(tag=tag).invoke("Hello", **options)
    assert service.records(tag, wait=0.05) == []


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"user_id": ""}, InvalidArgumentError),
        ({"user_id": 5}, TypeError),
        ({"url": "ftp://example.com/v1"}, InvalidArgumentError),
        ({"api_password": "a b"}, InvalidArgumentError),
        ({"max_idle_connections": -1}, InvalidArgumentError),
        ({"keepalive": 0.5}, InvalidArgumentError),
        ({"keepalive": 40_000}, InvalidArgumentError),
        ({"connect_timeout": -1}, InvalidArgumentError),
        ({"connect_timeout": -0.0001}, InvalidArgumentError),
        ({"connect_timeout": float("inf")}, InvalidArgumentError),
        ({"connect_timeout": "1"}, TypeError),
        ({"idle_timeout": 2**31}, InvalidArgumentError),
        ({"max_message_size": -1}, InvalidArgumentError),
        ({"max_message_size": 1.5}, TypeError),
        ({"max_answer_size": 2**64 + 4096}, InvalidArgumentError),
        ({"ca_file": b"ca.pem"}, TypeError),
        ({"ca_directory": 5}, TypeError),
        ({"client_certificate": ("me.pem", 5)}, TypeError),
    ],
)
def test_bad_settings_are_refused_by_name(
    chat: MakeChat, settings: dict[str, Any], error: type[Exception]
) -> None:
    name = "[_ ]".join(next(iter(settings)).split("_")[-2:])
    with pytest.raises(error, match=f"(?i){name}"):
        chat(**settings)


def test_keepalive(chat: MakeChat) -> None:
    assert chat(keepalive=30).invoke("Hello").text
    assert chat(keepalive=0).invoke("Hello").text


def test_a_client_is_shown_without_the_query_of_its_url() -> None:
    url = "wss://gateway.example/chat?authorization=secret"
    shown = repr(Spark("app", "key", "secret", url=url, domain="generalv3.5"))
    assert "wss://gateway.example/chat'" in shown
    assert "authorization" not in shown


def test_bad_defaults_are_refused_at_once(chat: MakeChat) -> None:
    with pytest.raises(InvalidArgumentError, match="top_k"):
        chat(top_k=9)


def test_the_smallest_timeout_is_not_none_at_all(chat: MakeChat) -> None:
    with pytest.raises(TimeoutError):
        chat("stall", total_timeout=1e-9).invoke("Hello")


def test_no_timeout_is_zero(chat: MakeChat) -> None:
    assert chat(total_timeout=0, idle_timeout=0).invoke("Hello").text


def test_paths_may_be_path_objects(chat: MakeChat, service: Service) -> None:
    assert chat(tls=True, ca_file=Path(service.ca_file)).invoke("Hello").text
