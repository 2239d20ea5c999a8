"""The client: where to send questions, and with which credentials."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeVar, overload

from ._runtime.asking import Asking
from ._runtime.batch import BatchIterator
from ._runtime.collecting import Collected
from ._typing import Self, Unpack
from .conversation import Conversation
from .embeddings import Embedding
from .messages import Messages
from .options import Options
from .response import ParsedResponse, Response
from .stream import Stream
from .warm import WarmConnection

T = TypeVar("T")


class Spark(Asking[Stream, Conversation]):
    """A client of the service. It is immutable, and any number of threads may use it at once.

    The credentials are those of the service's console: for WebSocket, app id, API key and API
    secret; for HTTP, the API password, or API key and API secret. Arguments that are None are read
    from the environment: IFLYTEK_SPARK_APP_ID, _API_KEY, _API_SECRET, _API_PASSWORD, _API_URL,
    _LLM_DOMAIN, _EMBEDDING_URL, or the official SDK's SPARKAI_APP_ID, _API_KEY, _API_SECRET, _URL,
    _DOMAIN. URL and domain are read from there only if none of `model`, `url` and `domain` is
    given. The proxy is read from https_proxy or all_proxy, unless no_proxy names the host. With
    `environment=False`, the environment is ignored.

    All other arguments are `Settings`; the `Options` among them apply to every question that does
    not set its own.

    A copy shares connections and limits with the client. A pickled client is created again where it
    is unpickled, and reads what it was not given from the environment there. A client that was
    given secrets can only be pickled with `pickle_secrets=True`.

    >>> from sparkchat import Spark
    >>> with Spark(temperature=0.3) as chat:
    ...     answer = chat.invoke("1+1")
    >>> answer.text, answer.usage.total_tokens
    ('1 + 1 = **2**.', 5)
    """

    __slots__ = ()
    _stream_type = Stream
    _conversation_type = Conversation

    def invoke(self, messages: Messages, **options: Unpack[Options]) -> Response:
        """Ask, and wait for the whole answer.

        >>> from sparkchat import Message, Spark
        >>> history = [Message("user", "My name is Ada."), ("assistant", "Hello!")]
        >>> "Ada" in Spark().invoke([*history, "What is my name?"], max_tokens=50).text
        True
        """
        return self._ask("invoke", messages, options).finish()

    def stream(self, messages: Messages, **options: Unpack[Options]) -> Stream:
        """Ask, and return an iterator over the events of the answer.

        >>> from sparkchat import Spark
        >>> for event in Spark().stream("1+1"):
        ...     print(event.content, end="")
        1 + 1 = **2**.
        """
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
    ) -> Conversation:
        """Start a conversation, which keeps its history and runs `tools`.

        `messages` is the history so far; `system` is the system message before it. `max_rounds` is
        how often, for one question, tools are run and their results sent back. `context_tokens`
        limits the tokens of a question with its history, in place of the limit in the table of
        models; 0 means no limit. An exception that a tool raises is sent to the model as its
        result; with `raise_tool_errors`, it is raised instead.

        >>> from sparkchat import Spark
        >>> talk = Spark().conversation()
        >>> print(talk.ask("6 times 7"))
        6 × 7 = **42**.
        >>> len(talk.messages)
        2
        """
        return self._talk(messages, system, max_rounds, context_tokens, raise_tool_errors, options)

    def connect(self) -> WarmConnection:
        """Connect in advance, and return the connection, which takes one question.

        Use this to receive the first token sooner: connect before you know the question. A failure
        to connect is raised here.

        >>> from sparkchat import Spark
        >>> with Spark().connect() as warm:
        ...     answer = warm.invoke("1+1")
        >>> print(answer, answer.connection)
        1 + 1 = **2**. warm
        """
        stream = self._connecting()
        next(stream)
        return WarmConnection(stream, self._send)

    @overload
    def batch(
        self,
        questions: Iterable[Messages],
        *,
        max_concurrency: int = 8,
        return_exceptions: Literal[False] = False,
        on_progress: Callable[[int, int], object] | None = None,
        **options: Unpack[Options],
    ) -> list[Response]: ...

    @overload
    def batch(
        self,
        questions: Iterable[Messages],
        *,
        max_concurrency: int = 8,
        return_exceptions: bool,
        on_progress: Callable[[int, int], object] | None = None,
        **options: Unpack[Options],
    ) -> list[Response | Exception]: ...

    def batch(
        self,
        questions: Iterable[Messages],
        *,
        max_concurrency: int = 8,
        return_exceptions: bool = False,
        on_progress: Callable[[int, int], object] | None = None,
        **options: Unpack[Options],
    ) -> list[Any]:
        """Ask many questions, `max_concurrency` at once, and return the answers in order.

        Each item of `questions` is what `invoke` takes: a str, or the messages of one question.
        `on_progress` is called after each question, with the number of finished questions and the
        total. A question that fails does not affect the others. With `return_exceptions`, its
        exception takes the place of its answer. Without it, the exception of the first failed
        question in the list is raised once all are finished; its `response` is what was received,
        and its `index` the place in the list.

        It works like `batch_iter`, but keeps all results; for very many questions, use
        `batch_iter`, which yields each answer as soon as it arrives. A failure that ends the batch
        raises BatchStoppedError, whose `results` are the earlier results.

        All work is done on the calling thread. Ctrl-C, or an exception from `on_progress`, closes
        all connections.

        >>> from sparkchat import Spark
        >>> for answer in Spark().batch(["1+1", "2+2"]):
        ...     print(answer)
        1 + 1 = **2**.
        2 + 2 = **4**.
        """
        rows = self._rows("batch", questions, max_concurrency, False, options)
        batch = Collected(questions, rows, on_progress)
        batch.run()
        return batch.results(return_exceptions)

    def batch_iter(
        self,
        questions: Iterable[Messages],
        *,
        max_concurrency: int = 8,
        ordered: bool = False,
        **options: Unpack[Options],
    ) -> BatchIterator:
        """Ask any number of questions, `max_concurrency` at once, and iterate over the results.

        Each item of `questions` is what `invoke` takes: a str, or the messages of one question.
        Questions are read as needed, so there may be any number of them: at most `max_concurrency`
        of those read are waiting to be answered or taken. Yields the place of a question, from 0,
        and its answer or exception, as they arrive; or in order with `ordered`, which may read four
        times as far ahead.

        A question that fails does not affect the others. A long wait in the queue of `max_rate`,
        `max_concurrency` or a limiter loses no question: `queue_timeout` does not apply here, but
        `total_timeout` includes the wait. If the service refuses questions as too fast, or is busy,
        the whole batch slows down, and refused questions are asked again. A failure that affects
        every question, such as an exhausted daily quota, or nothing but refusals for `retry_budget`
        seconds, ends the iteration with BatchStoppedError once the running questions have finished.

        All work is done on the calling thread, while it waits for the next result. While the
        iterable produces a question, nothing is received; between two questions, results that have
        arrived are yielded first. For an iterable that waits, such as a queue, use an asynchronous
        one with `AsyncSpark.batch_iter`, which continues meanwhile.

        >>> from sparkchat import Spark
        >>> questions = (f"{number}+1" for number in range(3))
        >>> for index, answer in Spark().batch_iter(questions, ordered=True):
        ...     print(index, answer)
        0 0 + 1 = **1**.
        1 1 + 1 = **2**.
        2 2 + 1 = **3**.
        """
        rows = self._rows("batch_iter", questions, max_concurrency, ordered, options)
        return BatchIterator(questions, rows)

    @overload
    def embed(  # type: ignore[overload-overlap]
        self, texts: str, *, domain: Literal["para", "query"] = "para"
    ) -> Embedding: ...

    @overload
    def embed(
        self,
        texts: Iterable[str],
        *,
        domain: Literal["para", "query"] = "para",
        max_concurrency: int = 2,
        return_exceptions: Literal[False] = False,
        on_progress: Callable[[int, int], object] | None = None,
    ) -> list[Embedding]: ...

    @overload
    def embed(
        self,
        texts: Iterable[str],
        *,
        domain: Literal["para", "query"] = "para",
        max_concurrency: int = 2,
        return_exceptions: bool,
        on_progress: Callable[[int, int], object] | None = None,
    ) -> list[Embedding | Exception]: ...

    def embed(
        self,
        texts: str | Iterable[str],
        *,
        domain: Literal["para", "query"] = "para",
        max_concurrency: int = 2,
        return_exceptions: bool = False,
        on_progress: Callable[[int, int], object] | None = None,
    ) -> Any:
        """Return the vector of a text, or of each text in a list, in order.

        Use the domain "para" for the paragraphs to search, and "query" for questions. Embeddings
        need app id, API key and API secret, whatever credentials the chat uses, and an app with
        access to embeddings. A text may have about 2,000 tokens.

        The service takes one text per request; `max_concurrency` requests run at once. Requests
        that it refuses as too fast are retried; `Spark(max_rate=...)` avoids such refusals. The
        rest works as in `batch`, BatchStoppedError included; an exception for one of several texts
        names it, `texts[3]: ...`.

        >>> from sparkchat import Spark
        >>> vectors = Spark().embed(["The whale is a mammal.", "Bell made the first telephone."])
        >>> len(vectors), len(vectors[0])
        (2, 2560)
        """
        batch = self._embedding(texts, domain, max_concurrency, on_progress)
        batch.run()
        return batch.vectors(return_exceptions)

    @overload
    def parse(
        self, messages: Messages, kind: type[T], *, max_repairs: int = 1, **options: Unpack[Options]
    ) -> ParsedResponse[T]: ...

    @overload
    def parse(
        self, messages: Messages, kind: Any, *, max_repairs: int = 1, **options: Unpack[Options]
    ) -> ParsedResponse[Any]: ...

    def parse(
        self, messages: Messages, kind: Any, *, max_repairs: int = 1, **options: Unpack[Options]
    ) -> ParsedResponse[Any]:
        """Ask, and convert the answer into a dataclass, a TypedDict, a pydantic model, or any other
        type that tools accept; it is `parsed` of the returned response.

        Over HTTP, this uses the model's JSON mode, if it has one. Otherwise the model has to call a
        tool, if it supports tools; if not, the question says what to write, and the JSON is
        extracted from the text. An answer that does not match is sent back with a description of
        the error, up to `max_repairs` times; after that, ParseError is raised, which says what is
        wrong. An answer that was cut, at the token limit or by moderation, is not sent back.

        >>> from typing import TypedDict
        >>> from sparkchat import Spark
        >>> class Weather(TypedDict):
        ...     city: str
        >>> Spark().parse("What is the weather in Hefei?", Weather).parsed
        {'city': 'Hefei'}
        """
        parsing = self._parsing(messages, kind, max_repairs, options)
        while True:
            response = self._open(parsing.messages, parsing.options).finish()
            parsed = parsing.take(response)
            if parsed is not None:
                return parsed

    def close(self) -> None:
        """Discard the credentials. Open streams continue."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()
