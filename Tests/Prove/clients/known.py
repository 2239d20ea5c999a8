"""The clients, and what is known not to work with each: whose fault it is, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass

CLIENT, SERVICE = "client", "service"


@dataclass(frozen=True)
class Known:
    """A reason for complaints."""

    whose: str
    """CLIENT, or SERVICE if the client does not support the service's dialect."""
    cases: str
    """Regular expression for the whole name of a case."""
    seen: str
    """Regular expression for the beginning of a complaint."""
    why: str

    def explains(self, case: str, complaint: str) -> bool:
        """Whether a complaint matches this reason."""
        return bool(re.fullmatch(self.cases, case) and re.match(self.seen, complaint))


@dataclass(frozen=True)
class Client:
    """A client and its faults."""

    name: str
    transport: str
    known: tuple[Known, ...] = ()


OBJECT = Known(
    SERVICE,
    "tool call(, stream)?",
    "error: .*(has no attribute 'function'|string indices|Invalid response object)",
    "a tool call is an object, where OpenAI has an array; `tool_calls_switch` asks for the array",
)
NO_CHOICES = Known(
    CLIENT,
    "error in a stream|error with status 200",
    "error: it does not say",
    "an error with status 200 is treated as an answer without choices",
)
ENDED_EARLY = Known(
    CLIENT,
    "ended early, stream",
    "error: none",
    "a stream that ends without `[DONE]` counts as a complete answer",
)
NO_ITEMS = Known(
    CLIENT,
    "frames without text, stream",
    "error: .*list index out of range",
    "a frame with an empty list of texts is fatal",
)
FIRST_ITEM = Known(
    CLIENT, "several texts, stream", "text: ", "only the first text of a frame is read"
)

CLIENTS = [
    Client(
        "langchain_community",
        "ws",
        (
            Known(CLIENT, "usage, stream", "usage: ", "a stream has no usage"),
            Known(
                CLIENT,
                "temperature, max_tokens",
                "request: temperature 0.5 instead",
                "the temperature that was set is not sent",
            ),
            Known(
                CLIENT,
                "model X1|model X2",
                "reasoning: ",
                "only the last piece of the reasoning is kept",
            ),
            Known(
                CLIENT,
                "tool call(, stream)?",
                "error: NotImplementedError|request: 0 arrived",
                "it has no tools",
            ),
            NO_ITEMS,
            FIRST_ITEM,
        ),
    ),
    Client(
        "spark_ai_python",
        "ws",
        (
            Known(
                CLIENT,
                "model X1|model X2|reasoning, stream",
                "error: .*'content'",
                "a frame with nothing but reasoning is fatal",
            ),
            Known(CLIENT, "tool call, stream", "calls: ", "a streamed tool call appears twice"),
            Known(CLIENT, "no role, stream", "error: KeyError", "a frame without role is fatal"),
            Known(
                CLIENT,
                "untrusted certificate",
                "error: none|request: 1 arrived",
                "it does not verify certificates",
            ),
            NO_ITEMS,
            FIRST_ITEM,
        ),
    ),
    Client(
        "openai",
        "http",
        (
            OBJECT,
            NO_CHOICES,
            Known(
                CLIENT,
                "frames without text, stream",
                "error: .*NoneType",
                "an event without choices has None instead of a list",
            ),
            ENDED_EARLY,
        ),
    ),
    Client(
        "langchain_openai",
        "http",
        (
            OBJECT,
            Known(
                SERVICE,
                "temperature, max_tokens|hosted, ends with length",
                "(text|request|finish): ",
                "`max_tokens` is sent as `max_completion_tokens`, which only X2.5 documents",
            ),
            Known(
                CLIENT,
                "model X[12]|reasoning, stream|hosted, X2.5|hosted, required call, none comes",
                "reasoning: ''",
                "it drops the reasoning",
            ),
            Known(
                CLIENT,
                "error in a stream",
                "error: none",
                "an error in a stream is treated as the end of the answer",
            ),
            NO_CHOICES,
            ENDED_EARLY,
        ),
    ),
    Client(
        "litellm",
        "http",
        (
            OBJECT,
            Known(
                SERVICE,
                ".*stream",
                "error: .*before a finish_reason was received",
                "a stream without `finish_reason` is an error, after all of its text",
            ),
            Known(
                CLIENT,
                "no finish reason",
                "finish: stop",
                "it invents a finish reason if there is none",
            ),
            Known(
                CLIENT,
                "11202|hosted, (11210 alone|not granted)",
                "error: it does not say .*: (RateLimitError|APIError)",
                "errors with status 403 and 429 lose the service's code",
            ),
            Known(
                CLIENT,
                "hosted, ends with abort",
                "error: .*finish_reason=abort",
                "an answer that ends with `abort` is treated as a server error",
            ),
            NO_CHOICES,
        ),
    ),
]
