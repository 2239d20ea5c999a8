"""Ports that fail before any HTTP, as in a broken network."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from .faulty_bytes import GARBAGE
from .transports import cut_transport

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def _read_to_the_end(reader: asyncio.StreamReader) -> None:
    while await reader.read(65536):
        pass


async def blackhole(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read, and never answer. With TLS, this is a server that never answers the upgrade."""
    await _read_to_the_end(reader)


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Reset the connection immediately."""
    await cut_transport(writer.transport, "reset")


async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close the connection immediately."""


async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer any request with meaningless bytes."""
    await reader.read(1)
    writer.write(GARBAGE)
    await writer.drain()
    writer.write_eof()
    await _read_to_the_end(reader)


def served(serve: Serve) -> Serve:
    """Wrap one of the above for `asyncio.start_server`: always close the connection afterwards."""

    async def safely(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except OSError:
            pass
        except asyncio.CancelledError:
            # The emulator is stopping: do not wait for a TLS close.
            writer.transport.abort()
        finally:
            writer.close()

    return safely
