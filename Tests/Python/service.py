"""The local Spark service."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlencode

if TYPE_CHECKING:
    from sparkchat import AsyncSpark, Spark

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "Tests" / "Emulator"))

from emulator_process import EmulatorProcess  # type: ignore[import-not-found]  # noqa: E402

MakeChat: TypeAlias = "Callable[..., Spark]"
"""Makes clients of the local service; see the fixture `local_settings`."""

MakeAsyncChat: TypeAlias = "Callable[..., AsyncSpark]"
"""The same for asyncio."""


class Service(EmulatorProcess):  # type: ignore[misc]
    """A running service, and what tests need to know about it."""

    def __init__(self, *options: str) -> None:
        super().__init__(*options)
        ready = self.ready
        self.credentials: dict[str, Any] = {
            name: ready[name] for name in ("app_id", "api_key", "api_secret")
        }
        self.password: str = ready["api_password"]
        self.ca_file: str = ready["ca_file"]

    def base(
        self, *, tls: bool = False, port: str | None = None, transport: str = "websocket"
    ) -> str:
        """Return scheme, host and port; `port` names one of the faulty ports."""
        number = self.ready["ports"][port] if port else self.ready["wss_port" if tls else "ws_port"]
        is_secure = tls or (port or "").startswith("tls_")
        scheme = ("https" if is_secure else "http") if transport == "http" else "ws"
        scheme = "wss" if is_secure and scheme == "ws" else scheme
        return f"{scheme}://{'localhost' if is_secure else '127.0.0.1'}:{number}"

    def url(
        self,
        path: str = "/v3.5/chat",
        *,
        tls: bool = False,
        port: str | None = None,
        transport: str = "websocket",
        **query: Any,
    ) -> str:
        """Return the URL of a path; `query` may hold `scenario` and `tag`."""
        url = self.base(tls=tls, port=port, transport=transport) + path
        return f"{url}?{urlencode(query)}" if query else url

    def signed_url(self, path: str = "/v3.5/chat", **query: str) -> str:
        """Return a signed URL, for a client that cannot sign."""
        from spark_emulator.service.auth import signed_query  # type: ignore[import-not-found]

        signature: dict[str, Any] = signed_query(
            self.base().partition("://")[2],
            path,
            api_key=self.credentials["api_key"],
            api_secret=self.credentials["api_secret"],
            now=time.time(),
        )
        return self.url(path, **signature, **query)


@contextmanager
def running_service(*options: str) -> Iterator[Service]:
    """Start the service, which ends with the block or with this process."""
    service = Service(*options)
    try:
        yield service
    finally:
        service.stop()
