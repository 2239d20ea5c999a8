"""The client for asyncio."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Iterable
from typing import Any, Literal, TypeVar, overload

from ._runtime.asking import Asking
from ._runtime.async_batch import AsyncBatchIterator
from ._runtime.closed import CLOSED, AsyncClosing, Closed
from ._runtime.collecting import Collected
from ._typing import Unpack
from .async_conversation import AsyncConversation
from .async_stream import AsyncStream
from .embeddings import Embedding
from .messages import Messages
from .options import Options
from .response import ParsedResponse, Response
from .warm import AsyncWarmConnection

T = TypeVar("T")


class AsyncSpark(AsyncClosing, Asking[AsyncStream, AsyncConversation]):
    """A client of the service for asyncio. It takes the same arguments as `Spark`.

    >>> import asyncio
    >>> from sparkchat import AsyncSpark
    >>> async def main():
    ...     async with AsyncSpark() as chat:
    ...         print(await chat.invoke("1+1"))
    ...         async for chunk in chat.stream("2+2"):
    ...             print(chunk.content, end="")
    >>> asyncio.run(main())
    1 + 1 = **2**.
    2 + 2 = **4**.

    It belongs to no event loop: any number of loops, in any threads, may use it at once. It uses no
    threads and no polling: each loop watches one descriptor for all of its exchanges. It works with
    every asyncio loop that has `add_reader`, such as uvloop, and with anyio on top of asyncio, but
    not with trio.
    """

    __slots__ = ()
    _stream_type = AsyncStream
    _conversation_type = AsyncConversation

    async def invoke(self, messages: Messages, **options: Unpack[Options]) -> Response:
        """Ask, and wait for the whole answer."""
        return await self._ask("invoke", messages, options).finish()

    def stream(self, messages: Messages, **options: Unpack[Options]) -> AsyncStream:
        """Ask, and return an asynchronous iterator over the events of the answer."""
        return self._ask("stream", messages, options)

    def conversation(
        self,
        messages: Messages = (),
        *,
        system: str | None = None,
        max_rounds: int = 8,
        context_tokens: int | None = None,
        raise_tool_errors: bool = False,
        **options: Unpack[Options],
    ) -> AsyncConversation:
        """Start a conversation, which keeps its history and runs tools; as `Spark.conversation`."""
        return self._talk(messages, system, max_rounds, context_tokens, raise_tool_errors, options)

    async def connect(self) -> AsyncWarmConnection:
        """Connect in advance, and return the connection; as `Spark.connect`."""
        stream = self._connecting()
        await stream.__anext__()
        return AsyncWarmConnection(stream, self._send)

    @overload
    async def batch(
        self,
        questions: Iterable[Messages],
        *,
        max_concurrency: int = 8,
        return_exceptions: Literal[False] = False,
        on_progress: Callable[[int, int], object] | None = None,
        **options: Unpack[Options],
    ) -> list[Response]: ...

    @overload
    async def batch(
        self,
        questions: Iterable[Messages],
        *,
        max_concurrency: int = 8,
        return_exceptions: bool,
        on_progress: Callable[[int, int], object] | None = None,
        **options: Unpack[Options],
    ) -> list[Response | Exception]: ...

    async def batch(
        self,
        questions: Iterable[Messages],
        *,
        max_concurrency: int = 8,
        return_exceptions: bool = False,
        on_progress: Callable[[int, int], object] | None = None,
        **options: Unpack[Options],
    ) -> list[Any]:
        """Ask many questions concurrently; as `Spark.batch`.

        Cancelling the task closes all connections.
        """
        rows = self._rows("batch", questions, max_concurrency, False, options)
        batch = Collected(questions, rows, on_progress)
        await batch.run_in_loop()
        return batch.results(return_exceptions)

    def batch_iter(
        self,
        questions: Iterable[Messages] | AsyncIterable[Messages],
        *,
        max_concurrency: int = 8,
        ordered: bool = False,
        **options: Unpack[Options],
    ) -> AsyncBatchIterator:
        """Ask any number of questions, and iterate over the results; as `Spark.batch_iter`.

        `questions` may also be an asynchronous iterable.

        >>> import asyncio
        >>> from sparkchat import AsyncSpark
        >>> async def questions():
        ...     yield "1+1"
        >>> async def main():
        ...     async for index, answer in AsyncSpark().batch_iter(questions()):
        ...         print(index, answer)
        >>> asyncio.run(main())
        0 1 + 1 = **2**.
        """
        rows = self._rows("batch_iter", questions, max_concurrency, ordered, options)
        return AsyncBatchIterator(questions, rows)

    @overload
    async def embed(  # type: ignore[overload-overlap]
        self, texts: str, *, domain: Literal["para", "query"] = "para"
    ) -> Embedding: ...

    @overload
    async def embed(
        self,
        texts: Iterable[str],
        *,
        domain: Literal["para", "query"] = "para",
        max_concurrency: int = 2,
        return_exceptions: Literal[False] = False,
        on_progress: Callable[[int, int], object] | None = None,
    ) -> list[Embedding]: ...

    @overload
    async def embed(
        self,
        texts: Iterable[str],
        *,
        domain: Literal["para", "query"] = "para",
        max_concurrency: int = 2,
        return_exceptions: bool,
        on_progress: Callable[[int, int], object] | None = None,
    ) -> list[Embedding | Exception]: ...

    async def embed(
        self,
        texts: str | Iterable[str],
        *,
        domain: Literal["para", "query"] = "para",
        max_concurrency: int = 2,
        return_exceptions: bool = False,
        on_progress: Callable[[int, int], object] | None = None,
    ) -> Any:
        """Return the vector of a text, or of each text in a list; as `Spark.embed`.

        Cancelling the task closes all connections.
        """
        batch = self._embedding(texts, domain, max_concurrency, on_progress)
        await batch.run_in_loop()
        return batch.vectors(return_exceptions)

    @overload
    async def parse(
        self, messages: Messages, kind: type[T], *, max_repairs: int = 1, **options: Unpack[Options]
    ) -> ParsedResponse[T]: ...

    @overload
    async def parse(
        self, messages: Messages, kind: Any, *, max_repairs: int = 1, **options: Unpack[Options]
    ) -> ParsedResponse[Any]: ...

    async def parse(
        self, messages: Messages, kind: Any, *, max_repairs: int = 1, **options: Unpack[Options]
    ) -> ParsedResponse[Any]:
        """Ask, and convert the answer into a type; as `Spark.parse`."""
        parsing = self._parsing(messages, kind, max_repairs, options)
        while True:
            response = await self._open(parsing.messages, parsing.options).finish()
            parsed = parsing.take(response)
            if parsed is not None:
                return parsed

    def close(self) -> Closed:
        """Discard the credentials. Open streams continue.

        Never waits; you may await the result, but do not have to.
        """
        self._close()
        return CLOSED
