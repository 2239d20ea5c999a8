"""A question of a batch, and its exchange."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, Protocol

from .._capi import types
from .._capi.failures import Failure
from .._capi.handle import Handle
from ..response import Response
from .exchange import Exchange
from .group import Member


class AnyGroup(Protocol):
    """A group, or the group of an event loop."""

    def add(self, stream: Handle[types.Stream], member: Member) -> None:
        """Drive an exchange."""

    def remove(self, stream: Handle[types.Stream]) -> None:
        """Stop driving an exchange."""


class Row:
    """A question, and its position in the batch."""

    __slots__ = ("index", "question", "refusals", "result", "seen")

    def __init__(self, index: int, question: Any) -> None:
        self.index = index
        self.question = question
        self.result: Any = None
        self.refusals = 0
        # How many rows were answered when it was last refused.
        self.seen = -1


class Ended:
    """The exchanges that have ended, and a future that waits for them. It refers to no batch."""

    __slots__ = ("_answers", "_waiter")

    def __init__(self) -> None:
        self._answers: deque[Answer] = deque()
        self._waiter: asyncio.Future[None] | None = None

    def __bool__(self) -> bool:
        return bool(self._answers)

    def add(self, answer: Answer) -> None:
        """Note that an exchange has ended."""
        self._answers.append(answer)
        self.notify()

    def notify(self) -> None:
        """Complete the future."""
        waiter = self._waiter
        if waiter is not None and not waiter.done() and not waiter.get_loop().is_closed():
            waiter.set_result(None)

    def take(self) -> list[Answer]:
        """Return the exchanges that have ended since the last call."""
        taken = []
        while self._answers:
            taken.append(self._answers.popleft())
        return taken

    def wake(self, waiter: asyncio.Future[None] | None) -> None:
        """Complete `waiter` when an exchange ends, or the batch is stopped."""
        self._waiter = waiter


class Answer(Exchange):
    """The exchange of one question."""

    __slots__ = ("_ended", "row")

    def __init__(self, handle: Handle[types.Stream], row: Row, ended: Ended) -> None:
        super().__init__(handle)
        self.row = row
        self._ended = ended

    def result(self) -> Response | Exception:
        """Return the answer, or its error."""
        failure = self._failure
        return self.response if failure is None else failure.exception(self.response)

    def stop(self, group: AnyGroup) -> bool:
        """Close the connection. False: the exchange had already ended."""
        handle, self._handle = self._handle, None
        if handle is None:
            return False
        group.remove(handle)
        handle.close()
        return True

    def _take(self, event: Any) -> None:
        """Ignore events: the library assembles the answer."""

    def _end(self, status: int, failure: Failure | None) -> None:
        self._settle(status, failure)
        self._ended.add(self)
