"""Batches of questions, several at the same time, for asyncio."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from itertools import islice
from time import monotonic
from typing import Any

from .._capi.log import deliver_log
from .._typing import Self
from ..errors import StateError
from .closed import CLOSED, AsyncClosing, Closed
from .event_loop import LoopGroup, running_group
from .rows import Batch, Result, Rows, share_of_others


class _Source:
    """The source of the questions, which may be asynchronous."""

    __slots__ = ("_questions", "is_over", "share", "task")

    def __init__(self, questions: Iterable[Any] | AsyncIterable[Any]) -> None:
        self._questions: Iterator[Any] | AsyncIterator[Any] = (
            aiter(questions) if isinstance(questions, AsyncIterable) else iter(questions)
        )
        self.is_over = False
        # How long running questions come first: a slow iterable blocks the loop.
        self.share = 0.0
        # Reads the next question, if that has to be waited for.
        self.task: asyncio.Task[bool] | None = None

    async def next(self, read: deque[Any]) -> None:
        """Add the next question to `read`, unless it is not ready or there is none."""
        if not isinstance(self._questions, AsyncIterator):
            before = monotonic()
            try:
                # A single C call: an interrupt does not lose the question.
                read.extend(islice(self._questions, 1))
                self.is_over = self.is_over or not read
            finally:
                self.share = share_of_others(monotonic() - before)
            return
        if self.task is None:
            self.task = asyncio.ensure_future(_one(self._questions, read))
            if self.is_over:
                # The source runs immediately if tasks are eager, and has closed the batch.
                self.close()
            # A question that is ready arrives during this step.
            await asyncio.sleep(0)
        # `close` may have taken it meanwhile.
        if self.task is None or not self.task.done():
            return
        task, self.task = self.task, None
        if not task.result():
            self.is_over = True

    def close(self) -> None:
        """Stop reading questions."""
        self.is_over = True
        task, self.task = self.task, None
        if task is None:
            return
        loop = task.get_loop()
        if asyncio._get_running_loop() is loop:
            # Before the task reads another question.
            task.cancel()
            return
        # The garbage collector may call this in any thread.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(task.cancel)

    def __del__(self) -> None:
        self.close()


class AsyncBatchIterator(AsyncClosing, Batch):
    """An asynchronous iterator over the positions of questions and their results.

    It belongs to the event loop in which it is first awaited, and to one task at a time: a second
    one gets a StateError, and the first one continues. While no task awaits it, the loop continues
    to receive answers, but asks no new questions. Leaving and closing are as for `BatchIterator`;
    cancelling the task that awaits it also closes the connections.
    """

    __slots__ = ("_group", "_is_awaited", "_source")

    def __init__(self, questions: Iterable[Any] | AsyncIterable[Any], rows: Rows) -> None:
        super().__init__(rows)
        self._source = _Source(questions)
        self._group: LoopGroup | None = None
        self._is_awaited = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Result:
        if self._is_awaited:
            raise StateError("another task awaits this batch", hint="use it in one task at a time")
        if self._group is None:
            self._group = running_group()
        rows, group = self._rows, self._group
        try:
            self._is_awaited = True
            while True:
                rows.work(group)
                result = await self._read(group) or rows.take()
                if result is not None:
                    return result
                if rows.is_running or (not self._source.is_over and rows.reason is None):
                    await self._wait(group)
                else:
                    break
        except BaseException:
            self._stop()
            deliver_log()
            raise
        finally:
            self._is_awaited = False
        self._source.close()
        # It would hold descriptors after the end of its loop.
        self._group = None
        raise self._ending(StopAsyncIteration)

    def close(self) -> Closed:
        """Close the connections of running questions; you can await it, but need not.

        A task that awaits the iterator gets the results received so far, and then the end.
        """
        self._stop()
        deliver_log()
        return CLOSED

    async def _read(self, group: LoopGroup) -> Result | None:
        """Ask questions that are ready, up to the limit, or return a result that is ready first."""
        while self._rows.has_room and not self._source.is_over:
            if self._source.share:
                await asyncio.sleep(self._source.share)
                self._source.share = 0.0
                self._rows.work(group)
                if (result := self._rows.take()) is not None:
                    return result
                continue
            try:
                await self._source.next(self._rows.read)
            except Exception as error:
                # Questions read before it are answered first.
                self._source.close()
                self._end = error
                return None
            if not self._rows.read:
                return None
            self._rows.ask(group)
        return None

    async def _wait(self, group: LoopGroup) -> None:
        """Wait until a question has ended, or the next one was read."""
        ended, reading = self._rows.ended, self._source.task
        if ended:
            return
        waiter = group.waiter()
        ended.wake(waiter)
        try:
            if reading is None or reading.done():
                # There is no room for what was read.
                await waiter
            else:
                either: set[asyncio.Future[Any]] = {waiter, reading}
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.wake(None)

    def _stop(self) -> None:
        self._source.close()
        if self._group is not None:
            self._rows.stop(self._group)
            self._group = None


async def _one(questions: AsyncIterator[Any], read: deque[Any]) -> bool:
    """Add the next question to `read`, even if the batch is stopped meanwhile: it is then left."""
    async for question in questions:
        read.append(question)
        return True
    return False
