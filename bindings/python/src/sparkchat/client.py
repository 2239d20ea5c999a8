"""The client: where and as whom to ask."""

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
    """A client of the service. It never changes, and any number of threads may use it at once.

    The credentials are those of the service's console: over WebSocket app id, API key and API
    secret; over HTTP the API password, or API key and API secret. What is None is taken from the
    environment: IFLYTEK_SPARK_APP_ID, _API_KEY, _API_SECRET, _API_PASSWORD, _API_URL, _LLM_DOMAIN,
    _EMBEDDING_URL, or the official SDK's SPARKAI_APP_ID, _API_KEY, _API_SECRET, _URL, _DOMAIN. URL
    and domain are taken from there only where none of `model`, `url` and `domain` is given. The
    proxy is taken from https_proxy or all_proxy, unless no_proxy names the host.
    `environment=False` takes nothing from there.

    All other arguments are `Settings`; the `Options` among them are for every question that does
    not set its own.

    A copy shares connections and limits with the client. A pickled client is made anew where it is
    unpickled: it takes from that environment what it was not given, and is not pickled at all where
    it was given secrets, unless `pickle_secrets` says so.

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
        """Begin a conversation, which keeps its history and runs `tools`.

        `messages` are what was said before; `system` is the system message, in front of them.
        `max_rounds` is how often, for one question, tools are run and their results sent back.
        `context_tokens` is how many tokens a question with its history may have, where that is not
        what the table of models says; 0 is no limit. What a tool raises is told to the model as its
        result; `raise_tool_errors` raises it instead.

        >>> from sparkchat import Spark
        >>> talk = Spark().conversation()
        >>> print(talk.ask("6 times 7"))
        6 × 7 = **42**.
        >>> len(talk.messages)
        2
        """
        return self._talk(messages, system, max_rounds, context_tokens, raise_tool_errors, options)

    def connect(self) -> WarmConnection:
        """Connect before the question is known, and return the connection, which takes one.

        Where the first token is to come fast, connect while the question is being thought of. What
        fails in connecting is raised here.

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
        """Ask many questions, up to `max_concurrency` at once, and return the answers in order.

        Each item of `questions` is what `invoke` takes: a str, or the messages of one question.
        `on_progress` is called with how many are over and how many there are, after each of them.
        A question that fails does not disturb the others. With `return_exceptions`, its exception
        stands where its answer would. Without, the exception of the first question in the list
        that failed is raised once all are over; its own `response` has what was received, and its
        `index` the place in the list.

        It does what `batch_iter` does, and keeps all of it: that is for many questions, and hands
        out each answer as soon as it is there. What ends them all raises BatchStoppedError, whose
        `results` are those that came before.

        All of it is done on this thread. Ctrl-C, or what `on_progress` raises, closes all
        connections.

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
        """Ask any number of questions, so many at once, and iterate over what comes.

        Each item of `questions` is what `invoke` takes: a str, or the messages of one question.
        They are read as they are needed, so there may be any number of them: of what was read, no
        more than `max_concurrency` are waiting to be answered or taken. Yields the place of a
        question, from 0, and its answer, or the exception that it failed with; as they come, or in
        order with `ordered`, which may read four times as far ahead.

        A question that fails does not disturb the others. One that waits long for its turn, where
        `max_rate`, `max_concurrency` or a limiter set one, is not lost: `queue_timeout` does not
        count here. Where the service says that it is asked too fast, or is busy, all of them slow
        down, and those that it has refused are asked again. What is wrong for all of them, such as
        a daily allowance that is used up, ends the iteration with BatchStoppedError, once those
        under way are over.

        All of it is done on this thread, while the next result is waited for. While an iterable
        takes its time for a question, nothing is received; between two of its questions, what has
        come is handed out first. An iterable that waits, such as that of a queue, is better an
        asynchronous one, for `AsyncSpark.batch_iter`, which goes on meanwhile.

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
        """Return the vector of a text, or of each of a list, in their order.

        Vectors of what is to be found, the paragraphs of documents, have the domain "para", and
        those of questions "query". They need app id, API key and API secret, whatever the chat is
        asked with, and an app that is granted embeddings. A text may have about 2,000 tokens.

        The service takes one text with each request: `max_concurrency` is how many are under way
        at once. What it refuses as too fast is tried again; `Spark(max_rate=...)` asks no faster
        than it allows. The rest is as with `batch`, and the exception for one of several texts
        names it: `texts[3]: ...`.

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
        """Ask, and make the answer into a dataclass, a TypedDict, a pydantic model, or any other
        type that tools take; it is `parsed` of what is returned.

        Over HTTP this uses JSON mode, where the model has it. Otherwise the model has to call a
        tool, where it takes any; if not, it is told what to write, and the JSON is looked for
        in its text. An answer that does not fit is sent back with what is wrong with it,
        `max_repairs` times; then this raises ParseError, which says where it is wrong. One that
        was cut, at the limit of tokens or by moderation, is not sent back.

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
        """Let go of the credentials. Streams that are open go on."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()
