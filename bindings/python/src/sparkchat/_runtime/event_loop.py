"""One group per asyncio event loop: no threads, and no polling."""

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

# The longest turn in seconds, since many handshakes or fast answers would block the loop, and the
# number of events after which the clock is read.
_LONGEST_TURN = 0.005
_EVENTS_AT_ONCE = 16


class LoopGroup:
    """Drives the exchanges of an event loop when the group's descriptor is readable.

    The loop owns it through the registered reader, and releases it when the loop is closed.
    """

    __slots__ = ("__weakref__", "_group", "_loop", "_process")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._group = Group()
        self._loop = weakref.ref(loop)
        self._process = os.getpid()
        loop.add_reader(self._group.descriptor, self._drain)

    def add(self, stream: Handle[types.Stream], member: Member) -> None:
        """Drive an exchange until it ends or is removed."""
        self._group.add(stream, member)

    def remove(self, stream: Handle[types.Stream]) -> None:
        """Stop driving an exchange."""
        self._group.remove(stream)

    def waiter(self) -> asyncio.Future[None]:
        """Return a future for a task of the running loop."""
        if self._process != os.getpid():
            raise ForkedError.of_parent()
        loop = asyncio.get_running_loop()
        if loop is not self._loop():
            raise StateError(
                "the stream belongs to another event loop",
                hint="finish it in the loop where it began",
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
    """The groups of a thread's event loops. One loop runs at a time, so no lock is needed."""

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
            "no event loop of asyncio is running", hint="use Spark outside of a loop"
        ) from None
    reference = _groups.of.get(loop)
    group = None if reference is None else reference()
    if group is None:
        group = LoopGroup(loop)
        _groups.of[loop] = weakref.ref(group)
    return group
