"""What has been received of an answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from .enums import Outcome
from .events import Citation, FunctionCall, ServiceWarning, Usage


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, or as much of it as came. `str(response)` is its text."""

    text: str = ""
    reasoning: str = ""
    usage: Usage = field(default_factory=Usage)
    sid: str | None = None
    """The service's id of the exchange, for its support."""
    outcome: Outcome = Outcome.PENDING
    function_calls: tuple[FunctionCall, ...] = ()
    citations: tuple[Citation, ...] = ()
    warning: ServiceWarning | None = None

    @property
    def content(self) -> str:
        """The text, under the name that other packages give it."""
        return self.text

    def __str__(self) -> str:
        return self.text
