"""Limits that processes share: none is exceeded, and nearly all of each is used."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from rows import Effort, Row
from workbench import ROOT

sys.path.append(str(ROOT / "Tests" / "Python"))

# The Python tests check these modules.
ask_together: Any = import_module("crowd").ask_together
running_redis: Any = import_module("redis_server").running_redis
running_service: Any = import_module("service").running_service

PROCESSES, RATE, LEAST = 4, 20, 0.95


def shared(
    name: str, limiter: dict[str, Any], seconds: float, *options: str, at_once: int = 0
) -> Row:
    """Have processes ask a service with a rate limit as fast as they may."""
    limits = ["--max-rate", str(RATE), "--max-concurrency", str(at_once), "--quiet"]
    with running_service(*limits, *options) as service:
        limiter = {**limiter, "max_rate": RATE, "max_concurrency": at_once}
        found, rate = ask_together(
            service, limiter, processes=PROCESSES, seconds=seconds, tag="limits"
        )
        asked = len(service.records("limits"))
    answered = found.pop("Response", 0)
    row = Row(f"{PROCESSES} processes, {RATE} a second: {name}", asked)
    row.figures = f"{rate:.2f} a second"
    if found or asked != answered:
        row.failures.append(f"{asked} asked, {answered} answered, {dict(found)}")
    if rate < LEAST * RATE:
        row.failures.append(f"only {rate:.2f} of {RATE} a second")
    return row


@contextmanager
def undisturbed() -> Iterator[None]:
    """Give this process and its children priority over all others, if that is allowed.

    A limiter's margin covers the way to the service, but not an overloaded machine.
    """
    policy, priority = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except PermissionError:
        yield
        return
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, priority)


def run(effort: Effort) -> list[Row]:
    seconds = effort.pick(4, 60)
    with undisturbed(), ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        redis = stack.enter_context(running_redis())
        files = ({"kind": "file", "at": str(Path(folder) / str(number))} for number in range(9))
        names = ({"kind": "redis", "at": redis, "name": str(number)} for number in range(9))
        rows = [
            shared("a file", next(files), seconds),
            shared("Redis", next(names), seconds),
        ]
        if effort.long:
            slow = ["--pace", "40"]
            rows += [
                shared("a file, slow answers", next(files), seconds, *slow),
                shared("Redis, slow answers", next(names), seconds, *slow),
                shared("a file, 10 at once", next(files), seconds, *slow, at_once=10),
                shared("Redis, 10 at once", next(names), seconds, *slow, at_once=10),
            ]
    return rows
