"""Asks the local service one question with the settings that a test is about."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.compiler import run
from support.workshop import Workshop


@dataclass(frozen=True)
class Outcome:
    """How it went, and all that the program has printed."""

    values: dict[str, str]
    output: str

    @property
    def status(self) -> str:
        """Return the status without its prefix: `OK`, `ERR_CONNECT`."""
        return self.values["status"].removeprefix("SPARKCHAT_")

    def __getattr__(self, name: str) -> str:
        """Return another line of the output; "" where it is missing."""
        return self.values.get(name, "")


def ask(
    workshop: Workshop, url: str, *options: str, wrapper: Sequence[str] = (), **environment: str
) -> Outcome:
    """Run `proxied_chat`; the options are the program's."""
    command: list[str | Path] = [*wrapper, workshop.program("proxy/proxied_chat.c"), url, *options]
    result = run(command, env={**workshop.service.environment(), **environment})
    assert result.returncode == 0, result.stdout + result.stderr
    lines = [line.partition(" ") for line in result.stdout.splitlines()]
    return Outcome({name: value for name, _, value in lines}, result.stdout + result.stderr)


@contextmanager
def answering(listener: socket.socket, answer: bytes) -> Iterator[None]:
    """Accept a connection, send something, and keep it open until the block ends."""

    def serve() -> None:
        connection, _ = listener.accept()
        connection.sendall(answer)
        connections.append(connection)

    connections: list[socket.socket] = []
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield
    for connection in connections:
        connection.close()
