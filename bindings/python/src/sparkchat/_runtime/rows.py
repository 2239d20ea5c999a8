"""The questions of a batch that are in progress, and their results."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any, NamedTuple, TypeAlias

from .._capi import types
from .._capi.handle import Handle, NotCopyable
from ..enums import Phase
from ..errors import (
    AuthenticationError,
    BatchStoppedError,
    LimiterError,
    OverloadedError,
    PermissionDeniedError,
    QuotaError,
    RateLimitError,
    SparkError,
    SparkTimeoutError,
    StateError,
)
from .row import Answer, AnyGroup, Ended, Row

Opener: TypeAlias = Callable[[Any], Handle[types.Stream]]
Result: TypeAlias = tuple[int, Any]

# A source that takes longer for a question, in seconds, is slow.
_QUICK = 0.01
# Running questions come first for this share of that time, and at most for this many seconds.
_SHARE, _LONGEST_SHARE = 0.1, 1.0
# This many times `max_concurrency` results may wait for an earlier one.
_AHEAD_IN_ORDER = 4


def share_of_others(took: float) -> float:
    """Return how long to drive running questions after one that took this long to read.

    A connection and an answer need several steps each, so one look would not be enough.
    """
    return min(_SHARE * took, _LONGEST_SHARE) if took > _QUICK else 0


class Endurance(NamedTuple):
    """How long a batch continues if the service refuses questions as too many, or is busy."""

    attempts: int = 3
    """How often a row is tried that is refused while others are answered."""
    patience: float = 60.0
    """For how many seconds all rows may be refused."""


class Rows:
    """Asks a limited number of rows concurrently, and keeps the results until they are taken.

    An iterator reads the questions and passes them to `ask`. The number of rows held is bounded.
    """

    # Errors that concern all rows: the following ones would fail in the same way.
    end_of_all: tuple[type[Exception], ...] = (
        QuotaError,
        PermissionDeniedError,
        AuthenticationError,
        LimiterError,
        StateError,
    )

    def __init__(
        self,
        open_stream: Opener,
        max_concurrency: int,
        ordered: bool,
        endurance: Endurance,
    ) -> None:
        self._open = open_stream
        self._most = max_concurrency
        self._ordered = ordered
        self._endurance = endurance
        self._held: dict[int, Row] = {}
        self.read: deque[Any] = deque()
        """Questions that were read, and are not asked yet."""
        self._again: deque[Row] = deque()
        self._ready: deque[Row] = deque()
        self._running: set[Answer] = set()
        self.ended = Ended()
        self._is_stopped = False
        self._count = self._answered = 0
        # Why the following questions would fail, and since when nothing but refusals has come.
        self._failure: Exception | None = None
        self._refusal: Exception | None = None
        self._refused_since: float | None = None

    @property
    def reason(self) -> Exception | None:
        """Why no more questions are asked."""
        return self._failure or self._refusal

    @property
    def has_room(self) -> bool:
        """Whether another question may be read."""
        held = self._most * (_AHEAD_IN_ORDER if self._ordered else 1)
        return (
            self.reason is None
            and not self._is_stopped
            and not self._again
            and len(self._running) < self._most
            and len(self._held) < held
        )

    @property
    def is_running(self) -> bool:
        """Whether any rows are running, or will be asked again."""
        return bool(self._running or (self._again and self.reason is None))

    @property
    def left(self) -> list[Result]:
        """The questions that were read and have no answer: positions and questions."""
        held = [(row.index, row.question) for row in self._held.values() if row.result is None]
        return [*held, *enumerate(self.read, self._count)]

    def ask(self, group: AnyGroup) -> None:
        """Ask the questions in `read`; if the batch was stopped meanwhile, only hold them."""
        while self.read:
            row = Row(self._count, self.read[0])
            # No interrupt comes between these lines, so no question is lost, or held twice.
            self._held[row.index] = row
            self._count += 1
            del self.read[0]
            if not self._is_stopped:
                self._begin(row, group)

    def work(self, group: AnyGroup) -> None:
        """Process exchanges that have ended, and ask again where needed."""
        for answer in self.ended.take():
            self._running.discard(answer)
            self._settle(answer.row, answer.result())
        while self._again and len(self._running) < self._most and self.reason is None:
            self._begin(self._again.popleft(), group)

    def take(self) -> Result | None:
        """Return the next result, if there is one, and forget it."""
        if self._ordered:
            row = next(iter(self._held.values()), None)
            if row is None or row.result is None:
                return None
        elif self._ready:
            row = self._ready.popleft()
        else:
            return None
        del self._held[row.index]
        return row.index, row.result

    def stop(self, group: AnyGroup) -> None:
        """Close the connections. Results received so far can still be taken, in any order."""
        self._is_stopped = True
        while self._running:
            answer = self._running.pop()
            if not answer.stop(group) and answer.row.result is None:
                # It ended, but `work` has not processed it.
                self._settle(answer.row, answer.result())
        self.ended.take()
        self._again.clear()
        self._ordered = False
        self._ready = deque(row for row in self._held.values() if row.result is not None)
        self.ended.notify()

    def stopped(self) -> BatchStoppedError:
        """Return the exception that says why the batch stopped, and what is left."""
        return BatchStoppedError.of(self.reason, self.left)

    def _begin(self, row: Row, group: AnyGroup) -> None:
        try:
            if isinstance(row.question, Iterator):
                # It may be asked again.
                row.question = list(row.question)
            handle = self._open(row.question)
        except Exception as error:
            self._settle(row, error)
            return
        answer = self._answer(handle, row)
        self._running.add(answer)
        group.add(handle, answer)

    def _settle(self, row: Row, result: Any) -> None:
        if isinstance(result, self.end_of_all):
            # It stays unanswered, like those after it.
            self._failure = self._failure or result
        elif self._is_to_be_asked_again(row, result):
            self._again.append(row)
            if isinstance(result, RateLimitError | OverloadedError) and self._has_others:
                self._note_refusal(result)
        else:
            if isinstance(result, Exception):
                self._name(result, row.index)
            else:
                self._answered += 1
                self._refused_since = self._refusal = None
            row.result = result
            self._ready.append(row)

    @property
    def _has_others(self) -> bool:
        """Whether there is more than one row: a single one is to blame for its refusals."""
        return len(self._held) > 1

    def _note_refusal(self, refusal: Exception) -> None:
        """Ask no more if all is refused for too long, unless a running question is answered."""
        now = monotonic()
        if self._refused_since is None:
            self._refused_since = now
        elif now > self._refused_since + self._endurance.patience:
            self._refusal = refusal

    def _answer(self, handle: Handle[types.Stream], row: Row) -> Answer:
        """Return the exchange of a question."""
        return Answer(handle, row, self.ended)

    def _name(self, error: Exception, index: int) -> None:
        """Add the position of its row to an exception."""
        if isinstance(error, SparkError):
            error.index = index
        elif error.args and isinstance(error.args[0], str):
            error.args = (f"question {index}: {error.args[0]}", *error.args[1:])

    def _is_to_be_asked_again(self, row: Row, result: Any) -> bool:
        if isinstance(result, SparkTimeoutError):
            # That limit is for interactive questions.
            return result.phase == Phase.QUEUE
        if not isinstance(result, RateLimitError | OverloadedError) or not result.retryable:
            return False
        # As long as no row gets through, the row is not to blame.
        if self._answered > row.seen or not self._has_others:
            row.refusals += 1
        row.seen = self._answered
        return row.refusals < self._endurance.attempts


class Batch(NotCopyable):
    """The base of both kinds of iterators."""

    __slots__ = ("__weakref__", "_end", "_rows")

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        # The exception that ends the iteration once nothing runs; None until it is known.
        self._end: Exception | None = None

    @property
    def left(self) -> list[Result]:
        """The questions that were read and have no answer so far: positions and questions."""
        return self._rows.left

    def _ending(self, end: type[Exception]) -> Exception:
        if self._rows.reason is not None:
            return self._rows.stopped()
        return self._end or end()
