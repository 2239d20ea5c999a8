"""The interface of a limiter."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from ..enums import Status


@runtime_checkable
class Limiter(Protocol):
    """Decides when a question may start; for `Spark(limiter=...)`.

    A client asks it before each attempt, including retries, and only for the first question in the
    client's queue. `attempt` is a number that is unique in the process.

    The methods are called on the thread that drives the exchange, which may be any of the threads
    that share the client; with `AsyncSpark`, it is the event loop's. They must therefore not block.
    They may use other streams, but not the one whose call they are in: that raises a StateError. If
    `acquire` raises an exception, the question fails with a LimiterError.
    """

    def acquire(self, attempt: int) -> float:
        """Return 0 if the attempt may start; otherwise the seconds after which to ask again.

        An attempt that has started counts until `release`.
        """
        ...

    def report(self, attempt: int, status: Status, service_code: int) -> None:
        """Note the service's reaction: `Status.OK` once it answers, or the status of its failure.

        `Status.ERR_RATE_LIMITED` and `Status.ERR_OVERLOADED` are good reasons to slow down;
        `service_code` is the service's own code, such as 11202, or 0.
        """
        ...

    def release(self, attempt: int) -> None:
        """Note that the attempt is over, however it ended. Called once for each attempt that has
        started.
        """
        ...
