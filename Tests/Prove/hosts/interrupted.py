"""Works until Ctrl-C comes, again and again, and looks at what that leaves.

Arguments: what to do, and how often. Prints "go" each time it may be interrupted, and at the end
what was wrong, as JSON.
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


# So that the library has much to tell Python while it works.
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
    """Ask several at once, and in a conversation."""
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
    """Whether there is nothing but answered questions behind what was there before."""
    rest = messages[len(BEFORE) :]
    is_answered = not rest or (rest[-1].role == "assistant" and not rest[-1].tool_calls)
    return messages[: len(BEFORE)] == BEFORE and is_answered


def main(work: Callable[[], Any], times: int) -> None:
    """Be interrupted so often."""
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
        # A loop that was interrupted as it was made is kept there until there is another one.
        asyncio.set_event_loop(None)
        gc.collect()
        found = history.messages
        # The last of them may have been handed out already, when it came.
        kept += len(found) > done
        if not is_whole(found):
            failures.append(f"{number}: the history is {found[len(BEFORE) :]}")
        count = len(os.listdir("/proc/self/fd"))
        descriptors = descriptors or count
        if count != descriptors:
            failures.append(f"{number}: {count} descriptors, and not {descriptors}")
            descriptors = count
        try:
            history.save()
        except Exception as error:
            failures.append(f"{number}: {error!r}")
    # What asyncio itself swallows as it closes a loop is none of the package's.
    found_bad = failures if history is async_talk else [*failures, *swallowed]
    print(json.dumps({"failures": found_bad, "kept": kept}), flush=True)


main(WORK[sys.argv[1]], int(sys.argv[2]))
