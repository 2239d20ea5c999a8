"""What all HTTP endpoints do with a request."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from ..options import Options
from ..records import HttpRecord, Recorder
from ..service.limits import Limits
from ..transports import Connections, tls_facts
from .answer import Answered
from .connection import HttpConnection
from .refusal import answer_with_status

JSON = [("Content-Type", "application/json")]


def query_of(request: web.Request) -> dict[str, str]:
    """Return the URL's query."""
    return dict(parse_qsl(urlsplit(request.raw_path).query, keep_blank_values=True))


class HttpEndpoint(ABC):
    """Reads requests and keeps their records; subclasses answer."""

    def __init__(
        self, options: Options, recorder: Recorder, connections: Connections, limits: Limits
    ) -> None:
        self._options = options
        self._recorder = recorder
        self._connections = connections
        self._limits = limits

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one request. The connection may continue after it."""
        record = self._new_record(request)
        self._recorder.begin(record)
        connection: HttpConnection | None = None
        try:
            connection = HttpConnection(request, record, self._connections)
            try:
                data = await asyncio.wait_for(request.read(), self._options.request_wait)
            except asyncio.TimeoutError:
                connection.keep_alive = False
                await answer_with_status(connection, 408)
            else:
                record.requests.append(data.decode("utf-8", "replace"))
                await self._serve(request, data, connection, record)
        except ConnectionError:
            record.end("client_drop")
            return Answered()
        finally:
            self._recorder.finish(record)
        return Answered(keep_alive=connection.keep_alive)

    @abstractmethod
    async def _serve(
        self, request: web.Request, data: bytes, connection: HttpConnection, record: HttpRecord
    ) -> None:
        """Answer a complete request."""

    def _new_record(self, request: web.Request) -> HttpRecord:
        query = query_of(request)
        number, position = self._connections.note_request(request.transport)
        return HttpRecord(
            conn=number,
            path=urlsplit(request.raw_path).path,
            # Embeddings have their signature here, and chat in a header.
            query={k: v for k, v in query.items() if k != "authorization"},
            headers={k: v for k, v in request.headers.items() if k.lower() != "authorization"},
            tag=query.get("tag", ""),
            tls=tls_facts(request.transport),
            scenario=query.get("scenario"),
            request_on_connection=position,
            lora_id=request.headers.get("lora_id"),
        )
