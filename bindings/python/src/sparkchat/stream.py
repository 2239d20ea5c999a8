"""An answer as it arrives."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from ctypes import byref

from ._capi import functions, types
from ._capi.failures import failure_of
from ._capi.handle import Handle, NotCopyable
from ._capi.log import deliver_log
from ._capi.waiting import is_patched
from ._runtime.exchange import LONGEST_WAIT_MS, Exchange
from ._runtime.patient import PatientNext
from ._typing import Self
from .enums import EventKind, Status
from .errors import StateError
from .events import Event
from .response import Response

_OK, _DONE, _TEXT = int(Status.OK), int(Status.DONE), int(EventKind.TEXT)


# A different object in each process: cheaper to compare than the process id.
_process = object()


def _note_process() -> None:
    global _process
    _process = object()


os.register_at_fork(after_in_child=_note_process)


class EventStream(NotCopyable):
    """An iterator over events that is closed at the end of a `with` block."""

    __slots__ = ()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Event:
        raise NotImplementedError

    def text(self) -> Iterator[str]:
        """Iterate over the texts only."""
        for event in self:
            if event.kind == _TEXT:
                yield event.content

    def close(self) -> None:
        """Stop the exchange, if it is still running."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()


class Stream(Exchange, EventStream):
    """An iterator over the events of an answer, and a context manager that stops it at the end.

    Leaving the loop stops the service once nothing refers to the stream any more, as in `for chunk
    in chat.stream("Hello")`; if the stream has a name, use `with` or `close`. An exception in the
    middle, such as the KeyboardInterrupt of Ctrl-C, closes the connection immediately.

    Any thread may call any method. Two threads that iterate get different events.
    """

    __slots__ = (
        "_error",
        "_error_out",
        "_event",
        "_event_out",
        "_lock",
        "_next",
        "_process",
        "_thread",
    )

    def __init__(self, handle: Handle[types.Stream]) -> None:
        super().__init__(handle)
        self._lock = threading.Lock()
        # The thread that is in a call and holds the lock.
        self._thread: int | None = None
        self._event = types.EventPointer()
        self._event_out = byref(self._event)
        self._error = types.ErrorPointer()
        self._error_out = byref(self._error)
        self._next = PatientNext(handle) if is_patched() else functions.stream_next
        self._process = _process

    def __next__(self) -> Event:
        if self._thread is not None:
            self._check_not_inside()
        try:
            with self._own_lock():
                self._thread = threading.get_ident()
                try:
                    handle = self._handle
                    if handle is None:
                        raise self._ending(StopIteration)
                    pointer, receive = handle.pointer, self._next
                    while True:
                        status = receive(pointer, LONGEST_WAIT_MS, self._event_out, self._error_out)
                        deliver_log()
                        if status == _OK:
                            event = self._read(self._event)
                            if event is not None:
                                return event
                        elif self._is_over(status):
                            raise self._ending(StopIteration)
                finally:
                    self._thread = None
        except BaseException:
            self._stop()
            deliver_log()
            raise

    def finish(self) -> Response:
        """Wait for the rest of the answer, skipping its events, and return the whole response."""
        if self._thread is not None:
            self._check_not_inside()
        try:
            with self._own_lock():
                self._thread = threading.get_ident()
                try:
                    while self._handle is not None:
                        status = self._next(
                            self._handle.pointer, LONGEST_WAIT_MS, self._event_out, self._error_out
                        )
                        deliver_log()
                        if status != _OK:
                            self._is_over(status)
                finally:
                    self._thread = None
        except BaseException:
            self._stop()
            deliver_log()
            raise
        return self._result()

    def close(self) -> None:
        """Stop the exchange, if it is still running, and close the connection. Never waits."""
        self._stop()
        deliver_log()

    def _stop(self) -> None:
        self.cancel()
        # If another thread is in a call, it closes the connection when it leaves.
        if not self._own_lock().locked():
            with self._own_lock():
                self._abandon()

    def _own_lock(self) -> threading.Lock:
        if self._process is not _process:
            # The parent's thread that may hold the lock does not exist here.
            self._lock, self._process = threading.Lock(), _process
        return self._lock

    def _check_not_inside(self) -> None:
        """Raise an exception instead of waiting for the lock that this thread holds."""
        if self._thread == threading.get_ident():
            raise StateError(
                "a limiter, a log handler or a signal handler uses the stream whose call it is in",
                hint="use another stream there, or only cancel() and close()",
            )

    def _is_over(self, status: int) -> bool:
        """Settle the exchange if it has ended."""
        has_ended = status < 0 or status == _DONE
        if has_ended:
            self._settle(status, failure_of(status, self._error))
        return has_ended

    def _abandon(self) -> None:
        """End the exchange, unless it has ended."""
        handle = self._handle
        if handle is not None:
            functions.stream_cancel(handle.pointer)
            status = self._next(handle.pointer, 0, self._event_out, self._error_out)
            self._settle(status, failure_of(status, self._error))
