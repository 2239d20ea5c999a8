"""A private Redis server on a socket in a temporary folder."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def running_redis(port: int = 0) -> Iterator[str]:
    """Start the installed server, and yield its URL; the server ends with the block.

    With a port, it listens there as well, for clients that cannot use its socket.
    """
    # A limiter waits a second, which a machine under load may need.
    patience = "?socket_timeout=30"
    with tempfile.TemporaryDirectory() as folder:
        socket = Path(folder) / "redis.socket"
        settings = ["--port", str(port), "--unixsocket", str(socket), "--save", "", "--dir", folder]
        with subprocess.Popen(["redis-server", *settings], stdout=subprocess.DEVNULL) as process:
            try:
                deadline = time.monotonic() + 20
                while not socket.exists():
                    assert process.poll() is None and time.monotonic() < deadline
                    time.sleep(0.02)
                yield f"redis://127.0.0.1:{port}" if port else f"unix://{socket}{patience}"
            finally:
                process.terminate()


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with running_redis() as url:
        yield url
