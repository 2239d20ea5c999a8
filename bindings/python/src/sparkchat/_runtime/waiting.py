"""Waiting where the host has put something else in the place of what waits: gevent, eventlet."""

from __future__ import annotations

import select
from ctypes import byref
from types import BuiltinFunctionType
from typing import Any

from .._capi import functions, types
from .._capi.failures import check
from .._capi.handle import Handle
from ..enums import Status

_AGAIN = (int(Status.AGAIN), int(Status.INTERRUPTED))


def is_patched() -> bool:
    """Whether `select` is no longer Python's own, but lets other greenlets run."""
    return not isinstance(select.select, BuiltinFunctionType)


def wait_for(descriptor: int) -> None:
    """Wait until a descriptor is readable, with what the host has put in the place of `select`."""
    # Some leave no poll; and select is not for descriptors of 1024 and above.
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        poll.poll()
    else:
        select.select([descriptor], [], [])


class PatientNext:
    """Does what `stream_next` does, and lets other greenlets run while it waits."""

    __slots__ = ("_group",)

    def __init__(self, stream: Handle[types.Stream]) -> None:
        error = types.ErrorPointer()
        self._group = Handle(types.Group)
        check(functions.group_new(self._group.out, byref(error)), error)
        check(functions.group_add(self._group.pointer, stream.pointer, byref(error)), error)

    def __call__(self, stream: Any, timeout_ms: int, event_out: Any, error_out: Any) -> int:
        """Wait for the next event of the stream that it was made for, however long that takes.

        Not at all with a timeout of 0, for the last look at a stream.
        """
        if timeout_ms == 0:
            # A group that is freed lets go of its streams.
            self._group.close()
            ended: int = functions.stream_next(stream, 0, event_out, error_out)
            return ended
        group = self._group.pointer
        while True:
            status: int = functions.group_next(group, 0, None, event_out, error_out)
            if status not in _AGAIN:
                return status
            wait_for(functions.group_fd(group))
