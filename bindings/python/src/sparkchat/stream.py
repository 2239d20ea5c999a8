"""An answer as it comes in."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Iterator
from ctypes import byref, c_size_t
from typing import TYPE_CHECKING, Any

from . import _ffi, _types
from ._draft import Draft
from ._handle import Handle, NotCopyable
from ._reading import Failure, event_text, read_event, read_response, read_sid
from .enums import EventKind, Status
from .events import Event, Text
from .response import Response

if TYPE_CHECKING:
    from typing_extensions import Self

_OK, _DONE, _TEXT = int(Status.OK), int(Status.DONE), int(EventKind.TEXT)
_next, _kind_of, _text_of = _ffi.stream_next, _ffi.event_kind_of, _ffi.event_text

# A signal ends the wait, so that Python can run its handlers. One that comes in the moment before
# the wait begins does not; looking again every now and then bounds the delay.
_LONGEST_WAIT_MS = 1000


class EventStream(NotCopyable):
    """An iterator over events that is closed at the end of a `with` block."""

    __slots__ = ("__weakref__",)

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
        """Stop what still runs."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()


class Stream(EventStream):
    """An iterator over the events of an answer, and a context manager that stops it at the end.

    Leaving the loop is enough to stop the service when nothing refers to the stream any more, as in
    `for chunk in chat.stream("Hello")`; where it has a name, use `with` or `close`. An exception in
    the middle, such as the KeyboardInterrupt of Ctrl-C, closes the connection at once.

    Any thread may call any method. Two threads that iterate get different events.
    """

    __slots__ = (
        "_draft",
        "_error",
        "_error_out",
        "_event",
        "_event_out",
        "_failure",
        "_handle",
        "_length",
        "_length_out",
        "_lock",
        "_on_complete",
        "_response",
    )

    def __init__(
        self, handle: Handle[_types.Stream], on_complete: Callable[[Any], None] | None = None
    ) -> None:
        """Take over an exchange. `on_complete` gets the library's response, before it is gone."""
        self._handle: Handle[_types.Stream] | None = handle
        self._on_complete = on_complete
        self._lock = threading.Lock()
        self._draft = Draft()
        self._response: Response | None = None
        self._failure: Failure | None = None
        # Made once: what each event needs is in the path of every token.
        self._event = _types.EventPointer()
        self._event_out = byref(self._event)
        self._error = _types.ErrorPointer()
        self._error_out = byref(self._error)
        self._length = c_size_t()
        self._length_out = byref(self._length)
        _streams.add(self)

    def __next__(self) -> Event:
        with self._lock:
            handle = self._handle
            if handle is None:
                raise self._ending()
            try:
                pointer = handle.pointer
                while True:
                    status = _next(pointer, _LONGEST_WAIT_MS, self._event_out, self._error_out)
                    if status == _OK:
                        event = self._read()
                        if event is not None:
                            return event
                    elif status < 0 or status == _DONE:
                        self._settle(status)
                        raise self._ending()
            except BaseException:
                self._abandon()
                raise

    def _read(self) -> Event | None:
        """Copy the event that has come."""
        event = self._event
        kind = _kind_of(event)
        if kind != _TEXT:
            return self._read_other(kind)
        data = _text_of(event, self._length_out)
        # ctypes stops at a NUL; then the text is longer than what it copied.
        text = data.decode() if len(data) == self._length.value else event_text(event)
        texts = self._draft.texts
        if not texts:
            self._note_sid()
        texts.append(text)
        return Text(text)

    def _read_other(self, kind: int) -> Event | None:
        self._note_sid()
        event = read_event(kind, self._event)
        if event is not None:
            self._draft.add(event)
        return event

    def _note_sid(self) -> None:
        if self._draft.sid is None and self._handle is not None:
            self._draft.sid = read_sid(_ffi.stream_response(self._handle.pointer))

    def finish(self) -> Response:
        """Wait for the rest of the answer, without looking at its events, and return all of it."""
        with self._lock:
            try:
                while self._handle is not None:
                    status = _next(
                        self._handle.pointer, _LONGEST_WAIT_MS, self._event_out, self._error_out
                    )
                    if status < 0 or status == _DONE:
                        self._settle(status)
            except BaseException:
                self._abandon()
                raise
        if self._failure is not None:
            raise self._failure.exception(self._response)
        return self.response

    @property
    def response(self) -> Response:
        """What has been received so far; at any time, also after a failure or after `close`."""
        # In this order: when the answer ends, the draft is emptied last.
        draft, response = self._draft, self._response
        return draft.response() if response is None else response

    def cancel(self) -> None:
        """Stop the exchange, from any thread or from a signal handler.

        Whoever is waiting for the next event gets a CancelledError. Does nothing when it is over.
        """
        handle = self._handle
        if handle is not None:
            _ffi.stream_cancel(handle.pointer)

    def close(self) -> None:
        """Stop the exchange, if it still runs, and close the connection. Never waits."""
        self.cancel()
        # Where another thread is inside, it closes the connection on its way out.
        if self._lock.acquire(blocking=False):
            try:
                self._abandon()
            finally:
                self._lock.release()

    def __repr__(self) -> str:
        response = self.response
        return f"<sparkchat.Stream {response.outcome} sid={response.sid}>"

    def _abandon(self) -> None:
        """End the exchange, unless it has ended."""
        handle = self._handle
        if handle is not None:
            _ffi.stream_cancel(handle.pointer)
            self._settle(_next(handle.pointer, 0, self._event_out, self._error_out))

    def _settle(self, status: int) -> None:
        """Keep what there is of the answer, and let go of the library's stream."""
        handle = self._handle
        if handle is None:
            return
        if status < 0:
            self._failure = Failure(status, self._error)
        received = _ffi.stream_response(handle.pointer)
        if status == _DONE and self._on_complete is not None:
            self._on_complete(received)
        self._response = read_response(received)
        self._draft = Draft()
        self._handle = None

    def _ending(self) -> Exception:
        """Return what the iteration ends with, this time and every other time."""
        if self._failure is None:
            return StopIteration()
        return self._failure.exception(self._response)


_streams: weakref.WeakSet[Stream] = weakref.WeakSet()


def _renew_locks() -> None:
    """In a child process, the threads that held the locks do not exist."""
    for stream in list(_streams):
        stream._lock = threading.Lock()


os.register_at_fork(after_in_child=_renew_locks)
