"""The settings of a client."""

from __future__ import annotations

import os
from typing import Literal, TypeAlias

from .enums import Transport
from .limiters.protocol import Limiter
from .options import Options

Seconds: TypeAlias = float
"""A time in seconds, such as 0.5 or 120. (The C interface takes milliseconds.)"""
Bytes: TypeAlias = int
"""A number of bytes."""
FilePath: TypeAlias = str | os.PathLike[str]
"""A path, as text or as a `pathlib.Path`."""


class Settings(Options, total=False):
    """What can be said about a client, besides its credentials. None says nothing.

    The options among them are for every question that does not set its own.
    """

    api_password: str | None
    """The APIPassword of the console, for HTTP; each model has its own."""
    model: str | None
    """A name of the service's table of models, such as "4.0Ultra", "max" or "x1": it gives URL and
    domain. `sparkchat.models()` lists them. Default: "max"."""
    transport: Literal["auto", "websocket", "http"] | Transport | None
    """For models that are served in both ways: "auto" takes HTTP where an API password is given,
    and WebSocket otherwise. Default: "auto"."""
    url: str | None
    """Where to ask, if not where the model is: wss:// or https://."""
    domain: str | None
    """The service's own word for the model, such as "generalv3.5"; of a hosted model, its id."""
    embedding_url: str | None
    """Where to ask for the vectors of texts, if not at the service's own address: https://."""
    user_id: str | None
    """Whom the questions come from: 1 to 32 characters."""
    patch_id: str | None
    """Names a fine-tuned model."""
    ca_file: FilePath | None
    """Certificates to trust instead of the system's: a PEM file."""
    ca_directory: FilePath | None
    """The same in a directory, as `openssl rehash` prepares it; several are separated by ":"."""
    client_certificate: tuple[FilePath, FilePath] | None
    """A PEM file with a certificate of one's own, and one with its key."""
    pinned_public_key: str | None
    """What the server must have as well: "sha256//..."."""
    proxy: str | None
    """The URL of an HTTP or SOCKS 5 proxy; "" for none. Default: that of the environment."""
    resolve_timeout: Seconds | None
    """Seconds to look up the host name. 0 switches this deadline off, as all others.
    Default: 10 s."""
    connect_timeout: Seconds | None
    """Seconds to connect to any of the host's addresses. Default: 10 s."""
    tls_timeout: Seconds | None
    """Seconds for the TLS handshake. Default: 10 s."""
    upgrade_timeout: Seconds | None
    """Seconds for the WebSocket upgrade. Default: 15 s."""
    first_token_timeout: Seconds | None
    """Seconds from the question to the first message of the answer. Default: 120 s, and 300 s for
    reasoning models."""
    idle_timeout: Seconds | None
    """Seconds between two messages of the answer. Default: 120 s."""
    total_timeout: Seconds | None
    """Seconds for the whole exchange, retries included. Default: no limit."""
    close_timeout: Seconds | None
    """Seconds for the server's goodbye behind a finished answer. Default: 1 s."""
    queue_timeout: Seconds | None
    """Seconds to wait in line, where `max_rate` or `max_concurrency` is set. Default: 60 s."""
    max_attempts: int | None
    """How often to try in all what may pass by itself, but never once a part of the answer has been
    delivered: 1 to 10. Default: 3."""
    retry_budget: Seconds | None
    """Seconds after the first attempt in which another may begin. Default: 60 s."""
    retry_backoff: tuple[Seconds, Seconds] | None
    """The longest wait in seconds before the second attempt, and before any.
    Default: 0.5 s, 8 s."""
    clock_correction: bool | None
    """Whether to sign again with the server's time where this machine's clock is wrong.
    Default: False."""
    max_rate: float | None
    """Questions begun in a second; others wait in line. Default: no limit."""
    max_concurrency: int | None
    """Questions under way at once; others wait in line. Default: no limit."""
    limiter: Limiter | None
    """Who else decides when a question may be asked: a `FileLimiter` or a `RedisLimiter`, for
    limits that several processes have in common, or one of your own; see sparkchat.limiters.
    Default: nobody."""
    max_idle_connections: int | None
    """How many connections over HTTP are kept for the next questions. Default: 8."""
    keepalive: Seconds | None
    """Seconds without a word after which the peer is probed, so that routers do not forget the
    connection; a dead one is noticed after twice that. 0 never probes. Default: 60 s."""
    max_message_size: Bytes | None
    """The largest message accepted, in bytes. Default: 4 MiB."""
    max_answer_size: Bytes | None
    """The largest answer kept, in bytes. Default: 64 MiB."""
    keep_raw: bool | None
    """Whether to keep the service's messages as they came, for `Response.raw`. Default: False."""
    environment: bool
    """Whether to take from the environment what is not given. Default: True."""
    pickle_secrets: bool
    """Whether credentials that were given go along when the client is pickled. Default: False."""


class Changes(Settings, total=False):
    """What `with_options` can change: settings, options, and credentials. None takes one back."""

    app_id: str | None
    """The APPID of the console, for WebSocket."""
    api_key: str | None
    """The APIKey of the console."""
    api_secret: str | None
    """The APISecret of the console."""
