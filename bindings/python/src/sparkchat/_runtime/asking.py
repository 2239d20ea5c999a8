"""The requests that both clients share, generic over their stream and conversation types."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from ctypes import byref
from typing import Any, ClassVar, Generic, TypeVar

from .._capi import functions, types
from .._capi.failures import check
from .._capi.handle import Handle
from .._conversation.history import History
from .._requests.building import Request, new_request
from .._requests.normalizing import plain
from .._requests.structured_output import Parsing, refuse_ours
from ..messages import Message, Messages
from ..tools import tools_of
from .base_client import Client
from .batch import new_rows
from .collecting import Progress
from .embedding import EmbeddingBatch
from .exchange import Exchange
from .rows import Endurance, Rows

Opened = TypeVar("Opened")
Talk = TypeVar("Talk")


class Asking(Client, Generic[Opened, Talk]):
    """A client that sends requests."""

    __slots__ = ()
    _stream_type: ClassVar[Any]
    _conversation_type: ClassVar[Any]

    def _talk(
        self,
        messages: Messages,
        system: str | None,
        max_rounds: int,
        context_tokens: int | None,
        raise_tool_errors: bool,
        options: Mapping[str, Any],
    ) -> Talk:
        chosen = self._chosen("conversation", options)
        first = [] if system is None else [Message("system", system)]
        talk: Talk = self._conversation_type(
            History(
                self._shared_client(),
                chosen,
                [*first, *plain(messages)],
                max_rounds=max_rounds,
                context_tokens=context_tokens,
            ),
            tools_of(chosen.get("tools", ())),
            raise_tool_errors=raise_tool_errors,
        )
        return talk

    def _ask(self, function: str, messages: Messages, options: Mapping[str, Any]) -> Opened:
        return self._open(messages, self._chosen(function, options))

    def _open(self, messages: Messages, options: Mapping[str, Any]) -> Opened:
        opened: Opened = self._stream_type(self._asker(options)(messages))
        return opened

    def _connecting(self) -> Opened:
        """Return a stream that connects, and then waits for its request."""
        client = self._open_client()
        stream, error = Handle(types.StreamPointer(), functions.stream_free), types.ErrorPointer()
        check(functions.client_connect(client.pointer, stream.out, byref(error)), error)
        opened: Opened = self._stream_type(stream)
        return opened

    def _send(
        self, function: str, stream: Exchange, messages: Messages, options: Mapping[str, Any]
    ) -> None:
        """Send a request on a stream that `_connecting` returned."""
        with new_request(self._chosen(function, options), plain(messages)) as request:
            stream._ask(request)

    def _parsing(
        self, messages: Messages, kind: Any, max_repairs: int, options: Mapping[str, Any]
    ) -> Parsing:
        refuse_ours(options)
        chosen = self._chosen("parse", options)
        return Parsing(messages, kind, chosen, max_repairs, self.model, self.transport)

    def _rows(
        self,
        function: str,
        questions: object,
        max_concurrency: int,
        ordered: bool,
        options: Mapping[str, Any],
    ) -> Rows:
        chosen = self._chosen(function, options)
        # A bad option affects every question: report it before anything is sent.
        new_request(chosen).close()
        asker = self._asker(chosen)
        return new_rows(questions, asker, max_concurrency, ordered, self._endurance())

    def _endurance(self) -> Endurance:
        chosen: Any = self._settings
        default = Endurance()
        return Endurance(
            int(chosen.get("max_attempts", default.attempts)),
            float(chosen.get("retry_budget", default.patience)),
        )

    def _embedding(
        self,
        texts: str | Iterable[str],
        domain: str,
        max_concurrency: int,
        on_progress: Progress | None,
    ) -> EmbeddingBatch:
        client, endurance = self._open_client(), self._endurance()
        return EmbeddingBatch(client, texts, domain, max_concurrency, endurance, on_progress)

    def _asker(self, options: Mapping[str, Any]) -> Callable[[Messages], Handle[types.Stream]]:
        """Return a function that sends a question."""
        client = self._open_client()

        def ask(messages: Messages) -> Handle[types.Stream]:
            with new_request(options, plain(messages)) as request:
                return _open(client, request)

        return ask


def _open(client: Handle[types.Client], request: Request) -> Handle[types.Stream]:
    stream, error = Handle(types.StreamPointer(), functions.stream_free), types.ErrorPointer()
    check(
        functions.client_open(client.pointer, request.pointer, stream.out, byref(error)),
        error,
    )
    return stream
