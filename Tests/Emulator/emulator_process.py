"""Runs the emulator as a process, for the tests of any language."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen


class EmulatorProcess:
    """Runs the emulator until `stop`; it also ends when this process ends."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "spark_emulator", "--quiet", "--exit-with-stdin", *options]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the emulator did not start; see its stderr"
        self.ready: dict[str, Any] = json.loads(line)

    def stop(self) -> None:
        """Stop it, and wait until it has ended."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def records(self, tag: str, *, wait: float = 10) -> list[dict[str, Any]]:
        """Return the records of the exchanges with this tag, once all are over."""
        query = urlencode({"tag": tag, "wait": wait})
        address = f"http://127.0.0.1:{self.ready['ws_port']}/_emulator/records?{query}"
        with urlopen(address, timeout=30) as answer:
            found: list[dict[str, Any]] = json.load(answer)
        return found

    def requests(self, tag: str) -> list[dict[str, Any]]:
        """Return the requests with this tag."""
        return [json.loads(text) for record in self.records(tag) for text in record["requests"]]

    def wait_for_questions(self, tag: str, count: int) -> None:
        """Wait until `count` questions with this tag have arrived."""
        deadline = time.monotonic() + 30
        while sum(len(record["requests"]) for record in self.records(tag, wait=0)) < count:
            assert time.monotonic() < deadline, "the question did not arrive"
            time.sleep(0.02)
