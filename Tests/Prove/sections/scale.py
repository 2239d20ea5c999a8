"""Many workers: engines that lose some of them and continue, and the throughput of each way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any

from rows import Effort, Row
from workbench import ROOT

sys.path.append(str(ROOT / "Tests" / "Python"))

# The Python tests check these modules.
engines: Any = import_module("engines")
running_redis: Any = import_module("redis_server").running_redis
running_service: Any = import_module("service").running_service

ROWS, RATE, AT_ONCE = 400, 40, 8
UNREACHED = 100_000
"""A rate above all that is measured: a limiter without a limit is an error."""
PACE_MS = 80
"""For measuring, the service takes about half a second per answer."""


def checked(what: str, service: Any, job: Any, *, lost: int) -> Row:
    """Return the row of a finished job, in which `lost` requests may be repeated."""
    row = Row(what, ROWS, job.wrong(ROWS))
    asked, refused = engines.asked(service, "scale"), engines.refused(service, "scale")
    again = asked.total() - ROWS
    row.figures = f"{again} asked again, {refused} refused"
    if not 0 <= again <= lost or refused:
        row.failures.append(row.figures)
    if row.failures:
        row.failures.append(job.said())
    return row


def ray_killed(python: Path) -> Row:
    """Kill a worker, then the whole job, and start it again."""
    with ExitStack() as stack:
        service = stack.enter_context(
            running_service("--max-rate", str(1.2 * RATE), "--pace", "20")
        )
        redis = stack.enter_context(running_redis())
        job = stack.enter_context(engines.job(service, ROWS, tag="scale"))
        more = ["--limit", redis, "--workers", "3"]
        command = engines.ray_command(python, job, RATE, AT_ONCE, *more)
        with job.running(*command) as process:
            job.wait_for(ROWS // 4, process)
            job.kill_one("MapBatches(Asker)")
            job.wait_for(ROWS // 2, process)
            process.send_signal(signal.SIGKILL)
        # Its other processes end as well, and its workers stop asking.
        deadline = time.monotonic() + engines.LONGEST
        while job.processes("ray") and time.monotonic() < deadline:
            time.sleep(0.1)
        with job.running(*command) as process:
            job.finish(process)
        return checked("Ray: a worker killed, and the whole job", service, job, lost=4 * AT_ONCE)


def celery_killed() -> Row:
    """Kill a worker with all its threads, then the sending program, and start that again."""
    with ExitStack() as stack:
        service = stack.enter_context(
            running_service("--max-rate", str(1.2 * RATE), "--pace", "20")
        )
        redis = stack.enter_context(running_redis(engines.free_port()))
        variables = {"REDIS_URL": redis, "MAX_RATE": str(RATE), "VISIBILITY_TIMEOUT": "5"}
        job = stack.enter_context(engines.job(service, ROWS, tag="scale", **variables))
        for name in ("first", "second", "third"):
            worker = engines.celery_worker(name, "threads", AT_ONCE)
            stack.enter_context(job.running(*worker))
        sender = (sys.executable, "celery_rows.py", *job.files)
        with job.running(*sender) as process:
            job.wait_for(ROWS // 4, process)
            job.kill_one("first@x")
            job.wait_for(ROWS // 2, process)
            process.send_signal(signal.SIGKILL)
        with job.running(*sender) as process:
            job.finish(process)
        return checked("Celery: a worker killed, and the sender", service, job, lost=AT_ONCE)


def engine_figures(
    what: str, service: Any, job: Any, count: int, command: list[Any], title: str
) -> Row:
    """Measure between the first quarter and the end, while all workers are busy."""
    row = Row(what, count)
    with job.running(*command) as process:
        job.wait_for(count // 4, process)
        begin, cpu, done = time.monotonic(), job.cpu(), len(job.answers())
        job.wait_for(count - count // 8, process)
        took, used = time.monotonic() - begin, job.cpu() - cpu
        done = len(job.answers()) - done
        memory = job.memory(title)
        job.finish(process)
    row.failures += job.wrong(count)
    row.figures = (
        f"{done / took:.0f} a second, {1000 * used / done:.1f} ms of CPU each,"
        f" {memory[0]:.0f} MB a worker, {memory[1]:.0f} MB in all"
    )
    return row


def ray_figures(python: Path, workers: int) -> Row:
    """Have workers of Ray ask as fast as they can."""
    count = 600 * workers
    with (
        running_service("--pace", str(PACE_MS)) as service,
        engines.job(service, count, tag="scale") as job,
    ):
        more = ["--workers", str(workers), "--block", "150"]
        command = engines.ray_command(python, job, UNREACHED, 16, *more)
        what = f"Ray, {workers} workers, 16 at once each"
        return engine_figures(what, service, job, count, command, "MapBatches(Asker)")


def celery_figures(workers: int) -> Row:
    """Have workers of Celery ask as fast as they can."""
    count = 600 * workers
    with ExitStack() as stack:
        service = stack.enter_context(running_service("--pace", str(PACE_MS)))
        redis = stack.enter_context(running_redis(engines.free_port()))
        variables = {"REDIS_URL": redis, "MAX_RATE": str(UNREACHED)}
        job = stack.enter_context(engines.job(service, count, tag="scale", **variables))
        for number in range(workers):
            worker = engines.celery_worker(f"worker{number}", "threads", 16)
            stack.enter_context(job.running(*worker))
        sender = [sys.executable, "celery_rows.py", *job.files]
        what = f"Celery, {workers} workers, 16 threads each"
        return engine_figures(what, service, job, count, sender, "worker")


def way_figures(
    way: str, at_once: int, seconds: float, *, processes: int = 1, limiter: Any = None
) -> Row:
    """Ask with one of the library's own functions."""
    with running_service("--pace", str(PACE_MS)) as service, ExitStack() as stack:
        settings = {
            "url": service.url(tag="scale"),
            "environment": False,
            "max_attempts": 1,
            **service.credentials,
        }
        arguments = [json.dumps(value) for value in (at_once, seconds, settings, limiter)]
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT / "bindings" / "python" / "src"),
            "SPARKCHAT_LIBRARY": str(ROOT / "build" / "lib" / "libsparkchat.so.0"),
        }
        program = [sys.executable, str(ROOT / "Tests" / "Python" / "ways.py"), way, *arguments]
        started = [
            stack.enter_context(
                subprocess.Popen(
                    program,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    env=environment,
                    text=True,
                )
            )
            for _ in range(processes)
        ]
        for process in started:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
        for process in started:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        results = [json.loads(process.communicate(timeout=seconds + 60)[0]) for process in started]
    count = sum(result[0] for result in results)
    rate = count / max(result[1] for result in results)
    cpu = sum(result[2] for result in results)
    kind = f", limit in {limiter['kind']}" if limiter else ""
    row = Row(f"{processes} x {way}, {at_once} at once{kind}", count)
    row.figures = (
        f"{rate:.0f} a second, {1000 * cpu / count:.1f} ms of CPU each,"
        f" {max(result[3] for result in results):.0f} MB a process"
    )
    return row


