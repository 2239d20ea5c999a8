"""Streams an answer as server-sent events."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ..errors import SparkError
from .answer import Answer
from .errors import api_error, sid_header, stopping, unexpected
from .json_texts import write_json
from .leaving import ClientLeft, unless_left
from .report import Report

_HEADERS = {
    "cache-control": "no-cache",
    # Makes proxies such as nginx pass on each event immediately.
    "x-accel-buffering": "no",
}


class EventStream(Response):
    """Sends an answer whose first piece has arrived.

    If the answer fails, the stream ends with an error event, and with neither a finish_reason nor
    [DONE]. If the client leaves, the answer is cancelled.
    """

    media_type = "text/event-stream"

    def __init__(
        self,
        answer: Answer,
        first: dict[str, Any],
        rest: AsyncIterator[dict[str, Any]],
        report: Report,
    ) -> None:
        super().__init__(headers={**_HEADERS, **sid_header(answer.response.sid)})
        del self.headers["content-length"]
        self._answer = answer
        self._first = first
        self._rest = rest
        self._report = report
        self._has_begun = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response."""
        try:
            await unless_left(receive, self._send(send))
        except (ClientLeft, OSError):
            self._report.left(self._answer)
        except asyncio.CancelledError:
            self._answer.close()
            with contextlib.suppress(OSError):
                await self._break_off(send)
            raise
        finally:
            self._answer.close()

    async def _send(self, send: Send) -> None:
        headers = self.raw_headers
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
        self._has_begun = True
        await _send_event(send, write_json(self._first))
        try:
            async for chunk in self._rest:
                await _send_event(send, write_json(chunk))
        except SparkError as error:
            told = api_error(error)
            self._report.failed(told)
            await _send_event(send, write_json(told.document))
        except OSError:
            # Sending failed.
            raise
        except Exception as error:
            self._report.fault(error)
            await _send_event(send, write_json(unexpected().document))
        else:
            self._report.answered(self._answer)
            await _send_event(send, b"[DONE]")
        await _send_end(send)

    async def _break_off(self, send: Send) -> None:
        """Report that the server is stopping."""
        told = stopping()
        self._report.failed(told)
        if self._has_begun:
            await _send_event(send, write_json(told.document))
            await _send_end(send)


async def _send_event(send: Send, data: bytes) -> None:
    body = b"data: %b\n\n" % data
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _send_end(send: Send) -> None:
    await send({"type": "http.response.body", "body": b"", "more_body": False})
