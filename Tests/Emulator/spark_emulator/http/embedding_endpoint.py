"""The aiohttp handler of embeddings: signature, body, scenario, vector."""

from __future__ import annotations

import base64
import time

from aiohttp import web

from ..json_text import to_text
from ..records import HttpRecord
from ..scenarios import Chosen, Clock, Kind, ScenarioError, Transport, choose, parse_expression
from ..scenarios.vectors import EmbeddingAnswer
from ..service import auth
from ..service.embedding_request import EmbeddingRequest, parse_embedding
from ..service.errors import ServiceError
from ..service.sid import new_sid
from ..service.vectors import vector_of
from .answer import http_answer
from .connection import HttpConnection
from .refusal import answer_with_status
from .serving import JSON, HttpEndpoint, query_of

PATH = "/"


class EmbeddingEndpoint(HttpEndpoint):
    """Serves `POST /`."""

    async def _serve(
        self, request: web.Request, data: bytes, connection: HttpConnection, record: HttpRecord
    ) -> None:
        try:
            source = record.query.get("scenario")
            chosen = choose(parse_expression(source), Transport.EMBEDDING) if source else None
        except ScenarioError as error:
            body = to_text({"message": str(error)}).encode()
            await answer_with_status(connection, 400, JSON, body)
            return
        if chosen is not None and not self._recorder.still_applies(record.tag, chosen):
            chosen = record.scenario = None
        clock = Clock(time.time())
        if chosen is not None and chosen.kind is Kind.CLOCK:
            clock, chosen = chosen.call(clock.now), None
        if await self._let_in(request, connection, record, clock):
            await self._answer(connection, record, chosen)

    async def _let_in(
        self, request: web.Request, connection: HttpConnection, record: HttpRecord, clock: Clock
    ) -> bool:
        """Check the signature, and refuse an invalid one."""
        refusal = auth.verify(
            query_of(request),
            record.path,
            api_key=self._options.api_key,
            api_secret=self._options.api_secret,
            now=clock.now,
            strict=self._options.strict,
            method="POST",
        )
        refusal = refusal or (auth.DATE if clock.refuses else None)
        record.auth = "ok" if refusal is None else refusal.reason
        if refusal is None:
            return True
        body = to_text({"message": refusal.message}).encode()
        date = auth.http_date(clock.now)
        await answer_with_status(connection, refusal.status, JSON, body, date=date)
        return False

    async def _answer(
        self, connection: HttpConnection, record: HttpRecord, chosen: Chosen | None
    ) -> None:
        record.sid = new_sid("emb")
        header = {"code": 0, "message": "success", "sid": record.sid}
        try:
            wanted = parse_embedding(record.requests[0], app_id=self._options.app_id)
            with self._limits.admit():
                answer = EmbeddingAnswer({"header": header, "payload": _payload(wanted)})
        except ServiceError as error:
            answer = EmbeddingAnswer(
                {"header": {**header, "code": error.code, "message": error.message()}}
            )
        else:
            record.body = {"text": wanted.text, "domain": wanted.domain, "uid": wanted.uid}
            if chosen is not None:
                chosen.call(answer)
        body = to_text(answer.document).encode()
        record.status = answer.status
        head = [*JSON, ("Date", auth.http_date(time.time())), ("Content-Length", str(len(body)))]
        if not connection.keep_alive:
            head.append(("Connection", "close"))
        record.frames_sent = 1
        await connection.write(http_answer(answer.status, head, body))
        record.end("complete")


def _payload(wanted: EmbeddingRequest) -> dict[str, object]:
    text = base64.b64encode(vector_of(wanted.text, wanted.domain)).decode()
    # As seen in recordings, with numbers as strings.
    return {"feature": {"encoding": "utf8", "seq": "0", "status": "2", "text": text}}
