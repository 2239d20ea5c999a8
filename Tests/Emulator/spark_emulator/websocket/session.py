"""An upgraded connection from its first request to its end."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from ..options import Options
from ..records import Recorder
from ..scenarios import Chosen, Kind, ScenarioError, choose, parse_expression, split_message
from ..service.answering import answer_request, answer_with
from ..service.chunking import equal_chunks
from ..service.errors import ServiceError
from ..service.reply import Piece, Reply, reply_of
from ..service.request import ChatRequest, parse_request
from ..service.sid import new_sid
from .connection import Connection
from .exchange import GOODBYE, Ending, Exchange
from .frames import error_frame, to_text


class Session:
    """Reads requests, answers them, and closes the connection as the service does."""

    def __init__(
        self,
        connection: Connection,
        options: Options,
        recorder: Recorder,
        chosen: Chosen | None,
        host: str,
    ) -> None:
        self._connection = connection
        self._options = options
        self._recorder = recorder
        self._chosen = chosen
        self._host = host

    async def run(self) -> None:
        """Serve the connection until it is over. Never raises for a client that leaves."""
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
        """Answer, but drop the answer when the client leaves, and refuse a second question."""
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
            chosen, request = self._choose(request)
        except ServiceError as error:
            await self._send_error(error)
            return Ending.CLOSE
        if chosen is not None:
            record.scenario = chosen.expression.source
        reply = self._reply(request, chosen)
        exchange = Exchange(request, reply, new_sid(), self._connection, self._options)
        ending = await self._play(exchange, chosen)
        if ending is None:
            ending = Ending.STAY_OPEN if request.model.stays_open else Ending.CLOSE
        return ending

    def _choose(self, request: ChatRequest) -> tuple[Chosen | None, ChatRequest]:
        """Pick the scenario: the URL's, or the one that the last message starts with."""
        source, rest = split_message(request.question)
        if source is None:
            return self._chosen, request
        if rest:
            request = request.with_question(rest)
        if self._chosen is not None:
            return self._chosen, request
        try:
            chosen = choose(parse_expression(source))
        except ScenarioError as error:
            raise ServiceError(10005, str(error)) from None
        if chosen.scenario.kind in (Kind.UPGRADE, Kind.CLOCK):
            raise ServiceError(10005, f"scenario {chosen.scenario.name} belongs in the URL")
        applies = self._recorder.still_applies(self._connection.record.tag, chosen)
        return chosen if applies else None, request

    def _reply(self, request: ChatRequest, chosen: Chosen | None) -> Reply:
        reply = answer_request(request)
        if chosen is None:
            return reply
        if chosen.content is not None:
            reply = answer_with(request, chosen.content)
        if chosen.scenario.kind is Kind.REPLY:
            reply = chosen.call(request, reply)
        if chosen.chunks is not None:
            pieces = [Piece(chunk) for chunk in equal_chunks(reply.text(), chosen.chunks)]
            reply = reply_of(request, pieces)
        return reply

    async def _play(self, exchange: Exchange, chosen: Chosen | None) -> Ending | None:
        """Let the answer happen. None: the connection goes on as usual on this path."""
        kind = Kind.REPLY if chosen is None else chosen.scenario.kind
        if chosen is not None and kind is Kind.STREAM:
            ending: Ending | None = await chosen.call(exchange)
            return ending
        if chosen is not None and kind is Kind.SHAPE:
            await exchange.stream(chosen.call(list(exchange.frames())))
        else:
            await exchange.stream_reply()
        # After an error the service closes, even where connections otherwise stay open.
        return Ending.CLOSE if exchange.reply.error else None

    async def _send_error(self, error: ServiceError) -> None:
        await self._connection.send_text(to_text(error_frame(error, new_sid())))
