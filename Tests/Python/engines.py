"""The examples of `examples/scale`, which ask the local service from many processes."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from service import ROOT, Service

sys.path.append(str(ROOT / "Tests" / "Prove"))

from peers.environments import NotAvailable, install
from peers.process import free_port

__all__ = ["Job", "NotAvailable", "asked", "free_port", "job", "refused"]

EXAMPLES = ROOT / "bindings" / "python" / "examples" / "scale"
LONGEST = 240


def ray_python() -> Path:
    """Return a Python that has Ray; raise NotAvailable if Ray cannot be installed."""
    folder = ROOT / "build" / "venv-ray"
    install(
        folder, Path(__file__).with_name("requirements-ray.txt"), [sys.executable, "-m", "venv"]
    )
    return folder / "bin" / "python"


@dataclass
class Job:
    """Questions in a file, and their answers."""

    folder: Path
    environment: dict[str, str]

    @property
    def files(self) -> list[str]:
        """The paths of both files, as arguments of the examples."""
        return [str(self.folder / "questions.jsonl"), str(self.folder / "answers.sqlite")]

    def write(self, count: int) -> None:
        """Write this many questions."""
        with open(self.files[0], "w", encoding="utf-8") as file:
            for number in range(count):
                file.write(json.dumps({"id": f"row-{number}", "prompt": f"{number}+1"}) + "\n")

    def answers(self) -> dict[str, str | None]:
        """Return the answers by id, with None for a question that failed."""
        if not Path(self.files[1]).exists():
            return {}
        with closing(sqlite3.connect(self.files[1], timeout=20)) as file:
            try:
                return dict(file.execute("SELECT id, text FROM answers").fetchall())
            except sqlite3.OperationalError:
                # The program has not made the table yet.
                return {}

    def wrong(self, count: int) -> list[str]:
        """Return the missing and the wrong answers."""
        found = self.answers()
        expected = {f"row-{n}": f"{n} + 1 = **{n + 1}**." for n in range(count)}
        keys = expected.keys() | found.keys()
        return [f"{key}: {found.get(key)}" for key in keys if found.get(key) != expected.get(key)]

    @contextmanager
    def running(self, *command: str | Path) -> Iterator[subprocess.Popen[str]]:
        """Run a program during the block, and kill it at the end."""
        log = self.folder / "log"
        with (
            log.open("a", encoding="utf-8") as said,
            subprocess.Popen(
                [str(word) for word in command],
                cwd=EXAMPLES,
                env=self.environment,
                stdout=said,
                stderr=said,
                encoding="utf-8",
            ) as process,
        ):
            try:
                yield process
            finally:
                process.kill()

    def finish(self, process: subprocess.Popen[str]) -> None:
        """Wait for a program to end successfully."""
        assert process.wait(LONGEST) == 0, self.said()

    def said(self) -> str:
        """Return the end of the programs' output."""
        return (self.folder / "log").read_text(encoding="utf-8")[-4000:]

    def wait_for(self, count: int, process: subprocess.Popen[str]) -> None:
        """Wait for this many answers; the process must keep running."""
        deadline = time.monotonic() + LONGEST
        while len(self.answers()) < count:
            assert process.poll() is None and time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def processes(self, title: str) -> list[int]:
        """Return this job's processes whose command line contains a title."""
        mark = f"\0SCALE_JOB={self.folder}\0".encode()
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and title.encode() in (entry / "cmdline").read_bytes():
                    surroundings = b"\0" + (entry / "environ").read_bytes()
                    found += [int(entry.name)] if mark in surroundings else []
            except OSError:
                pass
        return found

    def cpu(self) -> float:
        """Return the seconds of CPU that all processes of the job have used."""
        ticks = 0
        for process in self.processes(""):
            with suppress(OSError):
                fields = (
                    Path(f"/proc/{process}/stat")
                    .read_text(encoding="utf-8")
                    .rpartition(")")[2]
                    .split()
                )
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self, title: str) -> tuple[float, float]:
        """Return the MB of memory of a process with this title, and of all processes; each shared
        page counts once.
        """
        mine, others = self.processes(title), self.processes("")
        return sum(map(_memory, mine)) / len(mine), sum(map(_memory, others))

    def kill_one(self, title: str) -> None:
        """Kill the newest process of this job with this title."""
        os.kill(max(self.processes(title)), signal.SIGKILL)


def _memory(process: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0


def ray_command(python: Path, job: Job, rate: float, at_once: int, *more: str) -> list[str | Path]:
    """Return the command for two Ray workers that share a limit in a file."""
    limits = ["--rate", str(rate), "--at-once", str(at_once), "--block", "20"]
    limits += ["--limit", str(job.folder / "limit")]
    return [python, EXAMPLES / "ray_rows.py", *job.files, *limits, *more]


def celery_worker(name: str, pool: str, at_once: int) -> list[str]:
    """Return the command that starts a Celery worker."""
    command = [sys.executable, "-m", "celery", "-A", "celery_rows", "worker"]
    options = ["--without-gossip", "--without-mingle", "--loglevel", "warning"]
    return [*command, *options, "--pool", pool, "--concurrency", str(at_once), "-n", f"{name}@x"]


@contextmanager
def job(service: Service, count: int, *, tag: str, **variables: str) -> Iterator[Job]:
    """Yield a job with this many questions, for programs that ask the local service."""
    # The path is short because Ray puts its sockets there.
    with tempfile.TemporaryDirectory(dir="/tmp", ignore_cleanup_errors=True) as name:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": name,
            "SCALE_JOB": name,
            "RAY_TMPDIR": name,
            "RAY_USAGE_STATS_ENABLED": "0",
            "PYTHONPATH": str(ROOT / "bindings" / "python" / "src"),
            "SPARKCHAT_LIBRARY": str(ROOT / "build" / "lib" / "libsparkchat.so.0"),
            "IFLYTEK_SPARK_API_URL": service.url(tag=tag),
            **{f"IFLYTEK_SPARK_{key.upper()}": v for key, v in service.credentials.items()},
            **variables,
        }
        new = Job(Path(name), environment)
        new.write(count)
        yield new


def asked(service: Service, tag: str) -> Counter[str]:
    """Return how often each question was asked."""
    return Counter(
        json.loads(text)["payload"]["message"]["text"][-1]["content"]
        for record in service.records(tag)
        for text in record["requests"]
    )


def refused(service: Service, tag: str) -> int:
    """Return how many requests were refused as too fast: such a request gets a single frame."""
    return sum(
        record["frames_sent"] == 1 and record["ended"] == "client_close"
        for record in service.records(tag)
    )
