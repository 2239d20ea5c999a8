"""Recording: a relay between a client and the service that records the exchanges."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import os
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlencode, urlsplit

from .._recording.exchanges import Exchange, anonymous, check_place, save
from .._recording.redaction import Redaction
from .._runtime.environment import VARIABLES
from ..client import Spark
from ..enums import Transport
from ._emulator_modules import emulator_module
from ._local_server import LocalServer, cut
from ._place import LOCAL

if TYPE_CHECKING:
    import aiohttp
    from aiohttp import web

Handle: TypeAlias = "Callable[[Any, web.Request], Coroutine[Any, Any, web.StreamResponse]]"
_KEPT_HEADERS = ("Content-Type", "Retry-After")
# The relay, and not the client, uses these to reach the service.
_OURS = {*LOCAL, "model", "transport", "url", "domain", "ca_file", "environment"}
_REFUSED = ("ca_directory", "client_certificate", "pinned_public_key", "proxy", "clock_correction")


def record(path: str | os.PathLike[str], **settings: Any) -> Recorder:
    """Record exchanges in a file, from which `replay` answers.

        with record("answers.json", model="4.0Ultra") as recorder:
            recorder.client().invoke("Hello")

    Settings are those of `Spark`: credentials (or the environment's), where to ask, `ca_file`, and
    other settings for `recorder.client()`. Only exchanges of that client, or of one made from
    `recorder.settings()`, are recorded. The file contains questions and answers, but no
    credentials. OSError: the file could not be written.
    """
    return Recorder(path, settings)


def _telling_why(handle: Handle) -> Handle:
    """Send the client the reason if the service cannot be reached; this is not recorded."""

    @functools.wraps(handle)
    async def handle_or_tell(recorder: Any, request: web.Request) -> web.StreamResponse:
        import aiohttp
        from aiohttp import web

        try:
            return await handle(recorder, request)
        except aiohttp.ClientConnectorError as error:
            return web.Response(status=502, text=f"the service cannot be reached: {error}")

    return handle_or_tell


class Recorder(LocalServer):
    """A relay that asks the service with the real credentials, and writes the file at the end."""

    def __init__(self, path: str | os.PathLike[str], settings: dict[str, Any]) -> None:
        super().__init__()
        # Questions cost money: fail now, and not after they are answered.
        check_place(path)
        self._file = path
        for name in _REFUSED:
            if settings.get(name):
                raise TypeError(f"record() takes no {name}: it asks the service without it")
        # Resolves the URL and the domain, and refuses invalid settings.
        with Spark(**settings) as spark:
            self._url, self._domain = spark.url, spark.domain
            self._transport = "http" if spark.transport is Transport.HTTP else "websocket"
        self._credentials = _credentials(settings)
        self._ca_file = settings.get("ca_file")
        self._others = {name: value for name, value in settings.items() if name not in _OURS}
        self.exchanges: list[Exchange] = []
        """The exchanges recorded so far."""

    def settings(self) -> dict[str, Any]:
        """Return the arguments of `Spark` for the service through this relay."""
        return self.settings_for(self._transport, urlsplit(self._url).path, self._domain)

    def _leading_here(self, settings: dict[str, Any]) -> dict[str, Any]:
        return super()._leading_here({**self._others, **settings})

    def stop(self) -> None:
        """Stop, and write the file."""
        super().stop()
        if self.was_started:
            save(self._file, self.exchanges, Redaction(self._credentials.values()))

    @_telling_why
    async def websocket(self, request: web.Request) -> web.StreamResponse:
        """Relay questions and answers between the client and the service."""
        import aiohttp
        from aiohttp import web

        client = web.WebSocketResponse(max_msg_size=0)
        async with self._session() as session:
            try:
                service = await session.ws_connect(self._signed_url(), max_msg_size=0)
            except aiohttp.WSServerHandshakeError as error:
                self.exchanges.append(Exchange("websocket", request.path, {}, status=error.status))
                return web.Response(status=error.status)
            await client.prepare(request)
            # Those of this connection; there may be others at the same time.
            exchanges: list[Exchange] = []
            answers = asyncio.create_task(_carry_answers(service, client, exchanges))
            async for message in client:
                question = json.loads(message.data)
                exchanges.append(Exchange("websocket", request.path, anonymous(question)))
                self.exchanges.append(exchanges[-1])
                question.setdefault("header", {})["app_id"] = self._credentials.get("app_id")
                await service.send_str(json.dumps(question, ensure_ascii=False))
            await service.close()
            await answers
        if exchanges and exchanges[-1].is_cut:
            cut(request)
        return client

    @_telling_why
    async def completions(self, request: web.Request) -> web.StreamResponse:
        """Relay a question and its answer."""
        import aiohttp
        from aiohttp import web

        body = await request.read()
        exchange = Exchange("http", request.path, anonymous(json.loads(body)))
        headers = {"Authorization": f"Bearer {self._bearer()}", "Content-Type": "application/json"}
        received = bytearray()
        async with (
            self._session() as session,
            session.post(self._url, data=body, headers=headers) as answer,
        ):
            self.exchanges.append(exchange)
            kept = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
            client = web.StreamResponse(status=answer.status, headers=kept)
            exchange.status, exchange.content_type = answer.status, kept.get("Content-Type")
            await client.prepare(request)
            try:
                async for data in answer.content.iter_any():
                    received += data
                    await client.write(data)
            except (aiohttp.ClientError, ConnectionError):
                exchange.is_cut = True
            finally:
                text = received.decode(errors="replace")
                exchange.messages = text.splitlines(keepends=True)
        if exchange.is_cut:
            cut(request)
        return client

    def _session(self) -> aiohttp.ClientSession:
        import ssl

        import aiohttp

        context = ssl.create_default_context(cafile=self._ca_file)
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=context), timeout=aiohttp.ClientTimeout(total=None)
        )

    def _signed_url(self) -> str:
        parts = urlsplit(self._url)
        signature = emulator_module("service.auth").signed_query(
            parts.netloc,
            parts.path,
            api_key=self._credentials["api_key"],
            api_secret=self._credentials["api_secret"],
            now=time.time(),
        )
        query = "&".join(filter(None, [parts.query, urlencode(signature)]))
        return parts._replace(query=query).geturl()

    def _bearer(self) -> str:
        password = self._credentials.get("api_password")
        return password or "{api_key}:{api_secret}".format(**self._credentials)


def _credentials(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return the credentials that `Spark` uses for these settings."""
    environment = {} if settings.get("environment") is False else os.environ
    found = {name: [settings.get(name), *map(environment.get, VARIABLES[name])] for name in LOCAL}
    return {name: next(filter(None, values)) for name, values in found.items() if any(values)}


async def _carry_answers(
    service: aiohttp.ClientWebSocketResponse[Any],
    client: web.WebSocketResponse,
    exchanges: list[Exchange],
) -> None:
    """Relay answers, and record each in the last exchange, until one side closes."""
    with contextlib.suppress(ConnectionError):
        async for message in service:
            exchanges[-1].messages.append(message.data)
            await client.send_str(message.data)
    if client.closed or not exchanges:
        return
    last, code = exchanges[-1], service.close_code
    last.is_cut = code in (None, 1006)
    last.close_code = None if last.is_cut else code
    await client.close(code=last.close_code or 1011)