def ways(seconds: float) -> list[Row]:
    """Measure them all, with a service that has no limit."""
    rows = [
        way_figures("sync", 1, seconds),
        way_figures("threads", 64, seconds),
        way_figures("async", 64, seconds),
        way_figures("batch_iter", 64, seconds),
        way_figures("batch_iter", 16, seconds),
        way_figures("batch_iter", 16, seconds, processes=2),
        way_figures("batch_iter", 16, seconds, processes=4),
    ]
    with tempfile.TemporaryDirectory() as folder, running_redis() as redis:
        # Limits that never apply: only the limiters' cost is measured.
        limiters = [
            {"kind": "file", "at": f"{folder}/limit", "max_rate": 1000},
            {"kind": "redis", "at": redis, "max_rate": 1000},
        ]
        rows += [way_figures("batch_iter", 16, seconds, processes=4, limiter=x) for x in limiters]
    return rows


def run(effort: Effort) -> list[Row]:
    if not effort.long:
        return [Row("engines", skipped="a short case of each is in Tests/Python/test_scale.py")]
    rows = [celery_killed(), *ways(10), *(celery_figures(workers) for workers in (1, 2, 4))]
    try:
        python = engines.ray_python()
    except engines.NotAvailable as reason:
        return [*rows, Row("Ray", skipped=str(reason))]
    return [*rows, ray_killed(python), *(ray_figures(python, workers) for workers in (1, 2, 4))]
