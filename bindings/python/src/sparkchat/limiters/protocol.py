"""What a limiter is."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from ..enums import Status


@runtime_checkable
class Limiter(Protocol):
    """Decides when a question may be asked; for `Spark(limiter=...)`.

    A client asks it before each attempt, also where a question is asked again, and only the first
    of those that wait in the client's line does. `attempt` is a number that no other attempt of the
    process has.

    The methods are called by the thread that drives the exchange, and by any of them where several
    share the client; with `AsyncSpark` that is the event loop's. So none of them may wait. What
    `acquire` raises fails the question with a LimiterError.
    """

    def acquire(self, attempt: int) -> float:
        """Return 0: the attempt may begin. Otherwise it may not: in how many seconds to ask again.

        An attempt that has begun counts until `release`.
        """
        ...

    def report(self, attempt: int, status: Status, service_code: int) -> None:
        """Note what the service says: `Status.OK` once it answers, or why it does not.

        `Status.ERR_RATE_LIMITED` and `Status.ERR_OVERLOADED` are good reasons to slow down;
        `service_code` is the service's own, such as 11202, or 0.
        """
        ...

    def release(self, attempt: int) -> None:
        """Note that the attempt is over, however it ended. Called once for each that has begun."""
        ...
