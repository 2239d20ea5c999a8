"""The OpenAI-compatible server: what it refuses, and the name in the error."""

from __future__ import annotations

import gzip
import re
from typing import Any

import httpx
import pytest

from service import ROOT, MakeAsyncChat, Service
from serving import TOOL, Serve, completion, error_of, serve
from sparkchat import Options
from sparkchat._openai.parameters import _NEUTRAL

__all__ = ["serve"]


CALL = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}

REFUSED: list[tuple[str, Any]] = [
    ("n", 2),
    ("logprobs", True),
    ("logit_bias", {"1": 2}),
    ("seed", 1),
    ("parallel_tool_calls", 1),
    ("functions", [TOOL["function"]]),
    ("response_format", {"type": "json_schema", "json_schema": {"name": "a", "schema": {}}}),
    ("modalities", ["text", "audio"]),
    ("temperature", "hot"),
    ("temperature", 1.5),
    ("top_p", 0.5),
    ("max_tokens", 0),
    ("max_completion_tokens", 10**9),
    ("max_completion_tokens", 2**80),
    ("reasoning_effort", "low"),
    ("enable_thinking", "perhaps"),
    ("thinking", {"type": "perhaps"}),
    ("web_search_options", {}),
    ("search", "wide"),
    ("tools", {"a": 1}),
    ("tools", [{"type": "web_search"}]),
    ("tool_choice", "required"),
    ("tool_choice", {"type": "function", "function": {"name": "other"}}),
    ("tool_choice", {"type": "allowed_tools", "mode": "auto", "tools": []}),
    ("tool_choice", {"type": "function"}),
    ("stop", [""]),
    ("stop", 5),
    ("stream", "yes"),
    ("stream_options", 5),
    ("user", 5),
    ("model", None),
    ("model", ["max"]),
    ("messages", []),
    ("messages", "Hello"),
    ("messages", ["Hello"]),
    ("messages", [{"role": "robot", "content": "Hello"}]),
    ("messages", [{"role": "user", "content": 5}]),
    ("messages", [{"role": "user", "content": [{"type": "input_audio"}]}]),
    (
        "messages",
        [
            {
                "role": "user",
                "content": [{"type": "image_url", "image_url": {"url": "/etc/hostname"}}],
            }
        ],
    ),
    ("messages", [{"role": "assistant", "content": "Hello"}]),
    (
        "messages",
        [
            {"role": "user", "content": "Hello"},
            {"role": "tool", "tool_call_id": "call_1", "content": "12"},
        ],
    ),
    (
        "messages",
        [
            {"role": "user", "content": "Hello"},
            {"role": "assistant", "tool_calls": [CALL]},
            {"role": "user", "content": "And now?"},
        ],
    ),
    (
        "messages",
        [
            {"role": "user", "content": "a"},
            {"role": "system", "content": "b"},
            {"role": "user", "content": "c"},
        ],
    ),
]


# What programs send to any server, although it changes nothing.
NEUTRAL: dict[str, Any] = {
    "frequency_penalty": 0.0,
    "functions": [],
    "logit_bias": {},
    "logprobs": False,
    "min_p": 0,
    "min_tokens": 0,
    "modalities": ["text"],
    "n": 1,
    "presence_penalty": 0,
    "repetition_penalty": 1,
    "response_format": {"type": "text"},
    "stop": [],
    "tools": [],
    "top_logprobs": 0,
    "top_p": 1,
    "verbosity": "medium",
}


def test_what_cannot_be_done_is_refused_by_name(serve: Serve, async_chat: MakeAsyncChat) -> None:
    # This model neither thinks nor searches.
    lite = async_chat(path="/v1.1/chat", domain="lite")
    url = serve(lite) + "/chat/completions"
    question = [{"role": "user", "content": "1+1"}]
    for parameter, value in REFUSED:
        response = httpx.post(url, json={"model": "lite", "messages": question, parameter: value})
        assert response.status_code == 400, (parameter, value)
        assert error_of(response)["param"] == parameter, value
        assert response.headers.get("x-should-retry", "false") == "false"


