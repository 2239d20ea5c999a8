"""Many exchanges on one thread."""

from __future__ import annotations

import contextlib
import weakref
from ctypes import POINTER, addressof, byref, c_void_p
from functools import partial
from operator import attrgetter
from typing import Any, Protocol

from .._capi import functions, types
from .._capi.failures import Failure, check, failure_of
from .._capi.handle import Handle
from .._capi.library import bind, bind_quick
from .._capi.log import deliver_log
from .._capi.waiting import is_patched, wait_for
from ..enums import Status
from ..errors import StateError

_OK, _DONE = int(Status.OK), int(Status.DONE)

# The stream comes out as an address, to find its member by.
_next: Any = functions.group_next
_next_types = list(_next.argtypes)
_next_types[_next_types.index(types.StreamOut)] = POINTER(c_void_p)
_wait_for_next = bind("group_next", types.Status, *_next_types)
_look_for_next = bind_quick("group_next", types.Status, *_next_types)


class _OfHandle:
    """A parameter that is a handle's object; NULL where it is closed."""

    from_param = attrgetter("pointer")


class _Ignored:
    """A parameter beyond those of the function."""

    from_param = id


# What stops a stream whose member goes away. It is called with the reference to the member, and in
# place of a method, which a signal could interrupt.
_cancel = bind_quick("stream_cancel", None, _OfHandle, _Ignored)


class Member(Protocol):
    """Who wants to know what happens to an exchange in a group."""

    def _take(self, event: Any) -> None:
        """Look at an event of the library's, which is gone afterwards."""

    def _end(self, status: int, failure: Failure | None) -> None:
        """Note that the exchange is over; it has left the group."""


class Group:
    """Owns a group of the library. It does not keep its members alive."""

    __slots__ = (
        "__weakref__",
        "_error",
        "_error_out",
        "_event",
        "_event_out",
        "_handle",
        "_members",
        "_stream",
        "_stream_out",
        "_streams",
    )

    def __init__(self) -> None:
        self._error = types.ErrorPointer()
        self._error_out = byref(self._error)
        self._handle = Handle(types.GroupPointer(), functions.group_free)
        check(functions.group_new(self._handle.out, self._error_out), self._error)
        self._members: dict[int, weakref.ref[Member]] = {}
        # With a reference from outside, the collector leaves them alone: only the group's thread
        # may free what the group drives.
        self._streams: dict[int, Handle[types.Stream]] = {}
        # Made once: what each event needs is in the path of every token.
        self._event = types.EventPointer()
        self._event_out = byref(self._event)
        self._stream = c_void_p()
        self._stream_out = byref(self._stream)

    @property
    def descriptor(self) -> int:
        """Readable whenever `look` has something to do."""
        descriptor: int = functions.group_fd(self._handle.pointer)
        return descriptor

    def add(self, stream: Handle[types.Stream], member: Member) -> None:
        """Drive an exchange, until it ends or is removed. Once its member is gone, it is stopped.

        The collector may find out that nobody refers to a member in any thread, and in the middle
        of a call on the group: so it only cancels the stream, whose end the group then sees.
        """
        address = _address(stream)
        self._streams[address] = stream
        self._members[address] = weakref.ref(member, partial(_cancel, stream))
        added = functions.group_add(self._handle.pointer, stream.pointer, self._error_out)
        if added != _OK:
            self._forget(address)
        check(added, self._error)

    def remove(self, stream: Handle[types.Stream]) -> None:
        """Drive it no longer."""
        if self._forget(_address(stream)) is not None:
            removed = functions.group_remove(self._handle.pointer, stream.pointer, self._error_out)
            # It has left by itself where an interrupt kept its end from being told.
            with contextlib.suppress(StateError):
                check(removed, self._error)

    def wait(self, timeout_ms: int) -> None:
        """Tell a member what happens to it, once something does. Other threads run meanwhile."""
        if is_patched():
            if not self.look(1):
                wait_for(self.descriptor, timeout_ms)
        else:
            pointer, stream = self._handle.pointer, self._stream_out
            status = _wait_for_next(pointer, timeout_ms, stream, self._event_out, self._error_out)
            self._deliver(status)
        deliver_log()

    def look(self, most: int) -> bool:
        """Tell members what has happened to them, without waiting: `most` events, if there are.

        False: there are no more.

        Other threads do not run meanwhile. Giving way to them for what takes microseconds would
        mean to wait for them at every token.
        """
        pointer, stream = self._handle.pointer, self._stream
        for _ in range(most):
            status = _look_for_next(pointer, 0, self._stream_out, self._event_out, self._error_out)
            if status == _OK:
                member = self._members[stream.value]()  # type: ignore[index]
                if member is not None:
                    member._take(self._event)
            elif not self._deliver(status):
                return False
        return True

    def fail(self) -> None:
        """End all exchanges, where an exception has come between the library and a member.

        An event may be lost then, and an answer with a hole in it is worse than none.
        """
        for stream in list(self._streams.values()):
            functions.stream_cancel(stream.pointer)
        self._end_all(int(Status.ERR_CANCELLED), Failure(Status.ERR_CANCELLED, None))

    def _deliver(self, status: int) -> bool:
        """Pass on what came of a call. False: it was about no member."""
        address = self._stream.value
        failure = failure_of(status, self._error)
        if address is None:
            if failure is not None:
                self._end_all(status, failure)
            return False
        reference = self._members[address] if status == _OK else self._forget(address)
        member = reference() if reference is not None else None
        if member is not None:
            if status == _OK:
                member._take(self._event)
            else:
                member._end(status, failure)
        return True

    def _forget(self, address: int) -> weakref.ref[Member] | None:
        # In this order: the reference cancels the stream.
        reference = self._members.pop(address, None)
        self._streams.pop(address, None)
        return reference

    def _end_all(self, status: int, failure: Failure) -> None:
        """The group itself has failed: so have all who are in it."""
        members, self._members = self._members, {}
        self._streams.clear()
        for reference in members.values():
            member = reference()
            if member is not None:
                member._end(status, failure)

    def __len__(self) -> int:
        return len(self._members)


def _address(stream: Handle[types.Stream]) -> int:
    return addressof(stream.pointer.contents)  # type: ignore[union-attr]
