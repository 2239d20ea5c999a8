"""What the clients have in common: where and as whom to ask."""

from __future__ import annotations

import os
from collections.abc import Mapping
from ctypes import byref
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar

from . import _ffi, _types
from ._forms import plain
from ._handle import Handle, NotCopyable
from ._history import History
from ._reading import check
from ._request import Request, new_request
from ._settings import CONVERTERS, new_client
from ._values import count
from .enums import Transport
from .errors import StateError
from .messages import Message, Messages
from .models import Model, read_model
from .options import Options, kept, known
from .tools import tools_of

if TYPE_CHECKING:
    from typing_extensions import Unpack


Opened = TypeVar("Opened")
Talk = TypeVar("Talk")


class BaseClient(NotCopyable, Generic[Opened, Talk]):
    """Settings and what they come to, for one kind of streams and one of conversations."""

    _stream_type: ClassVar[Any]
    _conversation_type: ClassVar[Any]

    __slots__ = (
        "__weakref__",
        "_client",
        "_defaults",
        "_domain",
        "_model",
        "_transport",
        "_url",
    )

    def __init__(
        self,
        app_id: str | None = None,
        api_key: str | None = None,
        api_secret: str | None = None,
        *,
        api_password: str | None = None,
        model: str | None = None,
        transport: Literal["auto", "websocket", "http"] | Transport | None = None,
        url: str | None = None,
        domain: str | None = None,
        user_id: str | None = None,
        patch_id: str | None = None,
        ca_file: str | os.PathLike[str] | None = None,
        ca_directory: str | os.PathLike[str] | None = None,
        client_certificate: tuple[str | os.PathLike[str], str | os.PathLike[str]] | None = None,
        pinned_public_key: str | None = None,
        proxy: str | None = None,
        resolve_timeout: float | None = None,
        connect_timeout: float | None = None,
        tls_timeout: float | None = None,
        upgrade_timeout: float | None = None,
        first_token_timeout: float | None = None,
        idle_timeout: float | None = None,
        total_timeout: float | None = None,
        close_timeout: float | None = None,
        queue_timeout: float | None = None,
        max_attempts: int | None = None,
        retry_budget: float | None = None,
        retry_backoff: tuple[float, float] | None = None,
        clock_correction: bool | None = None,
        max_rate: float | None = None,
        max_concurrency: int | None = None,
        max_idle_connections: int | None = None,
        max_message_size: int | None = None,
        max_answer_size: int | None = None,
        environment: bool = True,
        **options: Unpack[Options],
    ) -> None:
        given = locals()
        settings = {name: given[name] for name in CONVERTERS if given[name] is not None}
        self._defaults = kept(known(type(self).__name__, options))
        # A bad default is reported here, and not with the first question.
        new_request(self._defaults).close()
        self._client: Handle[_types.Client] | None = new_client(settings, environment)
        pointer = self._client.pointer
        self._url: str = _ffi.client_url(pointer).decode()
        self._domain: str = _ffi.client_domain(pointer).decode()
        self._transport = Transport(_ffi.client_transport(pointer))
        known_model = _ffi.client_model(pointer)
        self._model = read_model(known_model) if known_model else None

    @property
    def url(self) -> str:
        """Where this client asks."""
        return self._url

    @property
    def domain(self) -> str:
        """The service's own word for the model."""
        return self._domain

    @property
    def transport(self) -> Transport:
        """How questions travel."""
        return self._transport

    @property
    def model(self) -> Model | None:
        """The model whose limits requests are checked against; None where it is not known."""
        return self._model

    def stream(self, messages: Messages, **options: Unpack[Options]) -> Opened:
        """Ask, and return an iterator over the events of the answer."""
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
    ) -> Talk:
        """Begin a conversation, which keeps its history and runs `tools`.

        `messages` are what was said before; `system` is the system message, in front of them.
        `max_rounds` is how often, for one question, tools are run and their results sent back.
        `context_tokens` is how many tokens a question with its history may have, where that is not
        what the table of models says; 0 is no limit. What a tool raises is told to the model as its
        result; `raise_tool_errors` raises it instead.
        """
        chosen = {**self._defaults, **known("conversation", options)}
        first = [] if system is None else [Message("system", system)]
        client, stream_type = self._open_client(), self._stream_type
        talk: Talk = self._conversation_type(
            lambda request, on_complete: stream_type(_open(client, request), on_complete),
            History(client, chosen, [*first, *plain(messages)], context_tokens),
            tools_of(chosen.get("tools", ())),
            max_rounds=count("max_rounds", max_rounds),
            raise_tool_errors=raise_tool_errors,
        )
        return talk

    def close(self) -> None:
        """Let go of the credentials. Streams that are open go on."""
        self._client = None

    def __repr__(self) -> str:
        model = "" if self._model is None else f"model={self._model.name!r}, "
        return f"{type(self).__name__}({model}url={self._url!r}, domain={self._domain!r})"

    def _ask(self, function: str, messages: Messages, options: Mapping[str, Any]) -> Opened:
        """Send a question."""
        client = self._open_client()
        chosen = {**self._defaults, **known(function, options)}
        with new_request(chosen, plain(messages)) as request:
            opened: Opened = self._stream_type(_open(client, request))
            return opened

    def _open_client(self) -> Handle[_types.Client]:
        # A reference of its own: `close` in another thread does not end what uses it.
        client = self._client
        if client is None:
            raise StateError("the client is closed")
        return client


def _open(client: Handle[_types.Client], request: Request) -> Handle[_types.Stream]:
    pointer, error = _types.StreamPointer(), _types.ErrorPointer()
    check(
        _ffi.client_open(client.pointer, request.pointer, byref(pointer), byref(error)),
        error,
    )
    return Handle(pointer, _ffi.stream_free)
