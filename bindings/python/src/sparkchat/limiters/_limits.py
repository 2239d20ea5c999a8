"""The limits of this package's limiters."""

from __future__ import annotations

from dataclasses import dataclass

from .._capi.values import integer, real
from ..enums import Status
from ..errors import InvalidArgumentError

TOO_FAST = frozenset({Status.ERR_RATE_LIMITED, Status.ERR_OVERLOADED})
"""After one of these statuses, no question starts for `HELD` seconds."""
HELD = 1.0
"""The length of that pause, in seconds."""


@dataclass(frozen=True)
class Limits:
    """Questions started per second and running at once; 0 means no limit, but not for both.

    The service counts a question when it arrives, but the limiter only knows when it was sent and
    when the answer began. A question therefore counts from its start until a second after the
    answer began, or a second after `settle` seconds if nothing has arrived by then.
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
        """How many questions may start in a period."""
        return max(1, int(self.max_rate))

    @property
    def period(self) -> float:
        """The period in seconds; 0 if any number may start."""
        return self.most_starts / self.max_rate if self.max_rate else 0.0

    @property
    def interval(self) -> float:
        """The seconds between two starts, slightly less than even to recover lost time."""
        return 0.9 * self.period / self.most_starts
