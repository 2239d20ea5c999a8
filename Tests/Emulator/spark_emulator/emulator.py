"""Runs the emulator inside a Python process: a context manager for tests."""

from __future__ import annotations

import json
import time
from types import TracebackType
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from .background import Background
from .options import Options
from .server import Server
from .service.auth import signed_query


class Emulator:
    """Runs the emulator in a background thread.

        with Emulator(pace_ms=5) as emulator:
            client = MyClient(emulator.url("/v3.5/chat"), emulator.ready["api_key"], ...)

    Takes the fields of `Options` as keyword arguments; `quiet` is on by default.
    """

    def __init__(self, **options: Any) -> None:
        self._options = Options(**{"quiet": True, **options})
        self._server = Server(self._options)
        self._background = Background("spark-emulator", self._server.start, self._server.stop)

    def start(self) -> Emulator:
        """Start it, and return when it is listening."""
        self._background.start()
        return self

    def stop(self) -> None:
        """Stop it, and return when its ports are closed."""
        self._background.stop()

    @property
    def ready(self) -> dict[str, Any]:
        """The contents of the ready line."""
        if not self._server.ready:
            raise RuntimeError("the local service is not started: use `with`, or call start()")
        return self._server.ready

    def __enter__(self) -> Emulator:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def ca_file(self) -> str:
        """The certificate (PEM) that a client of the `wss` ports must trust."""
        return str(self.ready["ca_file"])

    def authority(self, *, tls: bool = False, port: str | None = None) -> str:
        """Return `host:port`; `port` names one of the faulty ports."""
        ports = self.ready["ports"]
        if port and port not in ports:
            raise ValueError(f"there is no port {port!r}; there are {', '.join(ports)}")
        number = ports[port] if port else self.ready["wss_port" if tls else "ws_port"]
        host = self.ready["host"]
        return f"[{host}]:{number}" if ":" in host else f"{host}:{number}"

    def url(
        self,
        path: str = "/v3.5/chat",
        *,
        tls: bool = False,
        port: str | None = None,
        **query: str,
    ) -> str:
        """Return the URL of a path, for a client that signs it.

        `query` may contain `scenario` and `tag`.
        """
        scheme = "wss" if tls or (port or "").startswith("tls_") else "ws"
        base = f"{scheme}://{self.authority(tls=tls, port=port)}{path}"
        return f"{base}?{urlencode(query)}" if query else base

    def http_url(
        self,
        path: str = "/v1/chat/completions",
        *,
        tls: bool = False,
        port: str | None = None,
        **query: str,
    ) -> str:
        """Return the URL of an HTTP path, without a signature."""
        return self.url(path, tls=tls, port=port, **query).replace("ws", "http", 1)

    def signed_url(
        self,
        path: str = "/v3.5/chat",
        *,
        tls: bool = False,
        port: str | None = None,
        **query: str,
    ) -> str:
        """Return the same URL, signed with the current time."""
        signature = signed_query(
            self.authority(tls=tls, port=port),
            path,
            api_key=self._options.api_key,
            api_secret=self._options.api_secret,
            now=time.time(),
        )
        return self.url(path, tls=tls, port=port, **signature, **query)

    def records(self, tag: str | None = None, *, wait: float = 2.0) -> list[dict[str, Any]]:
        """Return the records of a tag (or all), once complete or after `wait` seconds."""
        query = {"wait": str(wait)} if tag is None else {"wait": str(wait), "tag": tag}
        found = self._call(f"records?{urlencode(query)}")
        return list(found)

    def stats(self) -> dict[str, int]:
        """Return the numbers of running exchanges and of all exchanges."""
        return dict(self._call("stats"))

    def reset(self) -> None:
        """Delete the records."""
        self._call("reset", "POST")

    def _call(self, page: str, method: str = "GET") -> Any:
        request = Request(f"http://{self.authority()}/_emulator/{page}", method=method)
        with urlopen(request, timeout=30) as answer:
            return json.load(answer)
