"""What has been received of an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from ._schema.json_values import to_json
from .enums import Connection, Outcome
from .events import Citation, ServiceWarning, ToolCall, Usage

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Timings:
    """Where the time of an exchange went, in seconds; None where that is not known.

    Those of connecting are of the last attempt, and 0 where the connection was there already.
    """

    queue: float | None = None
    """Waiting in line; 0 where nothing limits the client."""
    resolve: float | None = None
    connect: float | None = None
    tls: float | None = None
    upgrade: float | None = None
    first_reasoning: float | None = None
    """From the question to the first of the reasoning."""
    first_text: float | None = None
    """From the question to the first of the text."""
    last: float | None = None
    """From the question to the last of either."""
    total: float | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, or as much of it as came. `str(response)` is its text."""

    text: str = ""
    reasoning: str = ""
    usage: Usage = field(default_factory=Usage)
    sid: str | None = None
    """The service's id of the exchange, for its support."""
    outcome: Outcome = Outcome.PENDING
    finish_reason: str | None = None
    """Why the answer ended, in the service's word: "stop"; "length" where it was cut at the limit
    of tokens, perhaps before it had any text; "tool_calls"; "content_filter"; or another, such as
    "abort". None where the service has not said, as always over WebSocket: what is cut cannot be
    told there from what is whole, except that `usage.completion_tokens` has reached the limit."""
    stop_sequence: str | None = None
    """Which text of the option `stop` ended the answer; `finish_reason` is then "stop"."""
    tool_calls: tuple[ToolCall, ...] = ()
    citations: tuple[Citation, ...] = ()
    warning: ServiceWarning | None = None
    timings: Timings = field(default_factory=Timings)
    """As all that follows, known when the exchange is over."""
    attempts: int = 0
    """How often the question was tried."""
    connection: Connection = Connection.NONE
    """How the connection of the last attempt came about."""
    bytes_received: int = 0
    """In the last attempt, from the upgrade on and before encryption."""
    bytes_sent: int = 0
    """Counted likewise."""
    raw: tuple[str, ...] = ()
    """The service's messages, in JSON, as they came; with `Spark(keep_raw=True)` only."""

    @property
    def content(self) -> str:
        """The text, under the name that other packages give it."""
        return self.text

    @property
    def function_calls(self) -> tuple[ToolCall, ...]:
        """The tool calls, under the name that the WebSocket service gives them."""
        return self.tool_calls

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as JSON has it, for `json.dumps`. Enums are their names."""
        enums = {"outcome": str(self.outcome), "connection": str(self.connection)}
        return {**to_json(self), **enums}

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedResponse(Response, Generic[T]):
    """An answer that was made into what was asked for."""

    parsed: T
