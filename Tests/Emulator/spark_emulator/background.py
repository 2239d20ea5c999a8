"""Runs an event loop in its own thread, for servers inside a test process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

Step = Callable[[], Awaitable[None]]


class Background:
    """Runs `start`, keeps the loop running, and runs `stop` at the end."""

    def __init__(self, name: str, start: Step, stop: Step) -> None:
        self._steps = start, stop
        self._settled = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Return when `start` has finished, and raise what it raises."""
        self._thread.start()
        self._settled.wait()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Return when `stop` has finished. Does nothing if it was not started."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._asked_to_stop.set)
            self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except BaseException as failure:
            self._failure = failure
        finally:
            self._settled.set()

    async def _live(self) -> None:
        start, stop = self._steps
        self._loop, self._asked_to_stop = asyncio.get_running_loop(), asyncio.Event()
        await start()
        try:
            self._settled.set()
            await self._asked_to_stop.wait()
        finally:
            await stop()
