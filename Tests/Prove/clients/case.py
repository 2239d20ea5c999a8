"""The type of a case, and the service's own addresses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Message = dict[str, Any]


SPARK, OPEN = "wss://spark-api.xf-yun.com", "https://spark-api-open.xf-yun.com"
MAAS_NAME = "maas-api.cn-huabei-1.xf-yun.com"
MAAS, MAAS_SOCKET = f"https://{MAAS_NAME}", f"wss://{MAAS_NAME}"
TOKEN, CODING = (f"https://maas-{plan}-api.cn-huabei-1.xf-yun.com" for plan in ("token", "coding"))


@dataclass(frozen=True)
class Place:
    """What a user configures. The emulator's proxy leads there."""

    url: str
    """For HTTP: the URL to which the client appends the path of the completions."""
    model: str
    """The model's name, or its domain."""
    key: str = "api_password"
    """Which of the emulator's keys to use over HTTP."""


MAX_SOCKET, MAX = (Place(url, "generalv3.5") for url in (f"{SPARK}/v3.5/chat", f"{OPEN}/v1"))


@dataclass(frozen=True)
class Case:
    """A request, and what its user should see."""

    name: str
    messages: tuple[Message, ...]
    text: str = ""
    ws: Place | None = MAX_SOCKET
    """Where to send it, or None if it is not for this transport."""
    http: Place | None = MAX
    stream: bool = False
    options: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    """Members of the body that OpenAI does not have."""
    credentials: dict[str, str] = field(default_factory=dict)
    """Credentials that replace the right ones."""
    port: str = ""
    """One of the emulator's faulty ports."""
    reasoning: str = ""
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()
    finish: str = ""
    """The finish reason, or `none` if the answer has none; empty: not checked."""
    usage: bool = False
    """Whether to check the tokens."""
    bill: tuple[int, ...] = ()
    """All numbers of the usage, as in `Outcome`; empty: not checked."""
    error: str = ""
    """What the error must say."""
    auth: str = "ok"
    """The emulator's verdict on the credentials."""
    requests: int = 1
    """How many requests arrive at the service."""
    many: bool = True
    """Whether a stream yields several pieces of text."""


def user(content: Any) -> Message:
    """Return a question."""
    return {"role": "user", "content": content}


def scenario(expression: str, question: str = "1+1") -> tuple[Message, ...]:
    """Return a question that the emulator answers in an unusual way."""
    return (user(f"#scenario {expression}\n{question}"),)


# The emulator's answers.
SUM = "1 + 1 = **2**."
THOUGHT = (
    "The user wrote “1+1”. This is question 1, so I look at what came before, then answer in the "
    "same language."
)
WORDS = "one two three four five six"
_WEATHER = {
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
TOOLS = {"tools": [_WEATHER]}
ASKS = (user("1+1"),)
ASKS_WEATHER = (user("What is the weather in Hefei?"),)
CALL = (("get_weather", {"city": "Hefei"}),)
