"""Batches of any number of questions, with either client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any

import pytest

from service import MakeAsyncChat, MakeChat

Iterate = Callable[..., Iterator[tuple[int, Any]]]

QUICK = {"max_attempts": 3, "retry_backoff": (0.01, 0.02)}


class Counted:
    """Endless questions, and how many of them were read."""

    def __init__(self, question: str = "question {}", most: int = 10**9) -> None:
        self.read = 0
        self._question = question
        self._most = most

    def __iter__(self) -> Iterator[str]:
        while self.read < self._most:
            self.read += 1
            yield self._question.format(self.read - 1)

    async def __aiter__(self) -> AsyncIterator[str]:
        for question in self:
            yield question


@pytest.fixture(params=["sync", "async", "async source"])
def iterate(
    request: pytest.FixtureRequest, chat: MakeChat, async_chat: MakeAsyncChat
) -> Iterator[Iterate]:
    """Iterate over the results of questions with either client, one step at a time."""
    loop = asyncio.new_event_loop()

    def steps(settings: dict[str, Any], questions: Iterable[Any], **options: Any) -> Any:
        if request.param == "sync":
            with chat(**settings).batch_iter(questions, **options) as batch:
                yield from batch
            return
        if request.param == "async source" and isinstance(questions, list):
            questions = Given(questions)
        batch = async_chat(**settings).batch_iter(questions, **options)
        try:
            while True:
                try:
                    yield loop.run_until_complete(batch.__anext__())
                except StopAsyncIteration:
                    return
        finally:
            loop.run_until_complete(batch.aclose())

    yield steps
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


class Given:
    """A list whose items have to be awaited one by one."""

    def __init__(self, questions: list[Any]) -> None:
        self._questions = questions

    async def __aiter__(self) -> AsyncIterator[Any]:
        for question in self._questions:
            await asyncio.sleep(0.001)
            yield question
