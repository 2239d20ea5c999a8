"""Foreign runtimes: each program of `bindings/examples` streams an answer and cancels another.

Each is built with the commands in its first comment, and then runs the same cases: answers, errors
with and without a hint, a library that is missing or another one, an interrupt, and a cancel that
coincides with the end of an answer. It must free every object of the library once.
"""

from __future__ import annotations

import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import header_parsers
import runtimes_go
import runtimes_node
from rows import Effort, Row
from runtimes_cases import ANSWERS, CHUNKS, LIBRARIES, MEETING, REFUSALS, STALL, Case, lifetimes
from runtimes_table import RUNTIMES, Runtime, surroundings
from support import compiler
from support.paths import LIBRARY, ROOT
from support.service import Service

WATCHED = ROOT / "Tests" / "Prove" / "c" / "watched.c"


@dataclass(frozen=True)
class Trial:
    """A built program, and its surroundings."""

    runtime: Runtime
    command: list[str]
    place: Path
    service: Service
    watched: Path
    """The folder of the wrapper library."""

    def run(self, case: Case, tag: str) -> list[str]:
        """Run a case; return everything that is wrong."""
        log = self.watched / "log"
        log.write_text("")
        environment = {
            **surroundings(self.runtime, self.service, tag),
            "LD_LIBRARY_PATH": str(self.watched),
            "WATCHED_LIBRARY": str(LIBRARY),
            "WATCHED_LOG": str(log),
            # Freed memory is overwritten, so a cancel that comes too late fails visibly.
            "MALLOC_PERTURB_": "165",
            **case.environment,
        }
        try:
            result = compiler.run([*self.command, *case.questions], env=environment, cwd=self.place)
        except AssertionError as hung:
            return [f"{case.name}: {hung}"]
        found = case.faults(result.returncode, result.stdout, result.stderr)
        if environment["IFLYTEK_SPARK_API_SECRET"] in result.stdout + result.stderr:
            found.append(f"{case.name}: it shows the secret")
        lines = log.read_text().splitlines()
        if bool(lines) != case.is_watched:
            found.append(f"{case.name}: it used the wrong library")
        return found + [f"{case.name}: {fault}" for fault in lifetimes(lines)]


def build_watched(folder: Path) -> Path:
    """Build the wrapper library; return its folder."""
    folder.mkdir()
    versions = folder / "versions"
    versions.write_text("SPARKCHAT_0 { global: sparkchat_*; local: *; };")
    link = f"-Wl,-soname,{LIBRARY.name},-z,nodelete,--version-script={versions}"
    options = ("-std=gnu99", "-O1", "-shared", "-fPIC", link)
    compiler.compile_program(folder / LIBRARY.name, [WATCHED], flags=options, link=False)
    return folder


def check_records(service: Service, tag: str) -> list[str]:
    """Return what is wrong with the service's records of a whole and a cancelled answer."""
    records = service.records(tag)
    if [record["auth"] for record in records] != ["ok", "ok"]:
        return [f"the service saw {records}"]
    whole, cancelled = records
    if not (whole["tls"] and cancelled["tls"]):
        return ["it asked without TLS"]
    if whole["ended"] != "server_close":
        return [f"the whole answer ended with {whole['ended']}"]
    if cancelled["ended"] not in ("client_close", "client_drop"):
        return [f"the cancelled answer ended with {cancelled['ended']}"]
    if not 0 < cancelled["frames_sent"] < CHUNKS:
        return [f"{cancelled['frames_sent']} frames of the cancelled answer were sent"]
    return []


def try_interrupt(trial: Trial) -> list[str]:
    """Press Ctrl-C while a program waits in the library: it must end in the language's own way."""
    tag = f"{trial.runtime.name}-interrupted"
    with subprocess.Popen(
        [*trial.command, STALL],
        cwd=trial.place,
        env=surroundings(trial.runtime, trial.service, tag),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            trial.service.wait_for_questions(tag, 1)
            time.sleep(0.2)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=10)
        except (AssertionError, subprocess.TimeoutExpired) as failure:
            process.kill()
            return [f"Ctrl-C: {failure}"]
    return [] if process.returncode else ["Ctrl-C: it continued to the end"]


def try_runtime(
    runtime: Runtime, folder: Path, service: Service, watched: Path, effort: Effort
) -> Row:
    """Build a program, and run all cases with it."""
    row = Row(runtime.name)
    place = folder / runtime.name
    row.skipped = runtime.not_prepared(place)
    if row.skipped:
        return row
    start = time.monotonic()
    try:
        trial = Trial(runtime, runtime.build(place), place, service, watched)
    except AssertionError as failure:
        row.tried, row.failures = 1, [str(failure)]
        return row
    built = time.monotonic()
    for number in range(effort.pick(1, 10)):
        for case in ANSWERS:
            tag = f"{runtime.name}-{number}-{case.name}"
            row.tried += 1
            row.failures += trial.run(case, tag) or check_records(service, tag)
    # Whether the two threads coincide is a matter of chance.
    for case in (*[MEETING] * effort.pick(2, 50), *REFUSALS, *LIBRARIES[runtime.finds]):
        row.tried += 1
        row.failures += trial.run(case, f"{runtime.name}-{case.name}")
    row.tried += 1
    row.failures += try_interrupt(trial)
    row.figures = f"built in {built - start:.1f} s, tried in {time.monotonic() - built:.1f} s"
    return row


def run(effort: Effort) -> list[Row]:
    """Try all of them with one service. A space in every path reveals missing quotes."""
    with tempfile.TemporaryDirectory(prefix="sparkchat runtimes ") as name:
        folder = Path(name)
        watched = build_watched(folder / "watched")
        service = Service(folder)
        try:
            return [
                *(try_runtime(runtime, folder, service, watched, effort) for runtime in RUNTIMES),
                *runtimes_node.run(folder, service),
                *runtimes_go.run(folder, service),
                *header_parsers.run(folder),
            ]
        finally:
            service.stop()
