"""Several processes that ask one service under one limit."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from service import ROOT, Service

LIMITED = Path(__file__).with_name("limited.py")
SOURCE = ROOT / "bindings" / "python" / "src"


def ask_together(
    service: Service,
    limiter: dict[str, Any],
    *,
    processes: int,
    seconds: float,
    tag: str,
    **more: Any,
) -> tuple[Counter[str], float]:
    """Let processes ask for some seconds.

    Return how many results of each type came, and how many results came per second.
    """
    settings = {
        "url": service.url(tag=tag, **more),
        "environment": False,
        "max_attempts": 1,
        **service.credentials,
    }
    command = [
        sys.executable,
        str(LIMITED),
        json.dumps(settings),
        json.dumps(limiter),
        str(seconds),
    ]
    environment = {
        "PYTHONPATH": str(SOURCE),
        "SPARKCHAT_LIBRARY": str(ROOT / "build" / "lib" / "libsparkchat.so.0"),
    }
    found: Counter[str] = Counter()
    firsts, lasts = [], []
    with ExitStack() as stack:
        running = [
            stack.enter_context(
                subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    env=environment,
                    encoding="utf-8",
                )
            )
            for _ in range(processes)
        ]
        for process in running:
            assert process.stdout and process.stdout.readline() == "ready\n"
        for process in running:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in running:
            output, _ = process.communicate(timeout=seconds + 60)
            results, first, last = json.loads(output)
            found.update(results)
            firsts.append(first)
            lasts.append(last)
    return found, (sum(found.values()) - 1) / (max(lasts) - min(firsts))