def test_what_is_nested_deeply(serve: Serve, async_chat: MakeAsyncChat) -> None:
    url = serve(async_chat()) + "/chat/completions"
    question = '"messages": [{"role": "user", "content": "1+1"}]'
    for depth in (100, 900, 100_000):
        nested = '{"a":' * depth + "1" + "}" * depth
        function = f'{{"type": "function", "function": {{"name": "f", "parameters": {nested}}}}}'
        call = f'{{"id": "c", "function": {{"name": "f", "arguments": {nested}}}}}'
        for body in (
            f'{{"model": "max", {question}, "tools": [{function}]}}',
            f'{{"model": "max", "messages": [{{"role": "assistant", "tool_calls": [{call}]}}]}}',
        ):
            response = httpx.post(url, content=body)
            assert (response.status_code, error_of(response)["code"]) in (
                (400, "invalid_value"),
                (400, "invalid_json"),
            )


def test_what_says_nothing_is_ignored(
    serve: Serve, async_chat: MakeAsyncChat, service: Service, tag: str
) -> None:
    response = completion(
        serve(async_chat(tag=tag)),
        **NEUTRAL,
        parallel_tool_calls=True,
        tool_choice="auto",
        seed=None,
        store=True,
        metadata={"a": "b"},
        service_tier="auto",
        prompt_cache_key="a",
        unheard_of=1,
    )
    assert response.status_code == 200
    (request,) = service.requests(tag)
    assert request["parameter"]["chat"] == {"domain": "generalv3.5"}
    assert request["payload"].keys() == {"message"}
    assert NEUTRAL.keys() == {name for name, values in _NEUTRAL.items() if values}


@pytest.mark.parametrize("page", ["serve.md", "serve.zh-CN.md"])
def test_the_document_lists_what_is_taken_and_what_is_refused(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    options = Options.__annotations__.keys() - {"extra"}
    taken = text.partition("`POST /v1/chat/completions`")[2].partition("`POST /v1/embeddings`")[0]
    assert options <= set(re.findall(r"`(\w+)`", taken))
    (refused,) = (part for part in text.split("\n\n") if "`logit_bias`" in part)
    assert not options & set(re.findall(r"`(\w+)`", refused))


def test_bodies_that_are_none(serve: Serve, async_chat: MakeAsyncChat) -> None:
    url = serve(async_chat(), max_body=1000) + "/chat/completions"
    for body in (b"", b"{", b"[]", b"\xff", b"[" * 999, b'{"model": NaN}', b"9" * 999):
        response = httpx.post(url, content=body)
        assert (response.status_code, error_of(response)["code"]) == (400, "invalid_json")
    packed = httpx.post(url, content=gzip.compress(b"{}"), headers={"Content-Encoding": "gzip"})
    assert (packed.status_code, error_of(packed)["code"]) == (415, "unsupported_encoding")
    pieces = [b"x" * 600, b"x" * 600]
    for content in (b"".join(pieces), iter(pieces)):
        response = httpx.post(url, content=content)
        assert (response.status_code, error_of(response)["code"]) == (413, "request_too_large")


def test_paths_and_methods_that_are_not_there(serve: Serve, async_chat: MakeAsyncChat) -> None:
    base = serve(async_chat())
    missing = httpx.post(base + "/responses", json={})
    assert (missing.status_code, error_of(missing)["code"]) == (404, "unknown_url")
    assert httpx.get(base + "/chat/completions").status_code == 405


def test_half_a_surrogate_pair_breaks_nothing(serve: Serve, async_chat: MakeAsyncChat) -> None:
    base = serve(async_chat("echo"))
    url = base + "/chat/completions"
    text = r'{"model": "max", "messages": [{"role": "user", "content": "a\ud800b"}]}'
    answer = httpx.post(url, content=text).json()
    assert answer["choices"][0]["message"]["content"] == "a\ufffdb"
    refused = httpx.post(url, content=r'{"model": "\ud800", "messages": [{}]}')
    assert refused.status_code == 400
