"""The client: where and as whom to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._client import BaseClient
from .conversation import Conversation
from .messages import Messages
from .options import Options
from .response import Response
from .stream import Stream

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack


class Spark(BaseClient[Stream, Conversation]):
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

    __slots__ = ()
    _stream_type = Stream
    _conversation_type = Conversation

    def invoke(self, messages: Messages, **options: Unpack[Options]) -> Response:
        """Ask, and wait for the whole answer."""
        return self._ask("invoke", messages, options).finish()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()
