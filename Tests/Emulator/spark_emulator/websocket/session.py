"""Serves an upgraded connection from its first request to its end."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from ..json_text import to_text
from ..options import Options
from ..records import Recorder
from ..scenarios import Chosen, Kind, ScenarioError, Transport
from ..scenarios.playing import make_reply, pick_scenario
from ..service.errors import ServiceError
from ..service.limits import Limits
from ..service.request import parse_request
from ..service.sid import new_sid
from .connection import Connection
from .exchange import GOODBYE, Ending, Exchange
from .frames import error_frame


class Session:
    """Reads requests, answers them, and closes the connection as the service does."""

    def __init__(
        self,
        connection: Connection,
        options: Options,
        recorder: Recorder,
        limits: Limits,
        chosen: Chosen | None,
        host: str,
    ) -> None:
        self._connection = connection
        self._options = options
        self._recorder = recorder
        self._limits = limits
        self._chosen = chosen
        self._host = host

    async def run(self) -> None:
        """Serve the connection until it is over. Never raises if the client leaves."""
        try:
            ending = await self._serve()
            if ending is Ending.CLOSE:
                await self._connection.close(1000, GOODBYE, self._options.close_wait)
        except ConnectionError:
            self._connection.record.end("client_drop")
        finally:
            self._connection.hang_up()

    async def _serve(self) -> Ending:
        while True:
            try:
                await asyncio.wait_for(
                    self._connection.wait_for_message(), self._options.request_wait
                )
            except asyncio.TimeoutError:
                return Ending.CLOSE
            text = self._connection.take()
            if text is None:
                return Ending.ENDED
            ending = await self._answer_while_listening(text)
            if ending is not Ending.STAY_OPEN:
                return ending

    async def _answer_while_listening(self, text: str) -> Ending:
        """Answer, but cancel the answer if the client leaves, and refuse a second request."""
        answering = asyncio.create_task(self._answer(text))
        listening = asyncio.create_task(self._connection.wait_for_message())
        try:
            while True:
                await asyncio.wait((answering, listening), return_when=asyncio.FIRST_COMPLETED)
                if answering.done():
                    return answering.result()
                if self._connection.take() is None:
                    return Ending.ENDED
                await self._send_error(ServiceError(10007))
                listening = asyncio.create_task(self._connection.wait_for_message())
        finally:
            listening.cancel()
            answering.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await answering

    async def _answer(self, text: str) -> Ending:
        record = self._connection.record
        try:
            request = parse_request(
                text,
                record.path,
                app_id=self._options.app_id,
                signed_host=self._host,
                strict=self._options.strict,
            )
            chosen, request = pick_scenario(
                request, self._chosen, self._recorder, record.tag, Transport.WEBSOCKET
            )
            if chosen is not None:
                record.scenario = chosen.expression.source
            with self._limits.admit():
                reply = make_reply(request, chosen)
                exchange = Exchange(request, reply, new_sid(), self._connection, self._options)
                ending = await self._play(exchange, chosen)
        except ScenarioError as error:
            await self._send_error(ServiceError(10005, str(error)))
            return Ending.CLOSE
        except ServiceError as error:
            await self._send_error(error)
            return Ending.CLOSE
        if ending is None:
            ending = Ending.STAY_OPEN if request.model.stays_open else Ending.CLOSE
        return ending

    async def _play(self, exchange: Exchange, chosen: Chosen | None) -> Ending | None:
        """Send the answer. None: the connection continues as usual on this path."""
        kind = Kind.REPLY if chosen is None else chosen.kind
        if chosen is not None and kind is Kind.STREAM:
            ending: Ending | None = await chosen.call(exchange)
            return ending
        if chosen is not None and kind is Kind.SHAPE:
            await exchange.stream(chosen.call(list(exchange.frames())))
        else:
            await exchange.stream_reply()
        # After an error the service closes even connections that otherwise stay open.
        return Ending.CLOSE if exchange.reply.error else None

    async def _send_error(self, error: ServiceError) -> None:
        await self._connection.send_text(to_text(error_frame(error, new_sid())))
