"""Waits in a way that works if the host has replaced `select`: gevent, eventlet."""

from __future__ import annotations

import select
from types import BuiltinFunctionType


def is_patched() -> bool:
    """Return whether `select` has been replaced by one that lets other greenlets run."""
    return not isinstance(select.select, BuiltinFunctionType)


def wait_for(descriptor: int, timeout_ms: int) -> None:
    """Wait with the host's `select` until a descriptor is readable, or the time is up."""
    # Some remove poll; and select does not take descriptors of 1024 and above.
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        poll.poll(timeout_ms)
    else:
        select.select([descriptor], [], [], timeout_ms / 1000)
