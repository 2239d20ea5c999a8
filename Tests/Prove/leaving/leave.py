"""Ends an interpreter whose daemon threads are busy inside the library.

Arguments: what the host does first ("ssl" sets up OpenSSL, "-" nothing), how it ends, its status,
threads, milliseconds until then.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
import time
from collections.abc import Callable

HOST, HOW, STATUS, THREADS, MILLISECONDS = sys.argv[1:]
if HOST == "ssl":
    import ssl

    ssl.create_default_context()

from sparkchat import AsyncSpark, Spark, SparkError  # noqa: E402


def asking(scenario: str) -> str:
    """Return a question that selects a scenario of the emulator."""
    return f"#scenario {scenario}\nHello"


def stream(scenario: str) -> Callable[[], None]:
    """Receive answers of one client."""

    def work() -> None:
        chat = Spark()
        while True:
            with contextlib.suppress(SparkError):
                for _ in chat.stream(asking(scenario)):
                    pass

    return work


def connect() -> None:
    """Make new clients and connections."""
    while True:
        with contextlib.suppress(SparkError):
            Spark().invoke(asking("single"))


def look_up() -> None:
    """Look up a name that does not exist."""
    chat = Spark(url="wss://nobody.invalid/v3.5/chat")
    while True:
        with contextlib.suppress(SparkError):
            chat.invoke("Hello")


def batch() -> None:
    """Ask in a group; some of the questions wait in the queue."""
    chat = Spark(max_concurrency=3)
    while True:
        chat.batch([asking("echo")] * 6, return_exceptions=True)


def loop() -> None:
    """Ask in an event loop."""

    async def work() -> None:
        chat = AsyncSpark()
        while True:
            with contextlib.suppress(SparkError):
                await asyncio.gather(*(chat.invoke(asking("echo")) for _ in range(3)))

    asyncio.run(work())


KINDS = [
    stream("count:n=2000,size=20"),
    connect,
    stream("stall:at=middle"),
    batch,
    stream("slow:delay_ms=1,bytes=50"),
    look_up,
    loop,
]


def leave() -> None:
    """End in the chosen way."""
    if HOW == "raise":
        raise SystemExit(int(STATUS))
    for _ in Spark().stream(asking("count:n=100")):
        sys.exit(int(STATUS))


for number in range(int(THREADS)):
    threading.Thread(target=KINDS[number % len(KINDS)], daemon=True).start()
time.sleep(int(MILLISECONDS) / 1000)
leave()
