"""Waits for the next event of a stream while other greenlets run."""

from __future__ import annotations

from ctypes import byref
from typing import Any

from .._capi import functions, types
from .._capi.failures import check
from .._capi.handle import Handle
from .._capi.log import deliver_log
from .._capi.waiting import wait_for
from ..enums import Status

_OK = int(Status.OK)
_AGAIN = (int(Status.AGAIN), int(Status.INTERRUPTED))


class PatientNext:
    """Does what `stream_next` does, and lets other greenlets run while it waits."""

    __slots__ = ("_group",)

    def __init__(self, stream: Handle[types.Stream]) -> None:
        error = types.ErrorPointer()
        self._group = Handle(types.GroupPointer(), functions.group_free)
        check(functions.group_new(self._group.out, byref(error)), error)
        check(functions.group_add(self._group.pointer, stream.pointer, byref(error)), error)

    def __call__(self, stream: Any, timeout_ms: int, event_out: Any, error_out: Any) -> int:
        """Wait for the next event of its stream, without a time limit.

        With a timeout of 0, do not wait: this is the last look at the stream.
        """
        if timeout_ms == 0:
            # A group releases its streams when it is freed.
            self._group.close()
            ended: int = functions.stream_next(stream, 0, event_out, error_out)
            return ended
        group = self._group.pointer
        while True:
            status: int = functions.group_next(group, 0, None, event_out, error_out)
            if status == _OK:
                return status
            if status not in _AGAIN:
                # The stream has left the group, which would hold descriptors.
                self._group.close()
                return status
            deliver_log()
            wait_for(functions.group_fd(group), timeout_ms)
