"""A process that asks in one of the library's ways, and prints the cost.

`ways.py WAY AT_ONCE SECONDS SETTINGS LIMITER` takes the last two as JSON, like `limited.py`;
LIMITER may be null. It prints "ready", and begins when it reads a line. At the end, it prints as
JSON how many questions were answered, the seconds, the seconds of CPU, and its peak memory in MB.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from sparkchat import AsyncSpark, Spark
from sparkchat.limiters import FileLimiter, RedisLimiter

way = sys.argv[1]
at_once = int(sys.argv[2])
seconds, settings, wanted = (json.loads(argument) for argument in sys.argv[3:6])
if wanted:
    kinds = {"file": FileLimiter, "redis": RedisLimiter}
    settings["limiter"] = kinds[wanted.pop("kind")](wanted.pop("at"), **wanted)


def questions() -> Iterator[str]:
    """Yield questions until the time is over."""
    while time.monotonic() < end:
        yield "1+1"


def one_after_the_other() -> int:
    """Ask with `invoke`."""
    chat = Spark(**settings)
    return sum(bool(chat.invoke(question).text) for question in questions())


def threads() -> int:
    """Ask with `invoke` on many threads, which share a client."""
    chat = Spark(**settings)

    def ask(_: int) -> int:
        return sum(bool(chat.invoke(question).text) for question in questions())

    with ThreadPoolExecutor(at_once) as pool:
        return sum(pool.map(ask, range(at_once)))


def tasks() -> int:
    """Ask with AsyncSpark, in many tasks."""

    async def ask(chat: AsyncSpark) -> int:
        return sum([bool((await chat.invoke(question)).text) for question in questions()])

    async def ask_all() -> int:
        async with AsyncSpark(**settings) as chat:
            return sum(await asyncio.gather(*(ask(chat) for _ in range(at_once))))

    return asyncio.run(ask_all())


def batch() -> int:
    """Ask with `batch_iter`."""
    with Spark(**settings).batch_iter(questions(), max_concurrency=at_once) as found:
        return sum(bool(answer.text) for _, answer in found)


ways: dict[str, Callable[[], int]] = {
    "sync": one_after_the_other,
    "threads": threads,
    "async": tasks,
    "batch_iter": batch,
}


def cpu() -> float:
    """Return the seconds of CPU so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


print("ready", flush=True)
sys.stdin.readline()
begin, before = time.monotonic(), cpu()
end = begin + seconds
count = ways[way]()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([count, time.monotonic() - begin, cpu() - before, peak]), flush=True)
