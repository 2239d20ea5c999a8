"""Runs the emulator as a process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from . import daemon, shell
from .options import Launch
from .process import allow_many_connections, announce, stop_event
from .server import Server

Show = Callable[[dict[str, Any]], str]


def serve(launch: Launch, show: Show | None = None) -> None:
    """Serve until the process is asked to stop. `show` returns the text to print when ready.

    With `print_env`, that text is the environment, and a child process serves.
    """
    allow_many_connections()
    if launch.print_env:
        daemon.go_to_background()
        show = partial(shell.script, tls=launch.options.ca_file is not None)
    asyncio.run(_serve(launch, show))


async def _serve(launch: Launch, show: Show | None) -> None:
    server = Server(launch.options)
    stop = stop_event(exit_with_stdin=launch.exit_with_stdin)
    await server.start()
    try:
        announce(server.ready, launch.ready_file, show)
        if launch.print_env:
            daemon.say_no_more()
        await stop.wait()
    finally:
        await server.stop()
