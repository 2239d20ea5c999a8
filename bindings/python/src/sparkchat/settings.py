"""The settings of a client."""

from __future__ import annotations

import os
from typing import Literal

from .enums import Transport
from .options import Options


class Settings(Options, total=False):
    """What can be said about a client, besides its credentials. None says nothing.

    The options among them are for every question that does not set its own.
    """

    api_password: str | None
    """For HTTP; each model has its own."""
    model: str | None
    """A name of the service's table of models, such as "4.0Ultra", "max" or "x1": it gives URL and
    domain. `models` lists them."""
    transport: Literal["auto", "websocket", "http"] | Transport | None
    """For models that are served in both ways: "auto" takes HTTP where an API password is given,
    and WebSocket otherwise."""
    url: str | None
    """Where to ask: wss:// or https://."""
    domain: str | None
    """The service's own word for the model."""
    embedding_url: str | None
    """Where to ask for the vectors of texts, if not at the service's own address: https://."""
    user_id: str | None
    """Whom the questions come from: at most 32 characters."""
    patch_id: str | None
    """Names a fine-tuned model."""
    ca_file: str | os.PathLike[str] | None
    """Certificates to trust instead of the system's: a PEM file."""
    ca_directory: str | os.PathLike[str] | None
    """The same in a directory, as `openssl rehash` prepares it; several are separated by ":"."""
    client_certificate: tuple[str | os.PathLike[str], str | os.PathLike[str]] | None
    """A PEM file with a certificate of one's own, and one with its key."""
    pinned_public_key: str | None
    """What the server must have as well: "sha256//..."."""
    proxy: str | None
    """The URL of an HTTP or SOCKS 5 proxy; "" for none."""
    resolve_timeout: float | None
    """For looking up the host name: 10 s. All timeouts are in seconds; 0 switches one off."""
    connect_timeout: float | None
    """For connecting to any of the host's addresses: 10 s."""
    tls_timeout: float | None
    """For the TLS handshake: 10 s."""
    upgrade_timeout: float | None
    """For the WebSocket upgrade: 15 s."""
    first_token_timeout: float | None
    """From the question to the first message of the answer: 120 s; 300 s for reasoning models."""
    idle_timeout: float | None
    """Between two messages of the answer: 120 s."""
    total_timeout: float | None
    """For the whole exchange: off."""
    close_timeout: float | None
    """For the server's goodbye: 1 s."""
    queue_timeout: float | None
    """For waiting in line, where `max_rate` or `max_concurrency` is set: 60 s."""
    max_attempts: int | None
    """How often to try in all what may pass by itself, but never once a part of the answer has been
    delivered: 3."""
    retry_budget: float | None
    """No attempt begins later than this after the first: 60 s."""
    retry_backoff: tuple[float, float] | None
    """The longest wait before the second attempt, and before any: 0.5 s, 8 s."""
    clock_correction: bool | None
    """Whether to sign again with the server's time where this machine's clock is wrong: False."""
    max_rate: float | None
    """Questions begun in a second; others wait in line."""
    max_concurrency: int | None
    """Questions under way at once; others wait in line."""
    max_idle_connections: int | None
    """How many connections over HTTP are kept for the next questions: 8."""
    keepalive: float | None
    """After how long without a word the peer is probed, so that routers do not forget the
    connection, and a dead one is noticed, after twice that: 60 s; 0 never."""
    max_message_size: int | None
    """The largest message accepted, in bytes: 4 MiB."""
    max_answer_size: int | None
    """The largest answer kept, in bytes: 64 MiB."""
    keep_raw: bool | None
    """Whether to keep the service's messages as they came, for `Response.raw`: False."""
    environment: bool
    """Whether to take from the environment what is not given: True."""
    pickle_secrets: bool
    """Whether credentials that were given go along when the client is pickled: False."""


class Changes(Settings, total=False):
    """What `with_options` can change."""

    app_id: str | None
    api_key: str | None
    api_secret: str | None
