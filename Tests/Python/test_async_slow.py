"""A slow reader slows the service down, and loses nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from sparkchat import AsyncSpark, AsyncStream

PIECE = "x" * 2000
MOST = 60_000
# More than the system buffers in the sockets of both ends.
BUFFERED = 16 << 20


class Flood:
    """A service that sends pieces as fast as the client takes them, and counts the bytes."""

    def __init__(self) -> None:
        self.sent = 0
        self.gone = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        delta = {"choices": [{"index": 0, "delta": {"content": PIECE}}]}
        event = f"data: {json.dumps({'code': 0, 'sid': 'flood', **delta})}\n\n".encode()
        try:
            for _ in range(MOST):
                writer.write(event)
                await writer.drain()
                self.sent += len(event)
        except ConnectionError:
            pass
        finally:
            self.gone.set()
            writer.close()

    async def until_it_waits(self) -> int:
        """Return how much was sent, once the service has stopped sending."""
        before = -1
        while before != self.sent:
            before = self.sent
            await asyncio.sleep(0.3)
        return before


@asynccontextmanager
async def flooding() -> AsyncIterator[tuple[Flood, AsyncStream]]:
    flood = Flood()
    server = await asyncio.start_server(flood.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = AsyncSpark(
        url=f"http://127.0.0.1:{port}/v1/chat/completions",
        domain="generalv3.5",
        api_password="none",
        environment=False,
        max_answer_size=1 << 30,
    )
    async with server:
        yield flood, client.stream("Hello")


def test_a_slow_reader_slows_the_service_down() -> None:
    async def main() -> None:
        async with flooding() as (flood, stream):
            texts = stream.text()
            assert await anext(texts) == PIECE
            before = await flood.until_it_waits()
            assert before < BUFFERED < MOST * len(PIECE)
            # The answer continues while it is read, and stops again.
            for _ in range(10_000):
                assert await anext(texts) == PIECE
            assert before < await flood.until_it_waits() < before + 10_000 * 4000 + BUFFERED
            assert len(stream.response.text) < 12_000 * len(PIECE)
            await stream.close()

    asyncio.run(main())


@pytest.mark.parametrize("how", ["close", "drop", "cancel", "finish"])
def test_a_stream_that_waits_for_its_reader(how: str) -> None:
    async def main() -> None:
        async with flooding() as (flood, stream):
            await stream.__anext__()
            await stream.__anext__()
            await flood.until_it_waits()
            if how == "close":
                stream.close()
            elif how == "drop":
                del stream
            elif how == "cancel":
                task = asyncio.create_task(stream.finish())
                await asyncio.sleep(0)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            else:
                task = asyncio.create_task(stream.finish())
                before = flood.sent
                while flood.sent < before + 2 * BUFFERED:
                    await asyncio.sleep(0.01)
                stream.close()
                await asyncio.wait([task])
                assert task.exception() is not None
            await asyncio.wait_for(flood.gone.wait(), 30)

    asyncio.run(main())
