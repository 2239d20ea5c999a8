"""Run the emulator as a process: `python -m spark_emulator`."""

from __future__ import annotations

import asyncio

from .options import Launch, parse_command_line
from .process import allow_many_connections, announce, stop_event
from .server import Server


async def serve(launch: Launch) -> None:
    """Serve until asked to stop."""
    server = Server(launch.options)
    stop = stop_event(exit_with_stdin=launch.exit_with_stdin)
    await server.start()
    try:
        announce(server.ready, launch.ready_file)
        await stop.wait()
    finally:
        await server.stop()


if __name__ == "__main__":
    arguments = parse_command_line()
    allow_many_connections()
    asyncio.run(serve(arguments))
