"""Connections that are opened before their question is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeAlias, TypeVar

from ._capi.handle import NotCopyable
from ._runtime.closed import CLOSED, AsyncClosing, Closed
from ._typing import Self, Unpack
from .async_stream import AsyncStream
from .errors import StateError
from .messages import Messages
from .options import Options
from .response import Response
from .stream import Stream

Opened = TypeVar("Opened", Stream, AsyncStream)

Send: TypeAlias = Callable[[str, Opened, Messages, Mapping[str, Any]], None]
"""Sends a question on a stream that has connected."""


class _Warm(NotCopyable, Generic[Opened]):
    """A connection for one question."""

    __slots__ = ("__weakref__", "_send", "_stream")

    def __init__(self, stream: Opened, send: Send[Opened]) -> None:
        self._stream: Opened | None = stream
        self._send: Send[Opened] = send

    def _close(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()

    def _ask(self, function: str, messages: Messages, options: Mapping[str, Any]) -> Opened:
        stream, self._stream = self._stream, None
        if stream is None:
            raise StateError(
                "this connection has already been used for a question", hint="connect again"
            )
        try:
            self._send(function, stream, messages, options)
        except BaseException:
            # A wrong question does not use up the connection.
            self._stream = stream
            raise
        return stream


class WarmConnection(_Warm[Stream]):
    """A connection that waits for its question; `Spark.connect` creates one.

    The handshakes are done, so the answer begins one round trip after the question. The service
    keeps such a connection for a minute; one that is older, or has died, is replaced on use. It
    takes one question, and is closed at the end of a `with` block.
    """

    __slots__ = ()

    def invoke(self, messages: Messages, **options: Unpack[Options]) -> Response:
        """Ask, and wait for the whole answer; as `Spark.invoke`."""
        return self._ask("invoke", messages, options).finish()

    def stream(self, messages: Messages, **options: Unpack[Options]) -> Stream:
        """Ask, and return an iterator over the events of the answer; as `Spark.stream`."""
        return self._ask("stream", messages, options)

    def close(self) -> None:
        """Close the connection, unless a question has used it. Never waits."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()


class AsyncWarmConnection(AsyncClosing, _Warm[AsyncStream]):
    """A `WarmConnection` for asyncio; `AsyncSpark.connect` creates one."""

    __slots__ = ()

    async def invoke(self, messages: Messages, **options: Unpack[Options]) -> Response:
        """Ask, and wait for the whole answer; as `AsyncSpark.invoke`."""
        return await self._ask("invoke", messages, options).finish()

    def stream(self, messages: Messages, **options: Unpack[Options]) -> AsyncStream:
        """Ask, and return an iterator over the events of the answer; as `AsyncSpark.stream`."""
        return self._ask("stream", messages, options)

    def close(self) -> Closed:
        """Close the connection, unless a question has used it.

        Never waits; you may await the result, but do not have to.
        """
        self._close()
        return CLOSED
