"""What other people's clients are asked to do, and what their users should get to see."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Message = dict[str, Any]


def user(content: str) -> Message:
    """Return a question."""
    return {"role": "user", "content": content}


@dataclass(frozen=True)
class Case:
    """A request, and what its user should get to see."""

    name: str
    messages: tuple[Message, ...]
    text: str = ""
    ws: tuple[str, str] | None = ("/v3.5/chat", "generalv3.5")
    """Path and domain, or None where it is not for this transport."""
    http: tuple[str, str] | None = ("/v1", "generalv3.5")
    """Path and model."""
    stream: bool = False
    options: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    """Members of the body that are not OpenAI's."""
    credentials: dict[str, str] = field(default_factory=dict)
    """Instead of the right ones."""
    port: str = ""
    """One of the emulator's faulty ports."""
    reasoning: str = ""
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()
    finish: str = ""
    """Why it ended, or `none` where that is not said; empty where nobody asks."""
    usage: bool = False
    """Whether the tokens are looked at."""
    bill: tuple[int, ...] = ()
    """All numbers of the usage, where they are looked at: those of `Outcome`."""
    error: str = ""
    """What the error has to say."""
    requests: int = 1
    """How many arrive at the service."""
    many: bool = True
    """Whether a stream comes in several pieces of text."""


SUM = "1 + 1 = **2**."
CHINESE = "1 + 1 = **2**。"
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}
TOOLS = {"tools": [WEATHER]}
ASKS_WEATHER = (user("What is the weather in Hefei?"),)
CALL = (("get_weather", {"city": "Hefei"}),)
ARRAY = {"tool_calls_switch": True}
RESULT = (
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
    {"role": "tool", "tool_call_id": "call_1", "content": "20 + 2"},
)
HISTORY = (
    user("My name is Ada."),
    {"role": "assistant", "content": "Nice to meet you, Ada!"},
    user("What is my name?"),
)
PIRATE = ({"role": "system", "content": "You are a pirate."}, user("1+1"))
THOUGHT = (
    "The user wrote “1+1”. This is question 1, so I look at what came before, then answer in the "
    "same language."
)
X1_WS, X1_HTTP = ("/v1/x1", "x1"), ("/v2", "x1")
HOSTED_WS, HOSTED = ("/v1.1/chat", "xop3qwen1b7"), ("/v2", "xop3qwen1b7")
WRONG = {"api_key": "f" * 32, "api_password": "wrong:password"}
WORDS = "one two three four five six"


def scenario(expression: str, question: str = "1+1") -> tuple[Message, ...]:
    """Return a question that is answered in an unusual way."""
    return (user(f"#scenario {expression}\n{question}"),)


MODELS = [
    Case(f"model {name}", (user("1+1"),), SUM, ws, http, reasoning=thought)
    for name, ws, http, thought in [
        ("Lite", ("/v1.1/chat", "lite"), ("/v1", "lite"), ""),
        ("V2.0", ("/v2.1/chat", "generalv2"), None, ""),
        ("Pro", ("/v3.1/chat", "generalv3"), ("/v1", "generalv3"), ""),
        ("Pro-128K", ("/chat/pro-128k", "pro-128k"), ("/v1", "pro-128k"), ""),
        ("Max-32K", ("/chat/max-32k", "max-32k"), ("/v1", "max-32k"), ""),
        ("4.0 Ultra", ("/v4.0/chat", "4.0Ultra"), ("/v1", "4.0Ultra"), ""),
        ("X1", X1_WS, X1_HTTP, THOUGHT),
        ("X2", ("/x2", "spark-x"), ("/x2", "spark-x"), THOUGHT),
    ]
]

FINISHES = [
    Case(
        f"hosted, ends with {reason}",
        messages,
        text,
        None,
        HOSTED,
        stream=True,
        many=False,
        finish=reason,
        options=options,
    )
    for reason, messages, text, options in [
        ("stop", (user("1+1"),), SUM, {}),
        ("length", (user("1+1"),), "1 + 1 = ", {"max_tokens": 2}),
        ("content_filter", scenario("finish:reason=content_filter,content=one two"), "one", {}),
        ("abort", scenario("finish:reason=abort"), "", {}),
    ]
]

CASES = [
    Case("plain", (user("1+1"),), SUM),
    Case("stream", (user("1+1等于几"),), CHINESE, stream=True),
    Case("usage", (user("1+1"),), SUM, usage=True),
    Case("usage, stream", (user("1+1"),), SUM, stream=True, usage=True),
    Case("no finish reason", (user("1+1"),), SUM, finish="none"),
    Case("system message", PIRATE, f"*(speaking as pirate)* {SUM}"),
    Case("history", HISTORY, "Your name is **Ada**."),
    Case(
        "temperature, max_tokens",
        (user("1+1"),),
        "1 + 1 = ",
        options={"temperature": 0.3, "max_tokens": 2},
    ),
    *MODELS,
    Case("reasoning, stream", (user("1+1"),), SUM, X1_WS, X1_HTTP, stream=True, reasoning=THOUGHT),
    Case("tool call", ASKS_WEATHER, options=TOOLS, calls=CALL),
    Case("tool call, stream", ASKS_WEATHER, options=TOOLS, calls=CALL, stream=True, many=False),
    Case("tool call, array", ASKS_WEATHER, ws=None, options=TOOLS, calls=CALL, extra=ARRAY),
    Case(
        "tool call, array, stream",
        ASKS_WEATHER,
        ws=None,
        options=TOOLS,
        calls=CALL,
        extra=ARRAY,
        stream=True,
        many=False,
    ),
    Case("tool result", RESULT, "20 + 2 = **22**.", ws=None, options=TOOLS),
    Case("hosted", (user("1+1"),), SUM, HOSTED_WS, HOSTED),
    Case("hosted, stream", (user("1+1"),), SUM, HOSTED_WS, HOSTED, stream=True),
    *FINISHES,
    Case(
        "hosted, usage in detail",
        scenario("usage:prompt=100,completion=20,cached=64,reasoning=8"),
        SUM,
        None,
        HOSTED,
        stream=True,
        bill=(100, 20, 120, 64, 8),
    ),
    Case("hosted, tool call", ASKS_WEATHER, "", None, HOSTED, options=TOOLS, calls=CALL),
    Case(
        "hosted, tool call, stream",
        ASKS_WEATHER,
        ws=None,
        http=HOSTED,
        options=TOOLS,
        calls=CALL,
        stream=True,
        many=False,
        finish="tool_calls",
    ),
    Case("one frame, stream", scenario("single"), SUM, stream=True, many=False),
    Case("no role, stream", scenario("no_role"), SUM, stream=True),
    Case("several texts, stream", scenario("multi_text"), SUM, http=None, stream=True),
    Case("frames without text, stream", scenario("no_text"), SUM, stream=True),
    Case("unknown members", scenario("unknown_fields"), SUM),
    Case("wrong key", (user("1+1"),), credentials=WRONG, error="401"),
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
    Case(
        "hosted, error in a stream",
        scenario(f"error:code=10014,after=3,content={WORDS},chunks=6"),
        "one two three",
        ws=None,
        http=HOSTED,
        stream=True,
        error="10014",
    ),
    Case("hosted, 10013", scenario("error:code=10013"), "", None, HOSTED, error="10013"),
    Case(
        "hosted, 11210 alone",
        scenario("error:code=11210,shape=code_only"),
        ws=None,
        http=HOSTED,
        error="11210",
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
    Case(
        "untrusted certificate",
        (user("1+1"),),
        port="tls_untrusted",
        error="ertificate",
        requests=0,
    ),
]
