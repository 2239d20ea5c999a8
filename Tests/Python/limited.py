"""A process that asks under a limiter for some seconds, and prints the results.

`limited.py SETTINGS LIMITER SECONDS` takes the settings of a client, and those of a limiter with
its kind, as JSON. It prints "ready", and begins when it reads a line. At the end, it prints how
many results of each type came, and the times of the first and the last on the machine's monotonic
clock.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator

from sparkchat import Spark
from sparkchat.limiters import FileLimiter, RedisLimiter

settings, wanted, seconds = (json.loads(argument) for argument in sys.argv[1:4])
kinds = {"file": FileLimiter, "redis": RedisLimiter}
limiter = kinds[wanted.pop("kind")](wanted.pop("at"), **wanted)
print("ready", flush=True)
sys.stdin.readline()
end = time.monotonic() + seconds


def questions() -> Iterator[str]:
    """Yield questions until the time is over."""
    while time.monotonic() < end:
        yield "1+1"


found: Counter[str] = Counter()
times = []
with Spark(**settings, limiter=limiter) as chat:
    for _, result in chat.batch_iter(questions(), max_concurrency=10):
        found[type(result).__name__] += 1
        times.append(time.monotonic())
print(json.dumps([found, min(times), max(times)]), flush=True)
