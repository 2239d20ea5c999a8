"""Drives many exchanges on one thread."""

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

# The stream is returned as an address, the key of its member.
_next: Any = functions.group_next
_next_types = list(_next.argtypes)
_next_types[_next_types.index(types.StreamOut)] = POINTER(c_void_p)
_wait_for_next = bind("group_next", types.Status, *_next_types)
_look_for_next = bind_quick("group_next", types.Status, *_next_types)


class _OfHandle:
    """A parameter that is a handle's object; NULL if it is closed."""

    from_param = attrgetter("pointer")


class _Ignored:
    """An extra parameter, which the function does not use."""

    from_param = id


# Stops a stream whose member is freed. It is called with the weak reference to the member, and is
# not a method, which a signal could interrupt.
_cancel = bind_quick("stream_cancel", None, _OfHandle, _Ignored)


class Member(Protocol):
    """Receives the events of an exchange in a group."""

    def _take(self, event: Any) -> None:
        """Read an event, which is valid only during the call."""

    def _end(self, status: int, failure: Failure | None) -> None:
        """Note that the exchange is over and has left the group."""


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
        # References that keep the garbage collector from freeing them: only the group's thread may
        # free what the group drives.
        self._streams: dict[int, Handle[types.Stream]] = {}
        # Made once, since every token needs them.
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
        """Drive an exchange until it ends or is removed. When its member is freed, stop it.

        The garbage collector may free a member in any thread, and during a call on the group. It
        therefore only cancels the stream; the group then sees the stream's end.
        """
        address = _address(stream)
        self._streams[address] = stream
        self._members[address] = weakref.ref(member, partial(_cancel, stream))
        added = functions.group_add(self._handle.pointer, stream.pointer, self._error_out)
        if added != _OK:
            self._forget(address)
        check(added, self._error)

    def remove(self, stream: Handle[types.Stream]) -> None:
        """Stop driving an exchange."""
        if stream.pointer is None or self._handle.pointer is None:
            # The garbage collector has freed one of them, in garbage that refers to itself.
            return
        if self._forget(_address(stream)) is not None:
            removed = functions.group_remove(self._handle.pointer, stream.pointer, self._error_out)
            # It has already left if an interrupt kept its end from being reported.
            with contextlib.suppress(StateError):
                check(removed, self._error)

    def wait(self, timeout_ms: int) -> None:
        """Wait for one event, and pass it to its member. Other threads run meanwhile."""
        if is_patched():
            if not self.look(1):
                wait_for(self.descriptor, timeout_ms)
        else:
            pointer, stream = self._handle.pointer, self._stream_out
            status = _wait_for_next(pointer, timeout_ms, stream, self._event_out, self._error_out)
            self._deliver(status)
        deliver_log()

    def look(self, most: int) -> bool:
        """Pass up to `most` events to their members, without waiting.

        False: there are no more.

        Other threads do not run meanwhile: a call takes microseconds, and yielding would mean
        waiting for them at every token.
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
        """End all exchanges after an exception between the library and a member.

        An event may be lost then, and an incomplete answer is worse than none.
        """
        for stream in list(self._streams.values()):
            functions.stream_cancel(stream.pointer)
        self._end_all(int(Status.ERR_CANCELLED), Failure(Status.ERR_CANCELLED, None))

    def close(self) -> None:
        """Release the descriptors. Nothing may be driven any more."""
        self._handle.close()

    def _deliver(self, status: int) -> bool:
        """Pass the result of a call to its member. False: it had no member."""
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
        """End all members, since the group itself has failed."""
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
