"""Many questions at once: ordered results, and a bound on how many are under way."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from .._capi import types
from .._capi.failures import Failure
from .._capi.handle import Handle
from .._capi.values import integer
from ..errors import InvalidArgumentError
from ..messages import Image, Message, Messages, ToolResult
from ..response import Response
from .event_loop import running_group
from .exchange import LONGEST_WAIT_MS, Exchange
from .group import Group, Member

Progress = Callable[[int, int], object]
"""Is told how many questions are over, and how many there are."""


class _AnyGroup(Protocol):
    def add(self, stream: Handle[types.Stream], member: Member) -> None: ...

    def remove(self, stream: Handle[types.Stream]) -> None: ...


class Batch:
    """Questions, and what has come of each."""

    def __init__(
        self,
        questions: Iterable[Any],
        open_stream: Callable[[Any], Handle[types.Stream]],
        max_concurrency: int,
        on_progress: Progress | None,
    ) -> None:
        self._results: list[Response | Exception | None]
        self._questions = self._listed(questions)
        self._results = [None] * len(self._questions)
        self._open = open_stream
        self._most = integer("max_concurrency", max_concurrency)
        if self._most < 1:
            raise InvalidArgumentError(f"max_concurrency is {self._most}", hint="use 1 or more")
        if inspect.iscoroutinefunction(on_progress):
            raise TypeError("on_progress must be a plain function: nobody awaits it")
        self._on_progress = on_progress
        self._begun = self._done = 0
        self._running: set[Answer] = set()
        self._ended: list[Answer] = []
        self._waiter: asyncio.Future[None] | None = None

    def run(self) -> None:
        """Ask all, on this thread."""
        group = Group()
        try:
            while self._advance(group):
                while not self._ended:
                    group.wait(LONGEST_WAIT_MS)
        finally:
            self._stop(group)

    async def run_in_loop(self) -> None:
        """Ask all, in the running event loop."""
        group = running_group()
        try:
            while self._advance(group):
                if not self._ended:
                    self._waiter = group.waiter()
                    await self._waiter
        finally:
            self._waiter = None
            self._stop(group)

    def results(self, return_exceptions: bool) -> list[Any]:
        """Return what has come of each question, or raise what the first of them failed with."""
        if not return_exceptions:
            for result in self._results:
                if isinstance(result, Exception):
                    raise result
        return self._results

    def note_end(self, answer: Answer) -> None:
        """One is over: somebody has to look at it."""
        self._ended.append(answer)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _advance(self, group: _AnyGroup) -> bool:
        """Take what has ended, and ask as many as may be. False: all are over."""
        while self._ended:
            answer = self._ended.pop()
            self._running.discard(answer)
            self._take(answer.at, answer.result())
        while len(self._running) < self._most and self._begun < len(self._questions):
            at = self._begun
            self._begun += 1
            try:
                handle = self._open(self._questions[at])
            except Exception as error:
                self._take(at, error)
                continue
            answer = self._answer(handle, at)
            group.add(handle, answer)
            self._running.add(answer)
        return bool(self._running)

    def _listed(self, questions: Iterable[Any]) -> list[Any]:
        """Return the questions as a list. TypeError: they are something else."""
        return _list(questions)

    def _answer(self, handle: Handle[types.Stream], at: int) -> Answer:
        """Return what takes the answer to a question."""
        return Answer(handle, at, self)

    def _take(self, at: int, result: Response | Exception) -> None:
        self._results[at] = result
        self._done += 1
        if self._on_progress is not None:
            self._on_progress(self._done, len(self._questions))

    def _stop(self, group: _AnyGroup) -> None:
        """Close the connections that are still there."""
        for answer in self._running:
            answer.stop(group)
        self._running.clear()


class Answer(Exchange):
    """The exchange of one question."""

    __slots__ = ("_batch", "at")

    def __init__(self, handle: Handle[types.Stream], at: int, batch: Batch) -> None:
        super().__init__(handle)
        self.at = at
        self._batch = batch

    def result(self) -> Response | Exception:
        """Return the answer, or why there is none."""
        failure = self._failure
        return self.response if failure is None else failure.exception(self.response)

    def stop(self, group: _AnyGroup) -> None:
        """Close the connection."""
        handle, self._handle = self._handle, None
        if handle is not None:
            group.remove(handle)
            handle.close()

    def _take(self, event: Any) -> None:
        """Leave it to the library to put the answer together."""

    def _end(self, status: int, failure: Failure | None) -> None:
        self._settle(status, failure)
        self._batch.note_end(self)


def _list(questions: Iterable[Messages]) -> list[Messages]:
    one = isinstance(questions, str | bytes | Message | ToolResult | Image | Response | Mapping)
    if one or not isinstance(questions, Iterable):
        raise TypeError(
            f"batch takes a list of questions, not {type(questions).__name__}: each is a str, or a"
            " list of messages"
        )
    return list(questions)
