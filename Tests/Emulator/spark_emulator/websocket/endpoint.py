"""The aiohttp handler of the chat paths: signature, scenario, handshake, session."""

from __future__ import annotations

import json
import time
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from ..http.answer import Answered
from ..http.errors import no_route
from ..options import Options
from ..records import Recorder, WebSocketRecord
from ..scenarios import Chosen, Clock, Kind, ScenarioError, choose, parse_expression
from ..service import auth
from ..service.errors import ServiceError
from ..service.limits import Limits
from ..service.models import is_chat_path
from ..service.plans import find_plan
from ..transports import Connections, tls_facts
from .connection import Connection
from .handshake import switching_answer, upgrade_problem
from .session import Session
from .upgrade import Upgrade


class Endpoint:
    """Serves every WebSocket path of the chat service."""

    def __init__(
        self, options: Options, recorder: Recorder, connections: Connections, limits: Limits
    ) -> None:
        self._options = options
        self._recorder = recorder
        self._connections = connections
        self._limits = limits

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one request from its arrival to the end of its connection."""
        target = urlsplit(request.raw_path)
        # Not decoded by aiohttp, which would normalise what the signature covers.
        query = dict(parse_qsl(target.query, keep_blank_values=True))
        record = self._new_record(request, target.path, query)
        self._recorder.begin(record)
        try:
            return await self._serve(request, query, record)
        except ConnectionError:
            record.end("client_drop")
            return Answered()
        finally:
            self._recorder.finish(record)

    def _new_record(
        self, request: web.Request, path: str, query: dict[str, str]
    ) -> WebSocketRecord:
        number, _ = self._connections.note_request(request.transport)
        host = request.headers.get("Host", "")
        return WebSocketRecord(
            conn=number,
            path=path,
            query={name: value for name, value in query.items() if name != "authorization"},
            headers={k: v for k, v in request.headers.items() if k.lower() != "authorization"},
            tag=query.get("tag", ""),
            tls=tls_facts(request.transport),
            scenario=query.get("scenario"),
            host_matches=query.get("host", host) in (host, host.rpartition(":")[0]),
        )

    async def _serve(
        self, request: web.Request, query: dict[str, str], record: WebSocketRecord
    ) -> web.StreamResponse:
        try:
            plan = find_plan(request.headers.get("Host", ""), query.get("plan", ""))
        except ServiceError as error:
            return _refuse(record, 400, error.message())
        if not is_chat_path(record.path) or not plan.has_socket(record.path):
            if plan.behind_gateway:
                record.status = 404
                record.end("refused")
                return web.json_response(no_route(), status=404)
            return _refuse(record, 404, "404 page not found", as_json=False)
        try:
            source = query.get("scenario")
            chosen = choose(parse_expression(source)) if source else None
        except ScenarioError as error:
            return _refuse(record, 400, str(error))
        if chosen is not None and not self._recorder.still_applies(record.tag, chosen):
            chosen = record.scenario = None
        clock = Clock(time.time())
        if chosen is not None and chosen.kind is Kind.CLOCK:
            clock, chosen = chosen.call(clock.now), None
        refusal = self._check_signature(query, record.path, clock)
        if refusal is not None:
            record.auth = refusal.reason
            return _refuse(record, refusal.status, refusal.message, now=clock.now)
        record.auth = "ok"
        problem = upgrade_problem(request)
        if problem is not None:
            return _refuse(record, *problem)
        return await self._upgrade(request, query, record, chosen, clock)

    def _check_signature(
        self, query: dict[str, str], path: str, clock: Clock
    ) -> auth.Refusal | None:
        refusal = auth.verify(
            query,
            path,
            api_key=self._options.api_key,
            api_secret=self._options.api_secret,
            now=clock.now,
            strict=self._options.strict,
        )
        return refusal or (auth.DATE if clock.refuses else None)

    async def _upgrade(
        self,
        request: web.Request,
        query: dict[str, str],
        record: WebSocketRecord,
        chosen: Chosen | None,
        clock: Clock,
    ) -> web.StreamResponse:
        connection = Connection(request, record)
        if chosen is not None and chosen.kind is Kind.UPGRADE:
            upgrade = Upgrade(request, connection, self._options, chosen.content)
            goes_on: bool = await chosen.call(upgrade)
            if not goes_on:
                return Answered()
            chosen = None
        else:
            await connection.write(switching_answer(request, now=clock.now))
        record.status = 101
        connection.start_reading()
        host = query.get("host", "")
        shared = self._options, self._recorder, self._limits
        await Session(connection, *shared, chosen, host).run()
        return Answered()


def _refuse(
    record: WebSocketRecord,
    status: int,
    message: str,
    *,
    as_json: bool = True,
    now: float | None = None,
) -> web.StreamResponse:
    """Refuse as the gateway does: with a small JSON body declared as plain text."""
    record.status = status
    record.end("refused")
    body = json.dumps({"message": message}) if as_json else message
    date = auth.http_date(time.time() if now is None else now)
    return web.Response(status=status, text=body, headers={"Date": date})
