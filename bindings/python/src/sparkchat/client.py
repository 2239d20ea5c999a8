"""The client: where and as whom to ask."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from ctypes import byref
from typing import TYPE_CHECKING, Any, Literal

from . import _ffi, _types
from ._forms import plain
from ._handle import Handle, NotCopyable
from ._history import History
from ._reading import check
from ._request import Request, new_request
from ._settings import CONVERTERS, new_client
from ._values import count
from .conversation import Conversation
from .enums import Transport
from .errors import StateError
from .messages import Message, Messages
from .models import Model, read_model
from .options import Options, kept, known
from .response import Response
from .stream import Stream
from .tools import tools_of

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack


class Spark(NotCopyable):
    """A client of the service. It never changes, and any number of threads may use it at once.

    The credentials are those of the service's console: over WebSocket app id, API key and API
    secret; over HTTP the API password, or API key and API secret. What is None is taken from the
    environment: IFLYTEK_SPARK_APP_ID, _API_KEY, _API_SECRET, _API_PASSWORD, _API_URL, _LLM_DOMAIN,
    or the official SDK's SPARKAI_APP_ID, _API_KEY, _API_SECRET, _URL, _DOMAIN. URL and domain are
    taken from there only where none of `model`, `url` and `domain` is given. The proxy is taken
    from https_proxy or all_proxy, unless no_proxy names the host. `environment=False` takes nothing
    from there.

    `model` is a name such as "4.0Ultra", "max" or "x1", and gives URL and domain; `models` lists
    them. `url` (wss:// or https://) and `domain` say both in the service's own words. `transport`
    is for models that are served in both ways: "auto" takes HTTP where an API password is given,
    and WebSocket otherwise. `user_id` is whom the questions come from, `patch_id` names a
    fine-tuned model.

    `ca_file` and `ca_directory` hold the certificates to trust instead of the system's,
    `client_certificate` is a file with a certificate of one's own and one with its key,
    `pinned_public_key` ("sha256//...") is what the server must have as well. `proxy` is the URL of
    an HTTP or SOCKS 5 proxy, "" for none.

    Timeouts are in seconds; 0 switches one off. `first_token_timeout` runs from the connection to
    the first message of the answer, `idle_timeout` between two messages, `total_timeout` (off
    unless it is given) over the whole exchange; `close_timeout` bounds the wait for the server's
    goodbye. `max_message_size` and `max_answer_size` are in bytes.

    What may pass by itself is tried again, but never once a part of the answer has been delivered:
    `max_attempts` times in all, none of them begun later than `retry_budget` seconds after the
    first, with waits of at most `retry_backoff`: seconds before the second one, and before any.
    `clock_correction` signs again with the server's time where this machine's clock is wrong.
    `max_rate` (questions a second) and `max_concurrency` (questions at once) make others wait in
    line, for `queue_timeout` at most. Over HTTP, up to `max_idle_connections` are kept for the next
    questions.

    All other arguments are `Options`, for every question that does not set its own.
    """

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
        self._defaults = kept(known("Spark", options))
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

    def invoke(self, messages: Messages, **options: Unpack[Options]) -> Response:
        """Ask, and wait for the whole answer."""
        return self._ask("invoke", messages, options).finish()

    def stream(self, messages: Messages, **options: Unpack[Options]) -> Stream:
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
    ) -> Conversation:
        """Begin a conversation, which keeps its history and runs `tools`.

        `messages` are what was said before; `system` is the system message, in front of them.
        `max_rounds` is how often, for one question, tools are run and their results sent back.
        `context_tokens` is how many tokens a question with its history may have, where that is not
        what the table of models says; 0 is no limit. What a tool raises is told to the model as its
        result; `raise_tool_errors` raises it instead.
        """
        chosen = {**self._defaults, **known("conversation", options)}
        first = [] if system is None else [Message("system", system)]
        client = self._open_client()
        return Conversation(
            lambda request, on_complete: _open(client, request, on_complete),
            History(client, chosen, [*first, *plain(messages)], context_tokens),
            tools_of(chosen.get("tools", ())),
            max_rounds=count("max_rounds", max_rounds),
            raise_tool_errors=raise_tool_errors,
        )

    def _ask(self, function: str, messages: Messages, options: Mapping[str, Any]) -> Stream:
        client = self._open_client()
        chosen = {**self._defaults, **known(function, options)}
        with new_request(chosen, plain(messages)) as request:
            return _open(client, request)

    def _open_client(self) -> Handle[_types.Client]:
        # A reference of its own: `close` in another thread does not end what uses it.
        client = self._client
        if client is None:
            raise StateError("the client is closed")
        return client

    def close(self) -> None:
        """Let go of the credentials. Streams that are open go on."""
        self._client = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def __repr__(self) -> str:
        model = "" if self._model is None else f"model={self._model.name!r}, "
        return f"Spark({model}url={self._url!r}, domain={self._domain!r})"


def _open(
    client: Handle[_types.Client],
    request: Request,
    on_complete: Callable[[Any], None] | None = None,
) -> Stream:
    pointer, error = _types.StreamPointer(), _types.ErrorPointer()
    check(
        _ffi.client_open(client.pointer, request.pointer, byref(pointer), byref(error)),
        error,
    )
    return Stream(Handle(pointer, _ffi.stream_free), on_complete)
