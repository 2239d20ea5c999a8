"""Works until Ctrl-C interrupts it, again and again, and checks the state after each time.

Arguments: what to do, and how often. Prints "go" when it may be interrupted, and at the end the
failures as JSON.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import sys
from collections.abc import Callable
from typing import Any

from sparkchat import AsyncSpark, Message, Spark

BEFORE = [Message("user", "My name is Li Lei."), Message("assistant", "Hello, Li Lei!")]
CALL = "#scenario function_call:name=look,arguments={},times=1\nLook!"


def look() -> str:
    """Look."""
    return "seen"


# The library then calls Python often while it works.
logging.basicConfig(level=logging.DEBUG, filename=os.devnull)
chat = Spark()
talk = chat.conversation(BEFORE, tools=[look])
known = talk.save()
asynchronous = AsyncSpark()
async_talk = asynchronous.conversation(BEFORE, tools=[look])
swallowed: list[str] = []
sys.unraisablehook = lambda failure: swallowed.append(f"{failure.object!r}: {failure.exc_value!r}")


def iterate() -> None:
    """Leave the loop at the end, or through Ctrl-C."""
    for _ in talk.stream("What is my name?"):
        pass


def in_block() -> None:
    """Stop in the middle."""
    with talk.stream("What is my name?") as stream:
        next(stream)


async def async_work() -> None:
    """Ask several questions concurrently, and one in a conversation."""
    await asyncio.gather(*(asynchronous.invoke("1+1") for _ in range(3)))
    async for _ in async_talk.stream(CALL):
        pass


WORK: dict[str, Callable[[], Any]] = {
    "ask": lambda: talk.ask("What is my name?"),
    "tool": lambda: talk.ask(CALL),
    "stream": iterate,
    "block": in_block,
    "invoke": lambda: chat.invoke("1+1"),
    "batch": lambda: chat.batch(["1+1", "#scenario drop:after=1\nHello"], return_exceptions=True),
    "loop": lambda: asyncio.run(async_work()),
}


def is_whole(messages: list[Any]) -> bool:
    """Whether the earlier messages are intact and only answered questions follow them."""
    rest = messages[len(BEFORE) :]
    is_answered = not rest or (rest[-1].role == "assistant" and not rest[-1].tool_calls)
    return messages[: len(BEFORE)] == BEFORE and is_answered


def main(work: Callable[[], Any], times: int) -> None:
    """Work and be interrupted `times` times."""
    failures: list[str] = []
    history = async_talk if work is WORK["loop"] else talk
    work()
    gc.collect()
    gc.freeze()
    descriptors, kept = 0, 0
    for number in range(times):
        history.restore(known)
        done = 0
        try:
            print("go", flush=True)
            while True:
                done = len(history.messages)
                work()
        except (KeyboardInterrupt, asyncio.CancelledError):
            pass
        # asyncio keeps a loop that was interrupted during its creation until the next one is set.
        asyncio.set_event_loop(None)
        gc.collect()
        found = history.messages
        # The interrupt may have come after the last answer was returned.
        kept += len(found) > done
        if not is_whole(found):
            failures.append(f"{number}: the history is {found[len(BEFORE) :]}")
        count = len(os.listdir("/proc/self/fd"))
        descriptors = descriptors or count
        if count != descriptors:
            failures.append(f"{number}: {count} descriptors instead of {descriptors}")
            descriptors = count
        try:
            history.save()
        except Exception as error:
            failures.append(f"{number}: {error!r}")
    # Exceptions that asyncio itself swallows while closing a loop are not the package's fault.
    found_bad = failures if history is async_talk else [*failures, *swallowed]
    print(json.dumps({"failures": found_bad, "kept": kept}), flush=True)


main(WORK[sys.argv[1]], int(sys.argv[2]))
