"""A program of greenlets, of gevent or eventlet: while one waits, the others run.

If a waiting greenlet held up the others, this program would never end.
"""

from __future__ import annotations

import sys

if sys.argv[1] == "gevent":
    from gevent import monkey

    monkey.patch_all()
    import gevent

    spawn = gevent.spawn

    def result(greenlet):
        return greenlet.get(timeout=60)

    pause, Limit = gevent.sleep, gevent.Timeout
else:
    import eventlet

    eventlet.monkey_patch()
    spawn = eventlet.spawn

    def result(greenlet):
        return greenlet.wait()

    pause, Limit = eventlet.sleep, eventlet.Timeout

import contextlib
import json
import os
import threading

from sparkchat import CancelledError, Spark

chat = Spark(**json.loads(sys.argv[2]))


def in_order(*steps: str) -> list[str]:
    """Let one greenlet wait for an event that never comes, and stop it from another."""
    seen = []
    stalled = chat.stream("#scenario stall:at=middle")

    def wait() -> None:
        try:
            for _ in stalled:
                seen.append("event")
        except CancelledError:
            seen.append("cancelled")

    waiting = spawn(wait)
    while not seen:
        pause(0.01)
    seen.append(chat.invoke("1+1").text)
    seen.append(chat.batch(["2+2", "1+2"])[0].text)
    talk = chat.conversation(["My name is Li Lei.", ("assistant", "Hello!")])
    seen.append("Li Lei" in talk.ask("What is my name?").text)
    stalled.cancel()
    result(waiting)
    assert str(stalled.response.outcome) == "cancelled"
    with chat.stream("#scenario stall:at=middle") as other:
        next(other)
    assert str(other.response.outcome) == "cancelled"
    return [step for step in seen if step != "event"]


assert in_order() == ["1 + 1 = **2**.", "2 + 2 = **4**.", True, "cancelled"]

# Many at once: each gets its first event before any of them continues.
begun = []


def ask(number: int) -> str:
    with chat.stream(f"#scenario echo:chunks=4\nquestion {number}") as stream:
        next(stream)
        begun.append(number)
        while len(begun) < 50:
            pause(0.01)
        return stream.finish().text


greenlets = [spawn(ask, number) for number in range(50)]
assert [result(greenlet) for greenlet in greenlets] == [f"question {n}" for n in range(50)]


def reach_limits() -> int:
    """Return the number of descriptors after several waits have been given up."""
    for wait in (
        lambda: chat.invoke("#scenario stall"),
        lambda: chat.batch(["#scenario stall"]),
        lambda: chat.conversation().ask("#scenario stall"),
    ):
        try:
            with Limit(0.2):
                wait()
        except Limit:
            pass
        else:
            raise AssertionError("no limit")
    # The host keeps the exception until the next turn of its loop.
    pause(0.05)
    return len(os.listdir("/proc/self/fd"))


assert reach_limits() == reach_limits()


def end_in_all_ways() -> list[object]:
    finished, failed, closed = (
        chat.stream(f"#scenario {scenario}")
        for scenario in ("text:content=Hi", "drop:after=1", "stall:at=middle")
    )
    finished.finish()
    with contextlib.suppress(ConnectionError):
        failed.finish()
    next(closed)
    closed.close()
    batch = chat.batch_iter(["1+1"])
    assert len(list(batch)) == 1
    return [finished, failed, closed, batch]


before = len(os.listdir("/proc/self/fd"))
kept = end_in_all_ways()
assert len(os.listdir("/proc/self/fd")) == before, f"{len(kept)} that have ended hold descriptors"

# In a thread of the system, it waits as usual.
thread = threading.Thread(target=lambda: begun.append(chat.invoke("1+1").text))
thread.start()
thread.join()
assert begun[-1] == "1 + 1 = **2**."
print("done")
