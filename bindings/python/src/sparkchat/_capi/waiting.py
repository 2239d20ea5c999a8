"""Waiting where the host has put something else in the place of what waits: gevent, eventlet."""

from __future__ import annotations

import select
from types import BuiltinFunctionType


def is_patched() -> bool:
    """Whether `select` is no longer Python's own, but lets other greenlets run."""
    return not isinstance(select.select, BuiltinFunctionType)


def wait_for(descriptor: int, timeout_ms: int) -> None:
    """Wait until a descriptor is readable, or the time is up.

    That is done with what the host has put in the place of `select`.
    """
    # Some leave no poll; and select is not for descriptors of 1024 and above.
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        poll.poll(timeout_ms)
    else:
        select.select([descriptor], [], [], timeout_ms / 1000)
