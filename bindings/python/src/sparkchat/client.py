"""The client: where and as whom to ask."""

from __future__ import annotations

import copy
import os
from ctypes import byref
from typing import TYPE_CHECKING

from . import _ffi, _types
from ._handle import Handle, NotCopyable
from ._reading import check
from ._settings import CONVERTERS, new_client
from .errors import StateError
from .messages import Messages
from .options import Options, add_messages, known, new_request
from .response import Response
from .stream import Stream

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack


class Spark(NotCopyable):
    """A client of the service. It never changes, and any number of threads may use it at once.

    The credentials are those of the service's console. What is None is taken from the environment:
    IFLYTEK_SPARK_APP_ID, _API_KEY, _API_SECRET, _API_URL, _LLM_DOMAIN, or the official SDK's
    SPARKAI_APP_ID, _API_KEY, _API_SECRET, _URL, _DOMAIN. URL and domain are taken from there only
    where none of `model`, `url` and `domain` is given. The proxy is taken from https_proxy or
    all_proxy, unless no_proxy names the host. `environment=False` takes nothing from there.

    `model` is a name such as "4.0Ultra", "max" or "x1", and gives URL and domain; `url` and
    `domain` say both in the service's own words. `user_id` is whom the questions come from,
    `patch_id` names a fine-tuned model.

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
    line, for `queue_timeout` at most.

    All other arguments are `Options`, for every question that does not set its own.
    """

    __slots__ = ("__weakref__", "_client", "_defaults", "_domain", "_model", "_url")

    def __init__(
        self,
        app_id: str | None = None,
        api_key: str | None = None,
        api_secret: str | None = None,
        *,
        model: str | None = None,
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
        max_message_size: int | None = None,
        max_answer_size: int | None = None,
        environment: bool = True,
        **options: Unpack[Options],
    ) -> None:
        given = locals()
        settings = {name: given[name] for name in CONVERTERS if given[name] is not None}
        self._defaults = copy.deepcopy(known("Spark", options))
        # A bad default is reported here, and not with the first question.
        new_request(self._defaults).close()
        self._client: Handle[_types.Client] | None = new_client(settings, environment)
        self._model = model
        self._url: str = _ffi.client_url(self._client.pointer).decode()
        self._domain: str = _ffi.client_domain(self._client.pointer).decode()

    @property
    def url(self) -> str:
        """Where this client asks."""
        return self._url

    @property
    def domain(self) -> str:
        """The service's own word for the model."""
        return self._domain

    @property
    def model(self) -> str | None:
        """The model's name, if that is how it was chosen."""
        return self._model

    def invoke(self, messages: Messages, **options: Unpack[Options]) -> Response:
        """Ask, and wait for the whole answer."""
        return self._open("invoke", messages, options).finish()

    def stream(self, messages: Messages, **options: Unpack[Options]) -> Stream:
        """Ask, and return an iterator over the events of the answer."""
        return self._open("stream", messages, options)

    def _open(self, function: str, messages: Messages, options: Options) -> Stream:
        # A reference of its own: `close` in another thread does not end this.
        client = self._client
        if client is None:
            raise StateError("the client is closed")
        pointer, error = _types.StreamPointer(), _types.ErrorPointer()
        with new_request({**self._defaults, **known(function, options)}) as request:
            add_messages(request, messages)
            check(
                _ffi.client_open(client.pointer, request.pointer, byref(pointer), byref(error)),
                error,
            )
        return Stream(Handle(pointer, _ffi.stream_free))

    def close(self) -> None:
        """Let go of the credentials. Streams that are open go on."""
        self._client = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def __repr__(self) -> str:
        model = "" if self._model is None else f"model={self._model!r}, "
        return f"Spark({model}url={self._url!r}, domain={self._domain!r})"
