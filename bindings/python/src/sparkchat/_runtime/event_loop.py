"""A group for each event loop of asyncio: no threads, and no polling."""

from __future__ import annotations

import asyncio
import os
import threading
import weakref
from time import monotonic

from .._capi import types
from .._capi.handle import Handle
from .._capi.log import deliver_log
from ..errors import ForkedError, StateError
from .group import Group, Member

# After so many seconds the loop looks at what else there is to do: many handshakes or fast answers
# would hold it up. The clock is read after so many events.
_LONGEST_TURN = 0.005
_EVENTS_AT_ONCE = 16


class LoopGroup:
    """Drives the exchanges of an event loop whenever the group's descriptor is readable.

    The loop owns it, as its reader, and lets go of it when the loop is closed.
    """

    __slots__ = ("__weakref__", "_group", "_loop", "_process")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._group = Group()
        self._loop = weakref.ref(loop)
        self._process = os.getpid()
        loop.add_reader(self._group.descriptor, self._drain)

    def add(self, stream: Handle[types.Stream], member: Member) -> None:
        """Drive an exchange, until it ends or is removed."""
        self._group.add(stream, member)

    def remove(self, stream: Handle[types.Stream]) -> None:
        """Drive it no longer."""
        self._group.remove(stream)

    def waiter(self) -> asyncio.Future[None]:
        """Return what a task of the running loop can wait for."""
        if self._process != os.getpid():
            raise ForkedError.of_parent()
        loop = asyncio.get_running_loop()
        if loop is not self._loop():
            raise StateError(
                "the stream belongs to another event loop", hint="finish it where it was begun"
            )
        return loop.create_future()

    def _drain(self) -> None:
        try:
            end = monotonic() + _LONGEST_TURN
            while self._group.look(_EVENTS_AT_ONCE) and monotonic() < end:
                pass
        except BaseException:
            self._group.fail()
            raise
        deliver_log()


class _Groups(threading.local):
    """The groups of the loops that run in a thread: one at a time, so there is nothing to lock."""

    def __init__(self) -> None:
        self.of: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, weakref.ref[LoopGroup]] = (
            weakref.WeakKeyDictionary()
        )


_groups = _Groups()


def running_group() -> LoopGroup:
    """Return the group of the running event loop."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        raise StateError(
            "no event loop of asyncio is running", hint="use Spark where there is none"
        ) from None
    reference = _groups.of.get(loop)
    group = None if reference is None else reference()
    if group is None:
        group = LoopGroup(loop)
        _groups.of[loop] = weakref.ref(group)
    return group
