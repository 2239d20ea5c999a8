"""What the limiters of this package have in common: how much is allowed."""

from __future__ import annotations

from dataclasses import dataclass

from .._capi.values import integer, real
from ..enums import Status
from ..errors import InvalidArgumentError

TOO_FAST = frozenset({Status.ERR_RATE_LIMITED, Status.ERR_OVERLOADED})
"""After one of these all are held."""
HELD = 1.0
"""So long, in seconds."""


@dataclass(frozen=True)
class Limits:
    """Questions begun in a second and under way at once; 0 is no limit, but not for both.

    The service counts a question when it arrives, and the limiter only knows when it was sent, and
    when the first of the answer came. So one counts from its start until a second after that, or
    after `settle` seconds where nothing has come by then.
    """

    max_rate: float
    max_concurrency: int
    settle: float

    def __post_init__(self) -> None:
        if not 0 <= real("max_rate", self.max_rate) <= 100_000:
            raise InvalidArgumentError(f"max_rate is {self.max_rate}", hint="use 0 to 100000")
        if not 0 <= integer("max_concurrency", self.max_concurrency) <= 1_000_000:
            raise InvalidArgumentError(
                f"max_concurrency is {self.max_concurrency}", hint="use 0 to 1000000"
            )
        if not self.max_rate and not self.max_concurrency:
            raise InvalidArgumentError(
                "the limiter has no limit", hint="set max_rate, max_concurrency, or both"
            )
        if not 0 <= real("settle", self.settle) <= 3600:
            raise InvalidArgumentError(f"settle is {self.settle} s", hint="use 0 to 3600")

    @property
    def most_starts(self) -> int:
        """How many may begin in a period."""
        return max(1, int(self.max_rate))

    @property
    def period(self) -> float:
        """In seconds; 0: any number may begin."""
        return self.most_starts / self.max_rate if self.max_rate else 0.0

    @property
    def interval(self) -> float:
        """Between two that begin: evenly, and still a little faster where time was lost."""
        return 0.9 * self.period / self.most_starts
