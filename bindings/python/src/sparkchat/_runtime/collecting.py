"""Collects all results of a batch into a list, or raises the first error."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

from ..errors import BatchStoppedError
from .async_batch import AsyncBatchIterator
from .batch import BatchIterator
from .rows import Rows

Progress = Callable[[int, int], object]
"""Receives the number of finished questions, and the number of all questions."""


class Collected:
    """The questions of a batch, and the result of each."""

    def __init__(self, questions: Iterable[Any], rows: Rows, on_progress: Progress | None) -> None:
        if inspect.iscoroutinefunction(on_progress):
            raise TypeError("on_progress must be a plain function: it is not awaited")
        self._on_progress = on_progress
        self._questions = list(questions)
        self._rows = rows
        self._results: list[Any] = [None] * len(self._questions)
        self._done = 0

    def run(self) -> None:
        """Ask all, on this thread."""
        with BatchIterator(self._questions, self._rows) as batch:
            try:
                for index, result in batch:
                    self._take(index, result)
            except BatchStoppedError as stopped:
                self._note(stopped)
                raise

    async def run_in_loop(self) -> None:
        """Ask all, in the running event loop."""
        async with AsyncBatchIterator(self._questions, self._rows) as batch:
            try:
                async for index, result in batch:
                    self._take(index, result)
            except BatchStoppedError as stopped:
                self._note(stopped)
                raise

    def results(self, return_exceptions: bool) -> list[Any]:
        """Return all results, or raise the first error in their order."""
        if not return_exceptions:
            for result in self._results:
                if isinstance(result, Exception):
                    raise result
        return self._results

    def _take(self, index: int, result: Any) -> None:
        self._results[index] = result
        self._done += 1
        if self._on_progress is not None:
            self._on_progress(self._done, len(self._results))

    def _note(self, stopped: BatchStoppedError) -> None:
        """Add the results received so far to the exception."""
        stopped.results = self._results
        stopped.left = [
            (index, question)
            for index, question in enumerate(self._questions)
            if self._results[index] is None
        ]
