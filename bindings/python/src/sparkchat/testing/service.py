"""The local substitute for the service."""

from __future__ import annotations

import json
from typing import Any, Literal
from urllib.parse import urlsplit

from .. import enums
from .._typing import Self
from ..client import Spark
from ._emulator_modules import emulator_module
from ._place import LOCAL, Place

Transport = Literal["websocket", "http"]
_PATHS = {"websocket": "/v3.5/chat", "http": "/v1/chat/completions"}


class SparkService(Place):
    """A substitute for the service, on a port of this machine, with answers that never change.

        with SparkService() as service:
            print(service.client().invoke("6 times 7"))

    It has no language model: it greets, calculates, remembers, calls the tools that a question is
    about, and otherwise repeats the question. It serves the model Max, unless you name another one:
    `service.client(model="x1")`. A scenario makes it answer differently, or fail:
    `service.client(url=service.url(scenario="error:code=11202,times=1"))`. Options are those of the
    emulator, such as `pace_ms` and `strict`; its README describes both.
    """

    def __init__(self, **options: Any) -> None:
        self._emulator: Any = emulator_module("emulator").Emulator(**options)

    def start(self) -> Self:
        """Start the service, and return when it answers."""
        self._emulator.start()
        return self

    def stop(self) -> None:
        """Stop the service, and return when its ports are closed."""
        self._emulator.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *unused: object) -> None:
        self.stop()

    @property
    def credentials(self) -> dict[str, str]:
        """App id, API key, API secret and API password: the only valid ones."""
        names = ("app_id", "api_key", "api_secret", "api_password")
        return {name: str(self._emulator.ready[name]) for name in names}

    @property
    def ca_file(self) -> str:
        """The certificate (PEM) to trust for `tls`."""
        return str(self._emulator.ca_file)

    def url(
        self,
        path: str | None = None,
        *,
        transport: Transport = "websocket",
        tls: bool = False,
        port: str | None = None,
        scenario: str | None = None,
        tag: str | None = None,
    ) -> str:
        """Return a URL. The default path is that of the model Max; another one is "/v4.0/chat".

        `port` is the name of a port that fails, such as "reset", "garbage" or "tls_expired"; `tag`
        is a label for `records`.
        """
        query = {"scenario": scenario, "tag": tag}
        chosen = {name: value for name, value in query.items() if value is not None}
        if transport not in _PATHS:
            raise ValueError(f'the transport is {transport!r}: use "websocket" or "http"')
        make = self._emulator.url if transport == "websocket" else self._emulator.http_url
        return str(make(path or _PATHS[transport], tls=tls, port=port, **chosen))

    def settings(
        self, transport: Transport | None = None, *, model: str | None = None
    ) -> dict[str, Any]:
        """Return the arguments of `Spark` for this service; the default model is Max."""
        # Resolves the model's path, domain and transport.
        keys = LOCAL["app_id"], LOCAL["api_key"], LOCAL["api_secret"]
        with Spark(*keys, model=model, transport=transport, environment=False) as real:
            is_http = real.transport is enums.Transport.HTTP
            path, domain = urlsplit(real.url).path, real.domain
        names = ["api_password"] if is_http else ["app_id", "api_key", "api_secret"]
        return {
            **{name: self.credentials[name] for name in names},
            "url": self.url(path, transport="http" if is_http else "websocket"),
            "domain": domain,
            "embedding_url": self.url("/", transport="http"),
            "ca_file": self.ca_file,
        }

    def _leading_here(self, settings: dict[str, Any]) -> dict[str, Any]:
        others = dict(settings)
        if others.get("url") is not None:
            ours = self.settings()
            if others.get("model") is not None:
                # The model determines the domain.
                del ours["domain"]
            return {**ours, **others}
        where = {name: others.pop(name) for name in ("transport", "model") if name in others}
        return {**self.settings(**where), **others}

    def records(self, tag: str | None = None, *, wait: float = 2.0) -> list[dict[str, Any]]:
        """Return the records of a tag, or all; waits up to `wait` seconds for exchanges to end."""
        return list(self._emulator.records(tag, wait=wait))

    def requests(self, tag: str | None = None) -> list[dict[str, Any]]:
        """Return the received requests as JSON values."""
        return [json.loads(text) for record in self.records(tag) for text in record["requests"]]

    def reset(self) -> None:
        """Delete the records, and reset the counters of scenarios."""
        self._emulator.reset()
