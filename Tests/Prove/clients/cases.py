"""Spark's own models: the requests, and what users should see."""

from __future__ import annotations

from .case import (
    ASKS,
    ASKS_WEATHER,
    CALL,
    MAX_SOCKET,
    OPEN,
    SPARK,
    SUM,
    THOUGHT,
    TOOLS,
    WORDS,
    Case,
    Place,
    scenario,
    user,
)

_ARRAY = {"tool_calls_switch": True}
_RESULT = (
    *ASKS_WEATHER,
    {
        "role": "assistant",
        "content": "",
        "tool_calls": [
            {
                "id": "call_1",
                "type": "function",
                "function": {"name": "get_weather", "arguments": '{"city": "Hefei"}'},
            }
        ],
    },
    {"role": "tool", "tool_call_id": "call_1", "content": "20 degrees"},
)
_HISTORY = (
    user("My name is Ada."),
    {"role": "assistant", "content": "Nice to meet you, Ada!"},
    user("What is my name?"),
)
_PIRATE = ({"role": "system", "content": "You are a pirate."}, *ASKS)
_WRONG = {"api_key": "f" * 32, "api_password": "wrong:password"}
_X1 = Place(f"{SPARK}/v1/x1", "x1"), Place(f"{OPEN}/v2", "x1")


def _models() -> list[Case]:
    """Return a case for each model that differs in more than its name."""
    cases = [Case("model V2.0", ASKS, SUM, Place(f"{SPARK}/v2.1/chat", "generalv2"), None)]
    for name, path, domain in [
        ("Lite", "/v1.1/chat", "lite"),
        ("Pro", "/v3.1/chat", "generalv3"),
        ("Pro-128K", "/chat/pro-128k", "pro-128k"),
        ("Max-32K", "/chat/max-32k", "max-32k"),
        ("4.0 Ultra", "/v4.0/chat", "4.0Ultra"),
    ]:
        places = Place(SPARK + path, domain), Place(f"{OPEN}/v1", domain)
        cases.append(Case(f"model {name}", ASKS, SUM, *places))
    x2 = Place(f"{SPARK}/x2", "spark-x"), Place(f"{OPEN}/x2", "spark-x")
    cases.append(Case("model X1", ASKS, SUM, *_X1, reasoning=THOUGHT))
    cases.append(Case("model X2", ASKS, SUM, *x2, reasoning=THOUGHT))
    cases.append(Case("reasoning, stream", ASKS, SUM, *_X1, reasoning=THOUGHT, stream=True))
    return cases


def _calls() -> list[Case]:
    """Return a case for each form of a tool call."""
    return [
        Case(
            ", ".join(("tool call", *kind)),
            ASKS_WEATHER,
            ws=None if "array" in kind else MAX_SOCKET,
            extra=_ARRAY if "array" in kind else {},
            stream="stream" in kind,
            many=False,
            options=TOOLS,
            calls=CALL,
        )
        for kind in ((), ("stream",), ("array",), ("array", "stream"))
    ]


SPARK_CASES = [
    Case("plain", ASKS, SUM),
    Case("stream", (user("1+1等于几"),), "1 + 1 = **2**。", stream=True),
    Case("usage", ASKS, SUM, usage=True),
    Case("usage, stream", ASKS, SUM, stream=True, usage=True),
    Case("no finish reason", ASKS, SUM, finish="none"),
    Case("system message", _PIRATE, f"*(speaking as pirate)* {SUM}"),
    Case("history", _HISTORY, "Your name is **Ada**."),
    Case(
        "temperature, max_tokens",
        ASKS,
        "1 + 1 = ",
        options={"temperature": 0.3, "max_tokens": 2},
    ),
    *_models(),
    *_calls(),
    Case("tool result", _RESULT, "get_weather returned 20 degrees", ws=None, options=TOOLS),
    Case("one frame, stream", scenario("single"), SUM, stream=True, many=False),
    Case("no role, stream", scenario("no_role"), SUM, stream=True),
    Case("several texts, stream", scenario("multi_text"), SUM, http=None, stream=True),
    Case("frames without text, stream", scenario("no_text"), SUM, stream=True),
    Case("unknown members", scenario("unknown_fields"), SUM),
    Case("wrong key", ASKS, credentials=_WRONG, auth="wrong|unknown_key", error="401"),
    Case("10013", scenario("error:code=10013"), error="10013"),
    Case("10013, stream", scenario("error:code=10013"), error="10013", stream=True),
    Case("11202", scenario("error:code=11202"), error="11202"),
    Case(
        "error in a stream",
        scenario(f"error:code=10014,after=3,content={WORDS},chunks=6"),
        "one two three",
        stream=True,
        error="10014",
    ),
    Case("error with status 200", scenario("error:code=10013,how=inband"), ws=None, error="10013"),
    Case(
        "cut off, stream",
        scenario(f"drop:after=3,content={WORDS},chunks=6"),
        "one two three",
        stream=True,
        error=":",
    ),
    Case(
        "ended early, stream",
        scenario(f"close_early:after=3,content={WORDS},chunks=6"),
        "one two three",
        stream=True,
        error=":",
    ),
    Case("untrusted certificate", ASKS, port="tls_untrusted", error="ertificate", requests=0),
]
