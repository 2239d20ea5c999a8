"""What the clients of `sparkchat serve` share: trials, each of which works or raises an error."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from typing import Any

BASE_URL = os.environ["BASE_URL"]
# A model that exists only over WebSocket.
MODEL = "4.0Ultra"
WEATHER = "What is the weather in Hefei?"
FAILS = "#scenario error:code=11202\nHello"
FAILS_IN_MIDDLE = "#scenario error:code=10014,after=3\nHello"
STALLS = "#scenario stall:at=request\nHello for "
STALLS_IN_MIDDLE = "#scenario stall:at=middle\nHello for "

Trial = Callable[[], Any]


def run(trials: list[Trial]) -> None:
    """Run one after another, and print a line of JSON for each."""
    # One loop for all: clients keep connections, which belong to a loop.
    loop = asyncio.new_event_loop()
    for trial in trials:
        complaint = ""
        try:
            result = trial()
            if asyncio.iscoroutine(result):
                loop.run_until_complete(result)
        except Exception as error:
            complaint = f"{type(error).__name__}: {error}"
        print(json.dumps([trial.__name__, complaint]), flush=True)


def check(is_well: object, what: object) -> None:
    """Raise AssertionError unless it is."""
    if not is_well:
        raise AssertionError(what)


def raises(work: Callable[[], object], code: str) -> None:
    """Check that the work raises an error that names the service's code."""
    try:
        result = work()
    except Exception as error:
        check(code in str(error), error)
        return
    raise AssertionError(f"no error, but {result}")


async def is_cancelled(work: Awaitable[object]) -> None:
    """Cancel work that never ends, late enough to reach the service even on a busy machine."""
    try:
        result = await asyncio.wait_for(work, 4)
    except asyncio.TimeoutError:
        return
    raise AssertionError(f"it has ended: {result}")
