"""The aiohttp handler of the chat completions: credentials, body, scenario, answer."""

from __future__ import annotations

from contextlib import suppress

from aiohttp import web

from ..json_text import to_text
from ..records import HttpRecord
from ..scenarios import Chosen, Kind, ScenarioError, Transport, choose, parse_expression
from ..scenarios.playing import make_reply, pick_scenario
from ..service.bearer import UNKNOWN, UNKNOWN_TO_GATEWAY, UNREADABLE, Bearer, check_bearer
from ..service.completions_request import read_completions, read_model
from ..service.errors import ServiceError
from ..service.models import Form
from ..service.plans import PLANS, Plan, find_plan
from ..service.request import parse_json
from ..service.sid import new_sid
from .connection import HttpConnection
from .errors import error_body, error_status, no_route
from .exchange import HttpExchange
from .refusal import answer_with_status
from .serving import JSON, HttpEndpoint


class CompletionsEndpoint(HttpEndpoint):
    """Serves `POST …/chat/completions`."""

    async def _serve(
        self, request: web.Request, data: bytes, connection: HttpConnection, record: HttpRecord
    ) -> None:
        try:
            plan = find_plan(request.headers.get("Host", ""), record.query.get("plan", ""))
        except ServiceError as error:
            await self._refuse(connection, error)
            return
        if record.path not in plan.paths:
            await answer_with_status(connection, 404, JSON, to_text(no_route()).encode())
            return
        source = record.query.get("scenario")
        try:
            chosen = choose(parse_expression(source), Transport.HTTP) if source else None
        except ScenarioError as error:
            await self._refuse(connection, ServiceError(10005, str(error)))
            return
        if chosen is not None and not self._recorder.still_applies(record.tag, chosen):
            chosen = record.scenario = None
        if await self._let_in(request, connection, record, plan):
            await self._answer(data, connection, record, plan, chosen)

    async def _let_in(
        self, request: web.Request, connection: HttpConnection, record: HttpRecord, plan: Plan
    ) -> bool:
        """Check the credentials, and refuse invalid ones."""
        keys = {other.key: str(getattr(self._options, other.key)) for other in PLANS.values()}
        bearer = check_bearer(
            request.headers.get("Authorization"),
            password=keys.pop(plan.key),
            pair=f"{self._options.api_key}:{self._options.api_secret}" if plan.takes_pair else "",
            others=list(keys.values()),
        )
        record.authorization = bearer.value
        if bearer.good:
            record.auth = "ok"
            return True
        record.auth = {Bearer.NONE: "missing", Bearer.MALFORMED: "malformed"}.get(bearer, "wrong")
        body: dict[str, object] = dict(UNREADABLE)
        if bearer in (Bearer.WRONG, Bearer.OTHER_PLAN):
            body = dict(UNKNOWN_TO_GATEWAY if plan.behind_gateway else UNKNOWN)
        await answer_with_status(connection, 401, JSON, to_text(body).encode())
        return False

    async def _answer(
        self,
        data: bytes,
        connection: HttpConnection,
        record: HttpRecord,
        plan: Plan,
        chosen: Chosen | None,
    ) -> None:
        form = plan.form(record.path)
        try:
            # A body that is not UTF-8 is not JSON.
            body = parse_json(data.decode("utf-8", "replace") if _is_utf8(data) else "")
            record.body = body
            model = read_model(body, plan, record.path, strict=self._options.strict)
            form = model.form
            wanted = read_completions(body, model, strict=self._options.strict)
            if body["messages"][-1]["role"] == "user":
                chosen, chat = pick_scenario(
                    wanted.chat, chosen, self._recorder, record.tag, Transport.HTTP
                )
                wanted = wanted.with_chat(chat)
            if chosen is not None:
                record.scenario = chosen.expression.source
            with self._limits.admit():
                reply = make_reply(wanted.chat, chosen)
                record.sid = new_sid("cha" if form is Form.OPEN else "cht")
                exchange = HttpExchange(wanted, reply, record.sid, connection, self._options)
                await _play(exchange, chosen)
        except ScenarioError as error:
            await self._refuse(connection, ServiceError(10005, str(error)), form)
        except ServiceError as error:
            await self._refuse(connection, error, form)

    async def _refuse(
        self, connection: HttpConnection, error: ServiceError, form: Form = Form.OPEN
    ) -> None:
        tags = {Form.OPEN: "cha", Form.GATEWAY: "cid", Form.HOSTED: "cht"}
        sid = connection.record.sid = new_sid(tags[form])
        body = to_text(error_body(error, sid, form)).encode()
        await answer_with_status(connection, error_status(error, form), JSON, body)


async def _play(exchange: HttpExchange, chosen: Chosen | None) -> None:
    """Send the answer."""
    if chosen is not None and chosen.kind is Kind.STREAM:
        await chosen.call(exchange)
    elif chosen is not None and chosen.kind is Kind.SHAPE:
        documents = chosen.call(list(exchange.documents()))
        await exchange.deliver(exchange.parts(documents))
    else:
        await exchange.stream_reply()


def _is_utf8(data: bytes) -> bool:
    with suppress(UnicodeDecodeError):
        data.decode()
        return True
    return False
