"""Runs `sparkchat batch` against a local service."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from service import ROOT, Service


class JobFolder:
    """A job in its own folder."""

    def __init__(self, folder: Path, service: Service, tag: str) -> None:
        self.input, self.output = folder / "in.jsonl", folder / "out.jsonl"
        self.errors = folder / "out.errors.jsonl"
        self._url = service.url(tag=tag)
        self._environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT / "bindings" / "python" / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "SPARKCHAT_LIBRARY": str(ROOT / "build" / "lib" / "libsparkchat.so.0"),
            **{f"IFLYTEK_SPARK_{k.upper()}": v for k, v in service.credentials.items()},
        }

    def write(self, *lines: Any) -> None:
        """Write the input file."""
        said = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        self.input.write_text("".join(f"{line}\n" for line in said), encoding="utf-8")

    def start(self, *options: str, most_bytes: int = -1) -> subprocess.Popen[str]:
        """Start the job; its files can have at most `most_bytes` bytes."""

        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

        command = [sys.executable, "-m", "sparkchat", "batch", str(self.input), str(self.output)]
        return subprocess.Popen(
            [*command, "--url", self._url, *options],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
            stdin=subprocess.PIPE,
            preexec_fn=limit,
        )

    def run(self, *options: str, most_bytes: int = -1) -> tuple[int, str]:
        """Run the job; return its status and its messages."""
        with self.start(*options, most_bytes=most_bytes) as process:
            output, said = process.communicate(timeout=120)
        assert output == ""
        return process.returncode, said

    def lines(self, path: Path | None = None) -> list[dict[str, Any]]:
        """Return the lines of the output."""
        text = (path or self.output).read_text(encoding="utf-8")
        assert text.endswith("\n") or not text
        return [json.loads(line) for line in text.splitlines()]

    def answered(self) -> Counter[str]:
        """Return how often each answer is in the output."""
        return Counter(line["custom_id"] for line in self.lines())


def kill_often(
    job: JobFolder, kills: int, chance: random.Random, rate: int = 200, longest: float = 0.7
) -> tuple[int, str]:
    """Kill the job at random moments, this many times; then let it finish."""
    said = ""
    for _ in range(kills):
        with job.start("--max-rate", str(rate), "--max-concurrency", "4") as process:
            time.sleep(chance.random() * longest)
            os.killpg(process.pid, signal.SIGKILL)
            said += process.communicate(timeout=60)[1]
    status, last = job.run("--max-concurrency", "4")
    return status, said + last
