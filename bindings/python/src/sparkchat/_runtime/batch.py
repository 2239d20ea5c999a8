"""Any number of questions, some of them at once: an iterator over what comes of them."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterable, Iterable, Iterator, Mapping
from contextlib import contextmanager
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
from .rows import Batch, Opener, Result, Rows, share_of_others

_ONE_QUESTION = (str, bytes, Message, ToolResult, Image, Response, Mapping)


class BatchIterator(Batch):
    """An iterator over the places of questions and what has come of them.

    Leaving the loop closes the connections when nothing refers to the iterator any more; where it
    has a name, use `with` or `close`. So does an exception, such as the KeyboardInterrupt of
    Ctrl-C. What had come by then can still be taken, and `left` has the rest of what was read.

    One thread at a time may use it. A second one that comes meanwhile gets a StateError, and the
    first one goes on.
    """

    __slots__ = ("_group", "_lock", "_share", "_source")

    def __init__(self, questions: Iterable[Any], rows: Rows) -> None:
        super().__init__(rows)
        self._source: Iterator[Any] | None = iter(questions)
        self._group = Group()
        # Where an interrupt keeps a thread from giving it back, that thread can still go on.
        self._lock = threading.RLock()
        # For how long those under way come first.
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
        raise self._ending(StopIteration)

    def close(self) -> None:
        """Close the connections of what is under way."""
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
            raise StateError("another thread uses this batch", hint="use it in one at a time")
        try:
            yield
        finally:
            self._lock.release()

    def _read(self) -> Result | None:
        """Ask as many more as may be; where they are slow to come, return what is there first."""
        while self._source is not None and self._rows.has_room:
            if self._share and (result := self._meanwhile()) is not None:
                return result
            before = monotonic()
            try:
                question = next(self._source)
            except StopIteration:
                self._source = None
            except Exception as error:
                # What was read before is answered first.
                self._source, self._end = None, error
            else:
                self._rows.ask(question, self._group)
            self._share = share_of_others(monotonic() - before)
        return None

    def _meanwhile(self) -> Result | None:
        """Drive those under way for a while, until there is a result."""
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


def new_rows(
    questions: object, open_stream: Opener, max_concurrency: int, ordered: bool, most_refusals: int
) -> Rows:
    """Return what asks the rows, or raise what is wrong with the arguments."""
    if isinstance(questions, _ONE_QUESTION) or not isinstance(questions, Iterable | AsyncIterable):
        raise TypeError(
            f"batch takes a list of questions, or another iterable, not {type(questions).__name__}:"
            " each is a str, or a list of messages"
        )
    most = most_at_once(max_concurrency)
    return Rows(open_stream, most, flag("ordered", ordered), most_refusals)


def most_at_once(max_concurrency: int) -> int:
    """Return how many may be under way, or raise what is wrong with the number."""
    most = integer("max_concurrency", max_concurrency)
    if most < 1:
        raise InvalidArgumentError(f"max_concurrency is {most}", hint="use 1 or more")
    return most
