"""An event loop in a thread of its own, for servers that live inside a test process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

Step = Callable[[], Awaitable[None]]


class Background:
    """Runs `start`, keeps the loop going, and runs `stop` in the end."""

    def __init__(self, name: str, start: Step, stop: Step) -> None:
        self._steps = start, stop
        self._settled = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Return when `start` is through. What it raises is raised here."""
        self._thread.start()
        self._settled.wait()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Return when `stop` is through. What was not started has nothing to stop."""
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
