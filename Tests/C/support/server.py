"""A server that follows a test's script, byte by byte.

The local service cannot produce some faults: garbage in the middle of a TLS handshake, a
reset after the final frame, endless pings, another answer on the second connection.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import TracebackType

from .peer import Peer

# No client under test takes longer, unless it hangs.
_PATIENCE = 60
Script = Callable[[Peer], None]


class ScriptedServer:
    """Serves every connection with `script`, each on its own thread."""

    def __init__(
        self,
        script: Script,
        tls: ssl.SSLContext | None = None,
        *,
        port: int = 0,
        listener: socket.socket | None = None,
    ) -> None:
        self._script = script
        self._tls = tls
        self._listener = listener or socket.create_server(("127.0.0.1", port))
        self._listener.listen(128)
        self._threads: list[threading.Thread] = []
        self._peers: list[Peer] = []
        self.failures: list[Exception] = []
        self.port: int = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        """Return the address of a model on this server."""
        host = "wss://localhost" if self._tls else "ws://127.0.0.1"
        return f"{host}:{self.port}/v3.5/chat"

    @property
    def http_url(self) -> str:
        """Return the address for requests over HTTP."""
        host = "https://localhost" if self._tls else "http://127.0.0.1"
        return f"{host}:{self.port}/v1/chat/completions"

    @property
    def connections(self) -> int:
        """Return how many connections there were."""
        return len(self._peers)

    def _accept(self) -> None:
        while True:
            try:
                raw, _ = self._listener.accept()
            except OSError:
                return
            raw.settimeout(_PATIENCE)
            peer = Peer(len(self._peers) + 1, raw, self._tls)
            self._peers.append(peer)
            self._start(partial(self._serve, peer))

    def _serve(self, peer: Peer) -> None:
        try:
            self._script(peer)
        except OSError as failure:
            # In many tests the client leaves, or does not trust us.
            self.failures.append(failure)
        finally:
            peer.close()

    def _start(self, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, daemon=True)
        self._threads.append(thread)
        thread.start()

    def __enter__(self) -> ScriptedServer:
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for peer in self._peers:
            peer.close()
        for thread in self._threads:
            thread.join(_PATIENCE)


@contextmanager
def closed_port() -> Iterator[int]:
    """Yield a port on which no one listens, and that no other process can get."""
    with socket.socket() as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@contextmanager
def full_port() -> Iterator[tuple[int, socket.socket]]:
    """Yield a listening socket with a full queue, and its port: connecting to it hangs."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        time.sleep(0.05)
        yield port, listener
        for filler in fillers:
            filler.close()
