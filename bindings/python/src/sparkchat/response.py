"""The part of an answer received so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from ._schema.json_values import to_json
from .enums import Connection, Outcome
from .events import Citation, ServiceWarning, ToolCall, Usage

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Timings:
    """The timings of an exchange, in seconds; None if a time is not known.

    The times for connecting are those of the last attempt, and 0 if the connection was already
    open.
    """

    queue: float | None = None
    """Time in the queue; 0 if nothing limits the client."""
    resolve: float | None = None
    connect: float | None = None
    tls: float | None = None
    upgrade: float | None = None
    first_reasoning: float | None = None
    """From the question to the first reasoning."""
    first_text: float | None = None
    """From the question to the first text."""
    last: float | None = None
    """From the question to the last reasoning or text."""
    total: float | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, or the part of it received so far. `str(response)` is its text."""

    text: str = ""
    reasoning: str = ""
    usage: Usage = field(default_factory=Usage)
    sid: str | None = None
    """The service's request ID; mention it when you contact its support."""
    outcome: Outcome = Outcome.PENDING
    finish_reason: str | None = None
    """The service's reason for ending the answer: "stop"; "length" if it was cut at the token
    limit, perhaps before any text; "tool_calls"; "content_filter"; or another, such as "abort".
    None if the service does not say, as is always the case over WebSocket: the only sign of a cut
    answer there is that `usage.completion_tokens` has reached the limit.
    """
    stop_sequence: str | None = None
    """The text of the option `stop` that ended the answer; `finish_reason` is then "stop"."""
    tool_calls: tuple[ToolCall, ...] = ()
    citations: tuple[Citation, ...] = ()
    warning: ServiceWarning | None = None
    timings: Timings = field(default_factory=Timings)
    """Known when the exchange is over, like all fields below."""
    attempts: int = 0
    """How many attempts were made."""
    connection: Connection = Connection.NONE
    """How the connection of the last attempt was made."""
    bytes_received: int = 0
    """In the last attempt, counted from the upgrade on, without encryption."""
    bytes_sent: int = 0
    """Counted in the same way."""
    raw: tuple[str, ...] = ()
    """The service's messages, in JSON, as they were received; only with `Spark(keep_raw=True)`."""

    @property
    def content(self) -> str:
        """The text, under the name that other packages use."""
        return self.text

    @property
    def function_calls(self) -> tuple[ToolCall, ...]:
        """The tool calls, under the name that the WebSocket service uses."""
        return self.tool_calls

    def to_dict(self) -> dict[str, Any]:
        """Return the response as a dict for `json.dumps`. Enums become their names."""
        enums = {"outcome": str(self.outcome), "connection": str(self.connection)}
        return {**to_json(self), **enums}

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedResponse(Response, Generic[T]):
    """An answer that was converted into the requested type."""

    parsed: T
