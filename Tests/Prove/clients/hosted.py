"""Hosted models, and X2.5: the requests, and what users should see."""

from __future__ import annotations

from typing import Any

from .case import (
    ASKS,
    ASKS_WEATHER,
    CALL,
    CODING,
    MAAS,
    MAAS_SOCKET,
    SUM,
    THOUGHT,
    TOKEN,
    TOOLS,
    WORDS,
    Case,
    Message,
    Place,
    scenario,
    user,
)

_QWEN = Place(f"{MAAS}/v2", "xop3qwen1b7", "maas_password")
_QWEN_SOCKET = Place(f"{MAAS_SOCKET}/v1.1/chat", "xop3qwen1b7")
_X25 = Place(f"{MAAS}/v2", "spark-x2.5", "maas_password")
_ASTRON = Place(f"{CODING}/v2", "astron-code-latest", "coding_key")
_IMAGE = "https://example.com/cat.png"
_PARTS = [{"type": "image_url", "image_url": {"url": _IMAGE}}, {"type": "text", "text": "1+1"}]
_NAMED = {"type": "function", "function": {"name": "get_weather"}}


def _ends(
    reason: str, messages: tuple[Message, ...], text: str, options: dict[str, Any] | None = None
) -> Case:
    """Return a stream that ends for this reason."""
    return _case(
        f"ends with {reason}",
        messages,
        text,
        stream=True,
        many=False,
        finish=reason,
        options=options or {},
    )


def _case(
    name: str, messages: tuple[Message, ...], text: str = "", place: Place = _QWEN, **more: Any
) -> Case:
    """Return a case for HTTP only."""
    return Case(f"hosted, {name}", messages, text, None, place, **more)


HOSTED_CASES = [
    Case("hosted", ASKS, SUM, _QWEN_SOCKET, _QWEN),
    Case("hosted, stream", ASKS, SUM, _QWEN_SOCKET, _QWEN, stream=True),
    _ends("stop", ASKS, SUM),
    _ends("length", ASKS, "1 + 1 = ", {"max_tokens": 2}),
    _ends("content_filter", scenario("finish:reason=content_filter,content=one two"), "one"),
    _ends("abort", scenario("finish:reason=abort"), ""),
    _case(
        "usage in detail",
        scenario("usage:prompt=100,completion=20,cached=64,reasoning=8"),
        SUM,
        stream=True,
        bill=(100, 20, 120, 64, 8),
    ),
    _case("tool call", ASKS_WEATHER, options=TOOLS, calls=CALL, finish="tool_calls"),
    _case(
        "tool call, stream",
        ASKS_WEATHER,
        options=TOOLS,
        calls=CALL,
        stream=True,
        many=False,
        finish="tool_calls",
    ),
    _case(
        "required call, none comes",
        ASKS,
        SUM,
        _X25,
        options={**TOOLS, "tool_choice": "required"},
        reasoning=THOUGHT,
    ),
    _case(
        "call by name", ASKS_WEATHER, options={**TOOLS, "tool_choice": _NAMED}, error="tool_choice"
    ),
    _case("image", (user(_PARTS),), f"An image at {_IMAGE}. {SUM}"),
    _case("X2.5", ASKS, SUM, _X25, reasoning=THOUGHT),
    _case("X2.5, thinking off", ASKS, SUM, _X25, extra={"enable_thinking": False}),
    _case("Coding Plan", ASKS, SUM, _ASTRON, stream=True, finish="stop"),
    _case("Token Plan", ASKS, SUM, Place(f"{TOKEN}/v2", "xopqwen36", "token_key")),
    _case(
        "key of another plan",
        ASKS,
        place=Place(f"{CODING}/v2", "xopglm51", "token_key"),
        error="401",
        auth="wrong",
    ),
    _case("not granted", ASKS, place=Place(f"{TOKEN}/v2", "xop3", "token_key"), error="11221"),
    _case("no such model", ASKS, place=Place(f"{MAAS}/v2", "gpt", "maas_password"), error="10404"),
    _case(
        "error in a stream",
        scenario(f"error:code=10014,after=3,content={WORDS},chunks=6"),
        "one two three",
        stream=True,
        error="10014",
    ),
    _case("10013", scenario("error:code=10013"), error="10013"),
    _case("11210 alone", scenario("error:code=11210,shape=code_only"), error="11210"),
]
