"""The emulator as a process of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from .options import Launch
from .process import allow_many_connections, announce, stop_event
from .server import Server


def serve(launch: Launch, show: Callable[[dict[str, Any]], str] | None = None) -> None:
    """Serve until the process is asked to stop. `show` makes what is printed once it is ready."""
    allow_many_connections()
    asyncio.run(_serve(launch, show))


async def _serve(launch: Launch, show: Callable[[dict[str, Any]], str] | None) -> None:
    server = Server(launch.options)
    stop = stop_event(exit_with_stdin=launch.exit_with_stdin)
    await server.start()
    try:
        announce(server.ready, launch.ready_file, show)
        await stop.wait()
    finally:
        await server.stop()
