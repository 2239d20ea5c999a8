"""The local service's relay, for tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from .paths import ROOT


@contextmanager
def relay(port: int, plan: str, *, first: int | None = None) -> Iterator[int]:
    """Relay to a port of this machine, with the faults of a plan; yields the relay's port."""
    command = [sys.executable, "-m", "spark_emulator.relay", "--exit-with-stdin"]
    command += ["--target", f"127.0.0.1:{port}", "--plan", plan]
    if first is not None:
        command += ["--first", str(first)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "Tests" / "Emulator")}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            yield json.loads(process.stdout.readline())["port"]
            process.stdin.close()
            process.wait(20)
        finally:
            process.kill()
