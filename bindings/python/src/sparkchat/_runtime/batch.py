"""Batches of questions, several at the same time: an iterator over their results."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from time import monotonic
from typing import Any

from .._capi.log import deliver_log
from .._capi.values import flag, integer
from .._typing import Self
from ..errors import InvalidArgumentError, StateError
from ..messages import Image, Message, ToolResult
from ..response import Response
from .exchange import LONGEST_WAIT_MS
from .group import Group
from .rows import Batch, Endurance, Opener, Result, Rows, share_of_others

_ONE_QUESTION = (str, bytes, Message, ToolResult, Image, Response, Mapping)


class BatchIterator(Batch):
    """An iterator over the positions of questions and their results.

    Leaving the loop closes the connections once nothing refers to the iterator; if a variable does,
    use `with` or `close`. An exception, such as the KeyboardInterrupt of Ctrl-C, closes them as
    well. You can still take the results received by then, and `left` has the other questions that
    were read.

    One thread at a time may use it. A second one gets a StateError, and the first one continues.
    """

    __slots__ = ("_group", "_lock", "_share", "_source")

    def __init__(self, questions: Iterable[Any], rows: Rows) -> None:
        super().__init__(rows)
        self._source: Iterator[Any] | None = iter(questions)
        self._group = Group()
        # If an interrupt keeps a thread from releasing it, that thread can still continue.
        self._lock = threading.RLock()
        # How long running questions come first.
        self._share = 0.0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Result:
        with self._alone():
            return self._next()

    def _next(self) -> Result:
        rows, group = self._rows, self._group
        try:
            while True:
                rows.work(group)
                result = self._read() or rows.take()
                if result is not None:
                    return result
                if rows.is_running:
                    group.wait(LONGEST_WAIT_MS)
                elif self._source is None or rows.reason is not None:
                    break
        except BaseException:
            self._stop()
            deliver_log()
            raise
        self._group.close()
        raise self._ending(StopIteration)

    def close(self) -> None:
        """Close the connections of running questions."""
        with self._alone():
            self._stop()
            deliver_log()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._lock.acquire(blocking=False):
            raise StateError(
                "another thread uses this batch", hint="use it in one thread at a time"
            )
        try:
            yield
        finally:
            self._lock.release()

    def _read(self) -> Result | None:
        """Ask questions up to the limit; if the source is slow, return a ready result first."""
        while self._source is not None and self._rows.has_room:
            if self._share and (result := self._meanwhile()) is not None:
                return result
            before = monotonic()
            try:
                # A single C call: an interrupt does not lose the question.
                self._rows.read.extend(islice(self._source, 1))
            except Exception as error:
                # Questions read before it are answered first.
                self._source, self._end = None, error
            else:
                if not self._rows.read:
                    self._source = None
                self._rows.ask(self._group)
            self._share = share_of_others(monotonic() - before)
        return None

    def _meanwhile(self) -> Result | None:
        """Drive running questions for a while, until there is a result."""
        rows, left = self._rows, self._share
        end = monotonic() + left
        while (result := rows.take()) is None and rows.is_running and left > 0:
            self._group.wait(int(1000 * left))
            rows.work(self._group)
            left = end - monotonic()
        return result

    def _stop(self) -> None:
        self._source = None
        self._rows.stop(self._group)
        self._group.close()


def new_rows(
    questions: object,
    open_stream: Opener,
    max_concurrency: int,
    ordered: bool,
    endurance: Endurance,
) -> Rows:
    """Return the rows of a batch, or raise what is wrong with the arguments."""
    if isinstance(questions, _ONE_QUESTION) or not isinstance(questions, Iterable | AsyncIterable):
        raise TypeError(
            f"batch takes a list of questions, or another iterable, not {type(questions).__name__}:"
            " each is a str, or a list of messages"
        )
    most = most_at_once(max_concurrency)
    return Rows(open_stream, most, flag("ordered", ordered), endurance)


def most_at_once(max_concurrency: int) -> int:
    """Return how many may run at the same time, or raise what is wrong with the number."""
    most = integer("max_concurrency", max_concurrency)
    if most < 1:
        raise InvalidArgumentError(f"max_concurrency is {most}", hint="use 1 or more")
    return most
