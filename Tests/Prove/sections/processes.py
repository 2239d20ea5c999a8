"""Programs that run Python: servers and workers that fork, greenlets, and Ctrl-C.

A client made at the top of a module exists before gunicorn and Celery fork.
"""

from __future__ import annotations

import json
import random
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from peers.environments import NotAvailable, install, is_installed
from rows import Effort, Row
from workbench import HERE, LIBRARY_FOLDER, PATIENCE, ROOT, Service, workbench

PROGRAMS = HERE / "hosts"
REQUIREMENTS = PROGRAMS / "requirements-hosts.txt"
# No trial takes as long: an interrupt without any effect until then is lost.
LOST = 10
NAME = "What is my name?"
SUM = "1+1"
ANSWER = "1 + 1 = **2**."


class Hosts:
    """Starts programs that ask the local service."""

    def __init__(self, service: Service, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **service.environment(),
            "IFLYTEK_SPARK_API_URL": service.url(),
            "SPARKCHAT_LIBRARY": str(LIBRARY_FOLDER / "libsparkchat.so.0"),
            "PYTHONPATH": str(ROOT / "bindings" / "python" / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "TASKS_FOLDER": str(folder),
        }
        self.settings = {
            "url": service.url(),
            "environment": False,
            "max_attempts": 1,
            **{name: service.ready[name] for name in ("app_id", "api_key", "api_secret")},
        }

    @contextmanager
    def running(self, name: str, *command: str | Path) -> Iterator[Path]:
        """Run a program while the block lasts, and yield its log."""
        log = self.folder / f"{name}.log"
        with (
            log.open("w") as said,
            subprocess.Popen(
                command,
                cwd=PROGRAMS,
                env=self.environment,
                stdout=said,
                stderr=said,
                start_new_session=True,
            ) as process,
        ):
            try:
                yield log
            finally:
                process.terminate()
                try:
                    process.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    process.kill()


def wait_for(log: Path, pattern: str) -> re.Match[str]:
    """Wait until a program's log matches a pattern."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = re.search(pattern, log.read_text())
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"it does not say {pattern!r}: {log.read_text()[-1000:]}")


def gunicorn(hosts: Hosts, python: Path, kind: str, times: int) -> Row:
    """Ask workers of gunicorn that were forked after the import."""
    row = Row(f"gunicorn --preload, {kind} workers")
    options = ["--preload", "--workers", "2", "--threads", "4", "--worker-class", kind]
    command: list[str | Path] = [
        python,
        "-m",
        "gunicorn",
        *options,
        "--bind",
        "127.0.0.1:0",
        "web:application",
    ]
    workers = set()
    with hosts.running(f"gunicorn-{kind}", *command) as log:
        address = wait_for(log, r"Listening at: (http://\S+)")[1]

        def ask(way: str, question: str) -> tuple[str, str]:
            url = f"{address}/{way}?q={quote(question)}"
            try:
                with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
                    return answer.headers["X-Worker"], answer.read().decode()
            except urllib.error.HTTPError as error:
                return "none", str(error)

        def check(way: str) -> str:
            worker, text = ask(way, SUM)
            workers.add(worker)
            return "" if text == ANSWER else f"{way}: {text!r}"

        # A thread runs one asyncio loop at a time, which gevent's greenlets would have to share.
        ways = ["invoke", "stream", "langchain", *(["async"] if kind != "gevent" else [])] * times
        with ThreadPoolExecutor(4) as pool:
            row.failures += filter(None, pool.map(check, ways))
        # A conversation is for one thread at a time.
        talks = [ask("converse", NAME)[1] for _ in range(times)]
        row.failures += [text for text in talks if "Li Lei" not in text]
        row.tried = len(ways) + len(talks)
        row.figures = f"{len(workers)} workers answered"
        if row.failures:
            row.failures.append(log.read_text()[-1500:])
    return row


def celery(hosts: Hosts, python: Path, times: int) -> Row:
    """Have a worker of Celery ask, in processes that it forks."""
    row = Row("Celery, prefork")
    celery: list[str | Path] = [python, "-m", "celery", "-A", "tasks", "worker"]
    options = [
        "--pool",
        "prefork",
        "--concurrency",
        "2",
        "--loglevel",
        "info",
        "--without-gossip",
        "--without-mingle",
    ]
    with hosts.running("celery", *celery, *options) as log:
        wait_for(log, " ready")
        sent = subprocess.run(
            [python, "tasks.py", str(times)],
            cwd=PROGRAMS,
            env=hosts.environment,
            capture_output=True,
            text=True,
            timeout=2 * PATIENCE,
            check=False,
        )
        if sent.returncode != 0:
            row.failures.append(sent.stderr[-1500:] + log.read_text()[-1500:])
            return row
        results = json.loads(sent.stdout)
    row.tried = len(results)
    for task, question, text in results:
        number = int(question.partition("+")[0])
        if task != "converse" and text != f"{number} + 1 = **{number + 1}**.":
            row.failures.append(f"{task} of {question}: {text!r}")
    return row


def greenlets(hosts: Hosts, python: Path, kind: str, times: int) -> Row:
    """Run the program of the Python tests."""
    row = Row(f"{kind}, patched", times)
    program = ROOT / "Tests" / "Python" / "greenlets.py"
    for _ in range(times):
        done = subprocess.run(
            [python, program, kind, json.dumps(hosts.settings)],
            env=hosts.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        if (done.returncode, done.stdout) != (0, "done\n"):
            row.failures.append(done.stderr[-1500:])
    return row


def interrupted(hosts: Hosts, work: str, times: int) -> Row:
    """Interrupt a program at random moments."""
    row = Row(f"Ctrl-C at random moments: {work}", times)
    chance = random.Random(work)
    log = hosts.folder / f"{work}.log"
    with (
        log.open("w") as said,
        subprocess.Popen(
            [sys.executable, PROGRAMS / "interrupted.py", work, str(times)],
            env=hosts.environment,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        line, lost = process.stdout.readline(), 0
        while line == "go\n":
            time.sleep(chance.random() * 0.02)
            process.send_signal(signal.SIGINT)
            while not select.select([process.stdout], [], [], LOST)[0]:
                lost += 1
                process.send_signal(signal.SIGINT)
            line = process.stdout.readline()
        process.wait(PATIENCE)
    if not line or process.returncode != 0:
        row.failures.append(f"it ended with {process.returncode}: {log.read_text()[-1500:]}")
        return row
    result = json.loads(line)
    row.failures += result["failures"]
    row.figures = f"{result['kept']} came after the answer had been returned"
    if lost and work == "loop":
        # asyncio loses an interrupt that comes while the loop's last task is ending.
        row.figures += f", {lost} lost by asyncio"
    elif lost:
        row.failures.append(f"{lost} were lost")
    return row


def run(effort: Effort) -> list[Row]:
    rows = []
    with workbench() as work, tempfile.TemporaryDirectory() as folder:
        hosts = Hosts(work.service, Path(folder))
        for name in ("ask", "tool", "stream", "block", "invoke", "batch", "loop"):
            rows.append(interrupted(hosts, name, effort.pick(30, 1000)))
        try:
            python = prepare(make=effort.long)
        except NotAvailable as reason:
            return [*rows, Row("servers and workers", skipped=str(reason))]
        times = effort.pick(3, 25)
        for kind in ("sync", "gthread", "gevent"):
            rows.append(gunicorn(hosts, python, kind, times))
        rows.append(celery(hosts, python, times))
        for kind in ("gevent", "eventlet"):
            rows.append(greenlets(hosts, python, kind, effort.pick(1, 10)))
    return rows


def prepare(*, make: bool) -> Path:
    """Return the Python that has the servers. Install them only if `make` is true."""
    folder = ROOT / "build" / "venv-hosts"
    if make:
        install(folder, REQUIREMENTS, [sys.executable, "-m", "venv"])
    elif not is_installed(folder, REQUIREMENTS):
        raise NotAvailable("not installed; `make prove` installs it")
    return folder / "bin" / "python"
