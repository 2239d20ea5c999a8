"""One exchange: the part of its answer received so far, and the result when it ends."""

from __future__ import annotations

from ctypes import byref, c_size_t
from typing import Any

from .._capi import functions, types
from .._capi.copies import event_text, read_event, read_response, read_sid
from .._capi.failures import Failure, check
from .._capi.handle import Handle, NotCopyable
from ..enums import EventKind
from ..events import Event, Text
from ..response import Response
from .draft import Draft

_TEXT = int(EventKind.TEXT)
_kind_of, _text_of = functions.event_kind_of, functions.event_text

# A signal ends a wait, so that Python can run its handlers. A signal just before the wait does not
# end it; a limit on each wait bounds the delay.
LONGEST_WAIT_MS = 1000


class Exchange(NotCopyable):
    """Owns a stream of the library while it runs."""

    __slots__ = (
        "__weakref__",
        "_draft",
        "_failure",
        "_handle",
        "_length",
        "_length_out",
        "_response",
    )

    def __init__(self, handle: Handle[types.Stream]) -> None:
        self._handle: Handle[types.Stream] | None = handle
        self._draft = Draft()
        self._response: Response | None = None
        self._failure: Failure | None = None
        # Made once, since every token needs them.
        self._length = c_size_t()
        self._length_out = byref(self._length)

    @property
    def response(self) -> Response:
        """The part received so far; available at any time, even after a failure or `close`."""
        # In this order: when the answer ends, the draft is replaced last.
        draft, response = self._draft, self._response
        return draft.response() if response is None else response

    def cancel(self) -> None:
        """Stop the exchange, from any thread or from a signal handler.

        A caller that waits for the next event gets a CancelledError. Does nothing if the exchange
        is over.
        """
        handle = self._handle
        if handle is not None:
            functions.stream_cancel(handle.pointer)

    def _ask(self, request: Handle[types.Request]) -> None:
        """Send the request on a connection that has none yet."""
        error = types.ErrorPointer()
        pointer = None if self._handle is None else self._handle.pointer
        check(functions.stream_send(pointer, request.pointer, byref(error)), error)

    def __repr__(self) -> str:
        response = self.response
        return f"<sparkchat.{type(self).__name__} {response.outcome} sid={response.sid}>"

    def _read(self, event: Any) -> Event | None:
        """Return a copy of an event; None for a kind that this package does not know."""
        kind = _kind_of(event)
        if kind != _TEXT:
            return self._read_other(kind, event)
        data = _text_of(event, self._length_out)
        # ctypes stops at a NUL; the text is then longer than its copy.
        text = data.decode() if len(data) == self._length.value else event_text(event)
        texts = self._draft.texts
        if not texts:
            self._note_sid()
        texts.append(text)
        return Text(text)

    def _read_other(self, kind: int, event: Any) -> Event | None:
        self._note_sid()
        copy = read_event(kind, event)
        if copy is not None:
            self._draft.add(copy)
        return copy

    def _note_sid(self) -> None:
        if self._draft.sid is None and self._handle is not None:
            self._draft.sid = read_sid(functions.stream_response(self._handle.pointer))

    def _settle(self, status: int, failure: Failure | None) -> None:
        """Keep the part received so far, and release the library's stream."""
        handle = self._handle
        if handle is None:
            return
        self._failure = failure
        received = functions.stream_response(handle.pointer)
        self._response = read_response(received)
        self._draft = Draft()
        self._handle = None

    def _ending(self, end: type[Exception]) -> Exception:
        """Return the exception that ends the iteration, each time."""
        return end() if self._failure is None else self._failure.exception(self._response)

    def _result(self) -> Response:
        """Return the complete answer of a finished exchange, or raise its error."""
        if self._failure is not None:
            raise self._failure.exception(self._response)
        return self.response
