"""A TCP relay that forwards bytes unchanged until its plan says otherwise.

It does not interpret TLS or HTTP, so it can break a connection anywhere: in the middle of a TLS
handshake, of a record, or of the answer to the upgrade.
"""

from __future__ import annotations

import argparse
import asyncio
from contextlib import suppress
from types import TracebackType

from .background import Background
from .listening import BACKLOG, listen_on, port_of
from .process import announce, stop_event
from .relay_plan import Faults, Plan, PlanError, parse_plan
from .transports import cut_transport

_CHUNK = 64 * 1024


class _Pair:
    """A client's connection, and its connection to the target."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self._writers = (client, server)

    async def end(self, how: str) -> None:
        for writer in self._writers:
            await cut_transport(writer.transport, how)


class _Pipe:
    """One direction of one connection."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        faults: Faults,
        pair: _Pair,
    ) -> None:
        self._reader, self._writer = reader, writer
        self._faults, self._pair = faults, pair
        self._left = faults.at if faults.end else None
        self._queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=256)

    async def run(self) -> None:
        """Forward until the sender ends, then end towards the receiver as well."""
        reading = asyncio.create_task(self._read())
        try:
            await self._forward()
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError, OSError):
                await reading

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        data = b"-"
        while data:
            try:
                data = await self._reader.read(_CHUNK)
            except OSError:
                await self._pair.end("reset")
                return
            await self._queue.put((loop.time() + self._faults.delay, data))

    async def _forward(self) -> None:
        loop = asyncio.get_running_loop()
        if self._left == 0:
            await self._finish()
        while True:
            due, data = await self._queue.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            if not data:
                if self._writer.can_write_eof():
                    self._writer.write_eof()
                return
            await self._send(data if self._left is None else data[: self._left])
            if self._left is not None:
                self._left -= min(len(data), self._left)
                if self._left == 0:
                    await self._finish()

    async def _send(self, data: bytes) -> None:
        step = self._faults.slow_bytes or len(data)
        for start in range(0, len(data), step):
            self._writer.write(data[start : start + step])
            await self._writer.drain()
            if self._faults.slow_every:
                await asyncio.sleep(self._faults.slow_every)

    async def _finish(self) -> None:
        """End as planned, after all permitted bytes were forwarded."""
        if self._faults.end == "stall":
            await asyncio.Event().wait()
        await self._pair.end(self._faults.end or "fin")
        raise ConnectionAbortedError("the plan ends here")


class Relay:
    """Listens on a port and forwards every connection to the target.

    `first` limits the plan to that many connections; later ones are forwarded unchanged. As a
    context manager, it runs in a background thread.
    """

    def __init__(
        self, target: tuple[str, int], plan: str | Plan = "", *, first: int | None = None
    ) -> None:
        self._target = target
        self._plan = parse_plan(plan) if isinstance(plan, str) else plan
        self._first = first
        self._count = 0
        self._servers: list[asyncio.Server] = []
        self._background = Background("spark-relay", self.listen, self.close)
        self.port = 0

    async def listen(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Start listening."""
        sockets = listen_on(host, port)
        for sock in sockets:
            self._servers.append(
                await asyncio.start_server(self._serve, sock=sock, backlog=BACKLOG)
            )
        self.port = port_of(sockets)

    async def close(self) -> None:
        """Stop listening, and drop open connections."""
        for server in self._servers:
            server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._count += 1
        plan = self._plan
        if self._first is not None and self._count > self._first:
            plan = parse_plan("")
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except OSError:
            await cut_transport(writer.transport, "reset")
            return
        pair = _Pair(writer, far_writer)
        pipes = (
            _Pipe(reader, far_writer, plan.up, pair).run(),
            _Pipe(far_reader, writer, plan.down, pair).run(),
        )
        try:
            # A pipe that fails has ended both connections, so the other pipe ends as well.
            await asyncio.gather(*pipes, return_exceptions=True)
        except asyncio.CancelledError:
            pass
        finally:
            writer.close()
            far_writer.close()

    def __enter__(self) -> Relay:
        self._background.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._background.stop()


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdigit():
        raise argparse.ArgumentTypeError("expected HOST:PORT")
    return host.strip("[]"), int(port)


def _plan(text: str) -> Plan:
    try:
        return parse_plan(text)
    except PlanError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


async def _main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m spark_emulator.relay",
        description="Forward TCP connections, with the faults of a plan.",
    )
    add = parser.add_argument
    add(
        "--target",
        type=_address,
        required=True,
        metavar="HOST:PORT",
        help="the address to forward to",
    )
    add("--plan", type=_plan, default="", help="e.g. down:reset@1234,up:stall@0,both:delay=50ms")
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=int, default=0, help="port to listen on (default: any free one)")
    add("--first", type=int, metavar="N", help="apply the plan only to the first N connections")
    add("--ready-file", metavar="PATH", help="also write the ready line to this file")
    add("--exit-with-stdin", action="store_true", help="stop when standard input ends")
    given = parser.parse_args()
    relay = Relay(given.target, given.plan, first=given.first)
    stop = stop_event(exit_with_stdin=given.exit_with_stdin)
    await relay.listen(given.host, given.port)
    announce({"port": relay.port}, given.ready_file)
    await stop.wait()
    await relay.close()


if __name__ == "__main__":
    asyncio.run(_main())
