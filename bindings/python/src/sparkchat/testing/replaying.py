"""Replaying: a server that answers from a recording."""

from __future__ import annotations

import json
import os
import time
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

from .._recording.exchanges import Exchange, anonymous, difference, load
from ._local_server import LocalServer, cut

if TYPE_CHECKING:
    from aiohttp import web


# For this code, the hint says to correct what the message names.
_CODE = 10163


def replay(path: str | os.PathLike[str]) -> Replay:
    """Answer from a file that `record` or `sparkchat doctor` wrote.

        with replay("answers.json") as service:
            print(service.client().invoke("Hello"))

    A question is answered as often as it was recorded, in that order. Any other question is
    refused, with an InvalidRequestError that says how the next recorded question differs. The user
    and credentials do not matter; options do. ValueError: the file is not a recording.
    """
    return Replay(path)


class Replay(LocalServer):
    """A server that answers recorded questions."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        super().__init__()
        self._name = os.fspath(path)
        self._left = load(path)
        # A refused connection has no question.
        self._first = next((e for e in self._left if e.request), self._left[0])

    @property
    def left(self) -> list[Exchange]:
        """The exchanges that have not been used yet."""
        return list(self._left)

    def settings(self) -> dict[str, Any]:
        """Return the arguments of `Spark` for this server, and the model of the first exchange."""
        first = self._first
        chat = first.request.get("parameter", {}).get("chat", {})
        domain = first.request.get("model") or chat.get("domain") or "local"
        settings = self.settings_for(first.transport, first.path, domain)
        # Embeddings are not recorded: this server refuses them, so they never leave the machine.
        return {**settings, "embedding_url": f"http://127.0.0.1:{self._port}/"}

    async def websocket(self, request: web.Request) -> web.StreamResponse:
        """Answer the questions of a connection."""
        from aiohttp import web

        refused = self._take_refusal(request.path)
        if refused is not None:
            body = "".join(refused.messages)
            return web.Response(status=refused.status or 500, text=body, headers=_date(refused))
        client = web.WebSocketResponse(max_msg_size=0)
        await client.prepare(request)
        async for message in client:
            question = json.loads(message.data)
            exchange = self._take("websocket", request.path, question)
            if exchange is None:
                said = self._unknown("websocket", question)
                header = {"code": _CODE, "message": said, "sid": "", "status": 2}
                await client.send_json({"header": header})
                await client.close()
                break
            for text in exchange.messages:
                await client.send_str(text)
            if exchange.is_cut:
                cut(request)
                break
            if exchange.close_code is not None:
                await client.close(code=exchange.close_code)
        return client

    async def completions(self, request: web.Request) -> web.StreamResponse:
        """Answer a question."""
        from aiohttp import web

        question = await request.json()
        exchange = self._take("http", request.path, question)
        if exchange is None:
            said = self._unknown("http", question)
            error = {"message": said, "type": "invalid_request_error", "code": str(_CODE)}
            return web.json_response({"error": {**error, "param": None}}, status=400)
        kept = {"Content-Type": exchange.content_type} if exchange.content_type else {}
        headers = {**kept, **_date(exchange)}
        client = web.StreamResponse(status=exchange.status or 200, headers=headers)
        await client.prepare(request)
        for line in exchange.messages:
            await client.write(line.encode())
        if exchange.is_cut:
            cut(request)
        return client

    def _take(self, transport: str, path: str, request: dict[str, Any]) -> Exchange | None:
        """Return the next answer to a question, and mark it as used."""
        wanted = (transport, path, anonymous(request))
        for exchange in self._left:
            if (exchange.transport, exchange.path, exchange.request) == wanted:
                self._left.remove(exchange)
                return exchange
        return None

    def _take_refusal(self, path: str) -> Exchange | None:
        """Return the refusal of a connection, if it is the next exchange."""
        following = (e for e in self._left if (e.transport, e.path) == ("websocket", path))
        refused = next(following, None)
        if refused is None or refused.request:
            return None
        self._left.remove(refused)
        return refused

    def _unknown(self, transport: str, request: dict[str, Any]) -> str:
        said = f"{self._name} has no further answer to this question"
        following = [e.request for e in self._left if e.transport == transport and e.request]
        if not following:
            return f"{said}; none is left over {transport}"
        place = difference(anonymous(request), following[0])
        return f"{said}; the next that was recorded is different in {place}"


def _date(exchange: Exchange) -> dict[str, str]:
    """Return a Date header with the recorded clock skew."""
    if exchange.clock_skew is None:
        return {}
    return {"Date": formatdate(time.time() - exchange.clock_skew, usegmt=True)}
