"""What is made of an iterator where all of it is wanted: a list, or what was wrong."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

from ..errors import BatchStoppedError
from .async_batch import AsyncBatchIterator
from .batch import BatchIterator
from .rows import Rows

Progress = Callable[[int, int], object]
"""Is told how many questions are over, and how many there are."""


class Collected:
    """The questions of a batch, and what has come of each."""

    def __init__(self, questions: Iterable[Any], rows: Rows, on_progress: Progress | None) -> None:
        if inspect.iscoroutinefunction(on_progress):
            raise TypeError("on_progress must be a plain function: nobody awaits it")
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
        """Return all, or raise what the first that failed has failed with."""
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
        """Have the exception carry what has come."""
        stopped.results = self._results
        stopped.left = [
            (index, question)
            for index, question in enumerate(self._questions)
            if self._results[index] is None
        ]
