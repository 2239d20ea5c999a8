"""The emulator's own pages: records, counts, health."""

from __future__ import annotations

import asyncio

from aiohttp import web

from .records import Recorder


class Control:
    """Serves `/_emulator/*`."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to add to the application."""
        return [
            web.get("/_emulator/records", self.records),
            web.post("/_emulator/reset", self.reset),
            web.get("/_emulator/health", self.health),
            web.get("/_emulator/stats", self.stats),
        ]

    async def records(self, request: web.Request) -> web.Response:
        """List the records of one tag or all; with `wait=SECONDS`, wait until all are over."""
        tag = request.query.get("tag")
        try:
            rounds = int(float(request.query.get("wait", "0")) * 100)
        except ValueError:
            raise web.HTTPBadRequest(text="wait must be a number of seconds") from None
        for _ in range(rounds):
            found = self._recorder.find(tag)
            if found and all(record.ended for record in found):
                break
            await asyncio.sleep(0.01)
        return web.json_response([record.as_json() for record in self._recorder.find(tag)])

    async def reset(self, request: web.Request) -> web.Response:
        """Delete the records."""
        self._recorder.reset()
        return web.json_response({"ok": True})

    async def health(self, request: web.Request) -> web.Response:
        """Answer that the emulator is running."""
        return web.json_response({"ok": True})

    async def stats(self, request: web.Request) -> web.Response:
        """Count the exchanges."""
        return web.json_response({"live": self._recorder.live, "total": self._recorder.total})
