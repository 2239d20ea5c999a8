"""What the command lines share: the ready line, and the signals to stop."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any


def announce(
    ready: dict[str, Any],
    ready_file: str | None,
    show: Callable[[dict[str, Any]], str] | None = None,
) -> None:
    """Print the ready line, and write it to the ready file atomically.

    `show` returns another text to print.
    """
    line = json.dumps(ready) + "\n"
    if ready_file is not None:
        unfinished = Path(f"{ready_file}.{os.getpid()}.tmp")
        unfinished.write_text(line, encoding="utf-8")
        unfinished.replace(ready_file)
    sys.stdout.write(line if show is None else show(ready))
    sys.stdout.flush()


def stop_event(*, exit_with_stdin: bool) -> asyncio.Event:
    """Return an event that is set when the process is asked to stop."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def watch() -> None:
        while os.read(0, 65536):
            pass
        loop.call_soon_threadsafe(stop.set)

    if exit_with_stdin:
        threading.Thread(target=watch, daemon=True).start()
    return stop


def allow_many_connections() -> None:
    """Raise the limit on open descriptors to the maximum allowed."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
