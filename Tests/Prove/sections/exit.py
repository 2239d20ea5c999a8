"""Programs that exit while their threads are busy inside the library: in C, Python and Node.

Each must end with its own status: no signal, no output, no hang. Every second process stays alive
after the last handler of exit(), with its threads running and OpenSSL's shared data freed.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rows import Effort, Row
from runtimes_table import RUNTIMES
from workbench import HERE, LIBRARY_FOLDER, PATIENCE, ROOT, Service, Workbench, workbench

from sections.sanitizers import ASAN, MEMCHECK

PROGRAMS = HERE / "leaving"
NODE = next(runtime for runtime in RUNTIMES if runtime.name == "Node.js")
THREADS = (1, 3, 8, 20)
LONGEST_MS = 250
AT_ONCE = 3


@dataclass(frozen=True)
class Try:
    """One process."""

    status: int
    threads: int
    milliseconds: int
    lingers: bool

    @classmethod
    def number(cls, seed: int) -> Try:
        """Return the process of this number; it is the same in each run."""
        chance = random.Random(seed)
        return cls(
            chance.randrange(3, 100),
            chance.choice(THREADS),
            chance.randrange(5, LONGEST_MS),
            seed % 2 == 1,
        )

    def words(self) -> list[str]:
        """Return the arguments that all programs take."""
        return [str(self.status), str(self.threads), str(self.milliseconds)]


Command = Callable[[Try], "list[str | Path]"]


class Leaver:
    """Starts programs and checks how they end."""

    def __init__(self, work: Workbench) -> None:
        self._service = work.service
        self._environment = {
            **self._service.environment(),
            "SSL_CERT_FILE": str(self._service.ca_file),
            "LD_LIBRARY_PATH": str(LIBRARY_FOLDER),
            "SPARKCHAT_LIBRARY": str(LIBRARY_FOLDER / "libsparkchat.so.0"),
            "PYTHONPATH": str(ROOT / "bindings" / "python" / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self._linger = str(work.shim("linger"))

    def row(
        self,
        what: str,
        command: Command,
        times: int,
        *,
        place: Path = ROOT,
        environment: dict[str, str] | None = None,
    ) -> Row:
        """Run a program `times` times, a few at a time, and check each exit."""
        row = Row(what, times)
        slowest = 0.0
        surroundings = {
            **self._environment,
            "IFLYTEK_SPARK_API_URL": self._service.url("wss", tag=what),
            **(environment or {}),
        }

        def one(seed: int) -> tuple[str, float]:
            how = Try.number(seed)
            start = time.monotonic()
            wrong = self._try(how, command(how), place, surroundings)
            return wrong and f"{how}: {wrong}", time.monotonic() - start

        with ThreadPoolExecutor(AT_ONCE) as pool:
            for wrong, took in pool.map(one, range(times)):
                row.failures += [wrong] if wrong else []
                slowest = max(slowest, took)
        asked = len(self._service.records(what, wait=0))
        if not asked:
            row.failures.append("the threads were not busy")
        row.figures = f"{asked} connections, {slowest:.1f} s at most"
        return row

    def _try(
        self, how: Try, command: list[str | Path], place: Path, environment: dict[str, str]
    ) -> str:
        if how.lingers:
            environment = {**environment, "LD_PRELOAD": self._linger}
        try:
            result = subprocess.run(
                command,
                env=environment,
                cwd=place,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "hung"
        if result.returncode == how.status and not result.stderr:
            return ""
        return f"exit status {result.returncode}, {result.stderr[-1000:]}"


def c_command(service: Service, what: str, how: tuple[str, str], *program: str | Path) -> Command:
    """Return how to start the program in C, optionally under a tool."""
    addresses = [service.url(scheme, tag=what) for scheme in ("wss", "https")]
    return lambda one: [*program, *how, *one.words(), service.ca_file, *addresses]


# What the host does first, and how it ends.
IN_C = {
    "C: exit()": ("-", "exit"),
    "C: return from main, OpenSSL set up by the host": ("openssl", "return"),
    "C: exit() in another thread": ("-", "thread"),
    "C: exit() in a callback of the library": ("openssl", "callback"),
    "C: an older handler of exit() frees": ("frees", "exit"),
    "C: an older handler of exit() joins a thread": ("joins", "exit"),
}


def in_c(work: Workbench, leaver: Leaver, effort: Effort) -> Iterator[Row]:
    def row(what: str, how: tuple[str, str], times: int, *program: str | Path, **more: str) -> Row:
        command = c_command(work.service, what, how, *program)
        return leaver.row(what, command, times, environment=more)

    program = work.program("exit")
    for what, how in IN_C.items():
        yield row(what, how, effort.pick(6, 60), program)
    sanitized = work.program("exit", *ASAN, variant="-sanitized")
    # Memory that threads still use is not a leak; and the shim is loaded before the sanitizer.
    options = "detect_leaks=0:verify_asan_link_order=0"
    how, times = ("openssl,frees", "exit"), effort.pick(4, 60)
    yield row("C: exit(), under ASan and UBSan", how, times, sanitized, ASAN_OPTIONS=options)
    what = "C: exit(), under memcheck"
    if shutil.which("valgrind") is None:
        yield Row(what, skipped="valgrind is not installed")
        return
    tool = [part for part in MEMCHECK if "leak" not in str(part)]
    yield row(what, ("frees", "exit"), effort.pick(1, 12), *tool, program)


def in_python(leaver: Leaver, effort: Effort) -> Iterator[Row]:
    for host, end, what in (
        ("-", "raise", "Python: daemon threads"),
        ("ssl", "raise", "Python: daemon threads, ssl imported before"),
        ("ssl", "stream", "Python: sys.exit() between two pieces of an answer"),
    ):

        def command(how: Try, host: str = host, end: str = end) -> list[str | Path]:
            return [sys.executable, PROGRAMS / "leave.py", host, end, *how.words()]

        yield leaver.row(what, command, effort.pick(4, 100))


def in_node(work: Workbench, leaver: Leaver, effort: Effort) -> Iterator[Row]:
    place = work.folder / "node"
    missing = NODE.missing()
    if not missing:
        place.mkdir()
        NODE.build(place)
    for load, before in (("deepbind", "-"), ("deepbind", "tls"), ("require", "tls")):
        what = f"Node.js: process.exit(), {load}{', tls used before' if before == 'tls' else ''}"

        def command(how: Try, load: str = load, before: str = before) -> list[str | Path]:
            return ["node", PROGRAMS / "leave.js", load, before, *how.words()]

        if missing:
            yield Row(what, skipped=f"{missing} is not installed; `make prove` installs it")
        else:
            yield leaver.row(what, command, effort.pick(4, 100), place=place)


def run(effort: Effort) -> list[Row]:
    with workbench() as work:
        leaver = Leaver(work)
        return [
            *in_c(work, leaver, effort),
            *in_python(leaver, effort),
            *in_node(work, leaver, effort),
        ]
