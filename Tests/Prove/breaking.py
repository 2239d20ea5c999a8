"""A relay that breaks every connection at one chosen byte.

The emulator's own relay has one plan for all connections; here each port has the fault of one
request, so that many requests can run concurrently. The relay does not interpret what it forwards.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from dataclasses import dataclass, field

DELAY_SECONDS = 0.003


@dataclass(frozen=True)
class Fault:
    """What happens to one direction (`down` is towards the client) at byte `at`."""

    kind: str = "none"
    direction: str = "down"
    at: int = 0
    first: int = 0
    """How many connections have it, from the first on; 0: all of them."""

    def __str__(self) -> str:
        return f"{self.kind} {self.direction}@{self.at}"


@dataclass
class Slot:
    """A port, and the fault of its connections."""

    target: tuple[str, int]
    fault: Fault = field(default_factory=Fault)
    port: int = 0
    connections: int = 0
    passed: dict[str, int] = field(default_factory=lambda: {"up": 0, "down": 0})
    taken: bytearray = field(default_factory=bytearray)
    """Everything that went towards the client before the fault."""
    has_fired: bool = False

    def arm(self, fault: Fault, target: tuple[str, int]) -> None:
        """Prepare for the next request."""
        self.fault, self.target, self.connections = fault, target, 0
        self.passed = {"up": 0, "down": 0}
        self.taken.clear()
        self.has_fired = False

    async def listen(self) -> asyncio.Server:
        """Listen on a free port of the loopback."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Side(_Link(self), "up"), "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server


class _Link:
    """A client's connection and the one to the target. `up` comes from the client."""

    def __init__(self, slot: Slot) -> None:
        slot.connections += 1
        self._slot = slot
        has_fault = not slot.fault.first or slot.connections <= slot.fault.first
        self._fault = slot.fault if has_fault else Fault()
        self._sources: dict[str, asyncio.Transport] = {}
        self._passed = {"up": 0, "down": 0}
        self._held: dict[str, list[bytes]] = {"up": [], "down": []}
        self._is_mute: set[str] = set()
        self._has_ended: set[str] = set()
        self._is_delayed = False

    def opened(self, direction: str, transport: asyncio.Transport) -> None:
        """Handle a new connection."""
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sources[direction] = transport
        if direction == "up":
            asyncio.get_running_loop().create_task(self._connect())
            return
        early, self._held["up"] = self._held["up"], []
        for data in early:
            self._send("up", data)
        if "up" in self._has_ended:
            self.ended("up")
        self._look(self._fault.direction)

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: _Side(self, "down"), *self._slot.target)
        except OSError:
            self._sources["up"].abort()

    def received(self, direction: str, data: bytes) -> None:
        """Forward bytes from one side."""
        if direction == "down":
            self._slot.taken += data
        if direction == "up" and "down" not in self._sources:
            self._held["up"].append(data)
        else:
            self._send(direction, data)

    def ended(self, direction: str) -> None:
        """Handle the end of the data from one side."""
        self._has_ended.add(direction)
        target = self._target(direction)
        if self._is_delayed and direction == self._fault.direction:
            return
        if direction == "up":
            # A client that ends its data has closed the connection, and reads nothing more.
            for transport in self._sources.values():
                transport.close()
        elif target and direction not in self._is_mute and target.can_write_eof():
            target.write_eof()

    def lost(self, direction: str) -> None:
        """Close the other connection after one was lost."""
        other = self._target(direction)
        if other and not other.is_closing():
            other.close()

    def _target(self, direction: str) -> asyncio.Transport | None:
        return self._sources.get("down" if direction == "up" else "up")

    def _write(self, direction: str, data: bytes) -> None:
        target = self._target(direction)
        if target and data and direction not in self._is_mute and not target.is_closing():
            target.write(data)

    def _send(self, direction: str, data: bytes) -> None:
        fault, start = self._fault, self._passed[direction]
        self._passed[direction] += len(data)
        self._slot.passed[direction] += len(data)
        if direction == fault.direction and self._is_delayed:
            self._held[direction].append(data)
            return None
        if direction != fault.direction or fault.kind == "none" or self._slot.has_fired:
            return self._write(direction, data)
        at = fault.at - start
        if not 0 <= at < len(data):
            self._write(direction, data)
            return self._look(direction)
        if fault.kind in ("fin", "reset", "stall", "delay"):
            self._write(direction, data[:at])
            self._look(direction)
            if fault.kind == "delay":
                self._held[direction].append(data[at:])
            return None
        self._slot.has_fired = True
        self._write(direction, data[:at] + _spoilt(fault, data[at]) + data[at + 1 :])
        return None

    def _look(self, direction: str) -> None:
        """Trigger the fault once everything before it has passed."""
        fault = self._fault
        is_due = direction == fault.direction and self._passed[direction] >= fault.at
        if not is_due or direction in self._is_mute or self._slot.has_fired:
            return
        if fault.kind == "fin":
            self._slot.has_fired = True
            target = self._target(direction)
            if target and not target.is_closing():
                target.write_eof()
            self._is_mute.add(direction)
        elif fault.kind == "stall":
            self._slot.has_fired = True
            self._is_mute.add(direction)
        elif fault.kind == "reset":
            self._slot.has_fired = True
            self._is_mute |= {"up", "down"}
            for transport in self._sources.values():
                _reset(transport)
        elif fault.kind == "delay":
            self._slot.has_fired = self._is_delayed = True
            asyncio.get_running_loop().call_later(DELAY_SECONDS, self._resume, direction)

    def _resume(self, direction: str) -> None:
        self._is_delayed = False
        for data in self._held[direction]:
            self._write(direction, data)
        self._held[direction].clear()
        if direction in self._has_ended:
            self.ended(direction)


def _spoilt(fault: Fault, byte: int) -> bytes:
    if fault.kind == "duplicate":
        return bytes((byte, byte))
    if fault.kind == "corrupt":
        # A different bit at each position.
        return bytes((byte ^ (1 << fault.at % 8),))
    return b""


def _reset(transport: asyncio.Transport) -> None:
    sock = transport.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


class _Side(asyncio.Protocol):
    """One of the two connections of a link; `direction` is where its bytes go."""

    def __init__(self, link: _Link, direction: str) -> None:
        self._link, self._direction = link, direction

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._link.opened(self._direction, transport)

    def data_received(self, data: bytes) -> None:
        self._link.received(self._direction, data)

    def eof_received(self) -> bool:
        self._link.ended(self._direction)
        return True

    def connection_lost(self, error: Exception | None) -> None:
        self._link.lost(self._direction)
