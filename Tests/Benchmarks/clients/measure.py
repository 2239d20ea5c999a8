"""What every Python client of the benchmarks measures and prints; see measure.h.

CLIENT.py CA_FILE WARM_UP_URL URL
"""

from __future__ import annotations

import json
import resource
import sys
import time
import zlib
from collections.abc import Callable, Iterable
from typing import Any

APP_ID = "bench"
API_KEY = "0123456789abcdef0123456789abcdef"
API_SECRET = "TestOnlySecretNotReal0000000000x"
DOMAIN = "generalv3.5"
QUESTION = json.dumps(
    {
        "header": {"app_id": APP_ID, "uid": "bench"},
        "parameter": {"chat": {"domain": DOMAIN}},
        "payload": {"message": {"text": [{"role": "user", "content": "Hello"}]}},
    }
)

_first = 0.0


def first_token() -> None:
    """Record the time; clients call it with the first text."""
    global _first
    _first = time.monotonic()


def contents(chunks: Iterable[Any]) -> list[str]:
    """Return the contents of LangChain's or similar chunks; record the time of the first."""
    parts: list[str] = []
    for chunk in chunks:
        if not parts:
            first_token()
        parts.append(str(chunk.content))
    return parts


def cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main(receive: Callable[[str, str], list[str]]) -> None:
    """Call and measure `receive(url, ca_file)`, which returns the pieces of one answer's text."""
    ca_file, warm_up, url = sys.argv[1:4]
    receive(warm_up, ca_file)
    clock, cpu = time.monotonic(), cpu_seconds()
    parts = receive(url, ca_file)
    cpu, wall = cpu_seconds() - cpu, time.monotonic() - clock
    text = "".join(parts).encode()
    print(
        json.dumps(
            {
                "chunks": len(parts),
                "cpu_s": cpu,
                "wall_s": wall,
                "first_us": (_first - clock) * 1e6,
                "cpu_us_per_chunk": cpu / len(parts) * 1e6,
                "bytes": len(text),
                "crc": zlib.crc32(text),
                "peak_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
            }
        )
    )
