"""An answer as it arrives, for asyncio."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from ctypes import byref
from typing import Any

from ._capi import functions, types
from ._capi.failures import Failure, failure_of
from ._capi.handle import Handle, NotCopyable
from ._capi.log import deliver_log
from ._runtime.closed import CLOSED, AsyncClosing, Closed
from ._runtime.event_loop import LoopGroup, running_group
from ._runtime.exchange import Exchange
from ._typing import Self
from .enums import EventKind
from .errors import StateError
from .events import Event
from .response import Response

_TEXT = int(EventKind.TEXT)

# With this many unread events, the rest is left in the socket until all are read: a slow reader
# slows the service down, and memory stays bounded.
_MOST_AHEAD = 64


class AsyncEventStream(AsyncClosing, NotCopyable):
    """An asynchronous iterator over events that is closed at the end of an `async with` block."""

    __slots__ = ()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        raise NotImplementedError

    async def text(self) -> AsyncIterator[str]:
        """Iterate over the texts only."""
        async for event in self:
            if event.kind == _TEXT:
                yield event.content


class AsyncStream(Exchange, AsyncEventStream):
    """An asynchronous iterator over the events of an answer.

    The exchange begins when the first event is awaited, in the event loop that is running then.
    From then on, the answer is received even while no one waits for it, up to 64 events ahead;
    `response` may be ahead by these. Later events stay in the socket meanwhile.

    A task that is cancelled while it waits cancels the exchange and closes the connection. The same
    happens when nothing refers to the stream any more, as after leaving the loop `async for chunk
    in chat.stream("Hello")`; if the stream has a name, use `async with` or `close`.

    Only one task at a time may use it; any thread may call `cancel`.
    """

    __slots__ = ("_events", "_group", "_is_driven", "_is_read", "_outcome", "_waiter")

    def __init__(self, handle: Handle[types.Stream]) -> None:
        super().__init__(handle)
        self._events: deque[Event] = deque()
        self._group: LoopGroup | None = None
        self._is_driven = False
        self._is_read = True
        self._outcome: tuple[int, Failure | None] | None = None
        self._waiter: asyncio.Future[None] | None = None

    async def __anext__(self) -> Event:
        events = self._events
        while not events:
            if self._handle is None:
                raise self._ending(StopAsyncIteration)
            await self._advance()
        return events.popleft()

    async def finish(self) -> Response:
        """Wait for the rest of the answer, skipping its events, and return the whole response."""
        self._check_not_awaited()
        self._is_read = False
        self._events.clear()
        while self._handle is not None:
            await self._advance()
        return self._result()

    def close(self) -> Closed:
        """Stop the exchange, if it is still running, and close the connection.

        Never waits; you may await the result, but do not have to.
        """
        self._abandon()
        deliver_log()
        return CLOSED

    def _abandon(self) -> None:
        self._events.clear()
        handle = self._handle
        if handle is None:
            return
        if self._outcome is None:
            if self._group is not None:
                self._group.remove(handle)
            functions.stream_cancel(handle.pointer)
            event, error = types.EventPointer(), types.ErrorPointer()
            status = functions.stream_next(handle.pointer, 0, byref(event), byref(error))
            self._end(status, failure_of(status, error))
        self._settle(*self._outcome)  # type: ignore[misc]

    async def _advance(self) -> None:
        """Wait for something to happen; settle the exchange if it has ended."""
        if self._outcome is not None:
            self._settle(*self._outcome)
            return
        self._check_not_awaited()
        self._waiter = self._drive()
        try:
            await self._waiter
        except BaseException:
            # The task is cancelled, or its loop is closed.
            self._waiter = None
            self._abandon()
            deliver_log()
            raise
        self._waiter = None

    def _check_not_awaited(self) -> None:
        if self._waiter is not None:
            raise StateError("another task is waiting for this stream", hint="use one at a time")

    def _drive(self) -> asyncio.Future[None]:
        """Make the loop drive the exchange, and return a future to wait for."""
        if self._group is None:
            self._group = running_group()
        waiter = self._group.waiter()
        if not self._is_driven:
            assert self._handle is not None
            self._group.add(self._handle, self)
            self._is_driven = True
        return waiter

    def _take(self, event: Any) -> None:
        """Keep an event for the reader; called by the group."""
        if self._is_read:
            copy = self._read(event)
            if copy is not None:
                self._events.append(copy)
                waiter = self._waiter
                if waiter is not None and not waiter.done():
                    waiter.set_result(None)
                elif len(self._events) >= _MOST_AHEAD:
                    self._pause()

    def _pause(self) -> None:
        if self._group is not None and self._handle is not None:
            self._is_driven = False
            self._group.remove(self._handle)

    def _end(self, status: int, failure: Failure | None) -> None:
        """Note that the exchange has ended; called by the group. The next reader settles it."""
        self._outcome = status, failure
        # It has left the group, which would hold descriptors after the end of its loop.
        self._group = None
        waiter = self._waiter
        if waiter is not None and not waiter.done() and not waiter.get_loop().is_closed():
            waiter.set_result(None)
