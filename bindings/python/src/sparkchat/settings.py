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
    """The settings of a client, except its credentials. None leaves a setting unset.

    The options among them apply to every question that does not set its own.
    """

    api_password: str | None
    """The APIPassword of the console, for HTTP; each model has its own."""
    model: str | None
    """A name from the table of models, such as "4.0Ultra", "max" or "x1"; it sets URL and domain.
    `sparkchat.models()` lists them. Default: "max".
    """
    transport: Literal["auto", "websocket", "http"] | Transport | None
    """For models that are available over both: "auto" uses HTTP if an API password is given, and
    WebSocket otherwise; WebSocket also if the password is the environment's and the other
    credentials are complete. Default: "auto".
    """
    url: str | None
    """The URL to ask, if not the model's own: wss:// or https://."""
    domain: str | None
    """The service's name for the model, such as "generalv3.5"; for a hosted model, its id."""
    embedding_url: str | None
    """The URL for embeddings, if not the service's own: https://."""
    user_id: str | None
    """The user who asks the questions: 1 to 32 characters."""
    patch_id: str | None
    """The id of a fine-tuned model."""
    ca_file: FilePath | None
    """Certificates to trust instead of the system's: a PEM file."""
    ca_directory: FilePath | None
    """The same as a directory prepared by `openssl rehash`; separate several with ":"."""
    client_certificate: tuple[FilePath, FilePath] | None
    """A PEM file with your own certificate, and one with its key."""
    pinned_public_key: str | None
    """A public key that the server must have, in addition to a valid certificate: "sha256//..."."""
    proxy: str | None
    """The URL of an HTTP or SOCKS 5 proxy; "" for none. Default: the environment's."""
    resolve_timeout: Seconds | None
    """Seconds to look up the host name. 0 disables this deadline, as it does all others except
    `close_timeout`. Default: 10 s.
    """
    connect_timeout: Seconds | None
    """Seconds to connect to any of the host's addresses, and again for the proxy's handshake.
    Default: 10 s.
    """
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
    """Seconds for the server's closing handshake after a finished answer; 0 does not wait for it.
    Default: 1 s.
    """
    queue_timeout: Seconds | None
    """Seconds to wait in the queue, if `max_rate` or `max_concurrency` is set. Default: 60 s."""
    max_attempts: int | None
    """How many attempts to make in all if failures are transient: 1 to 10. There is no other
    attempt once a part of the answer has been delivered. Default: 3.
    """
    retry_budget: Seconds | None
    """Seconds after the first attempt during which another may begin. Default: 60 s."""
    retry_backoff: tuple[Seconds, Seconds] | None
    """Two times in seconds: the longest wait before the second attempt, which doubles with each
    further attempt, and the limit of this doubling. Default: 0.5 s, 8 s.
    """
    clock_correction: bool | None
    """Whether to sign again with the server's time if this machine's clock is wrong. Default:
    False.
    """
    max_rate: float | None
    """Questions started per second; others wait in the queue. Default: no limit."""
    max_concurrency: int | None
    """Questions running at once; others wait in the queue. Default: no limit."""
    limiter: Limiter | None
    """A limiter that also decides when a question may start: a `FileLimiter` or a `RedisLimiter`,
    for limits that several processes share, or one of your own; see sparkchat.limiters. Default:
    none.
    """
    max_idle_connections: int | None
    """How many HTTP connections are kept for later questions. Default: 8."""
    keepalive: Seconds | None
    """Seconds of silence after which the peer is probed, so that routers do not forget the
    connection; a dead connection is noticed after twice that. 0 disables probes. Default: 60 s.
    """
    max_message_size: Bytes | None
    """The largest message accepted, in bytes. Default: 4 MiB."""
    max_answer_size: Bytes | None
    """The largest answer kept, in bytes. Default: 64 MiB."""
    keep_raw: bool | None
    """Whether to keep the service's messages as they were received, for `Response.raw`. Default:
    False.
    """
    environment: bool | None
    """Whether to read settings that are not given from the environment. Default: True."""
    pickle_secrets: bool | None
    """Whether pickling the client includes credentials that were given as arguments. Default:
    False.
    """


class Changes(Settings, total=False):
    """What `with_options` can change: settings, options, and credentials. None unsets one."""

    app_id: str | None
    """The APPID of the console, for WebSocket."""
    api_key: str | None
    """The APIKey of the console."""
    api_secret: str | None
    """The APISecret of the console."""
