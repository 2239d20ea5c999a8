"""Engines that ask from many processes, and lose some: each question has its answer at the end."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import engines
from redis_server import running_redis
from service import Service, running_service

ROWS, RATE, AT_ONCE = 120, 20, 8


@pytest.fixture(scope="module")
def limited_service() -> Iterator[Service]:
    """A service that takes a little more than they ask."""
    with running_service("--max-rate", str(RATE * 1.2), "--pace", "20") as service:
        yield service


@pytest.fixture(scope="module")
def ray_python() -> Path:
    try:
        return engines.ray_python()
    except engines.NotAvailable as reason:
        pytest.skip(str(reason))


def check(service: Service, job: engines.Job, tag: str, *, lost: int) -> None:
    """Everything is answered, once, but for what was under way in the worker that was killed."""
    assert job.wrong(ROWS) == [], job.said()
    asked = engines.asked(service, tag)
    assert len(asked) == ROWS
    assert ROWS <= asked.total() <= ROWS + lost
    assert engines.refused(service, tag) == 0


def test_ray_with_a_worker_that_is_killed(
    limited_service: Service, ray_python: Path, tag: str
) -> None:
    with engines.job(limited_service, ROWS, tag=tag) as job:

        def kill_a_worker() -> None:
            job.wait_for(ROWS // 3)
            job.kill_one("MapBatches(Asker)")

        job.run(*engines.ray_command(ray_python, job, RATE, AT_ONCE), meanwhile=kill_a_worker)
        check(limited_service, job, tag, lost=AT_ONCE)
        assert f"{ROWS} answered, 0 failed" in job.said()


def test_celery_with_a_worker_that_is_killed(limited_service: Service, tag: str) -> None:
    with ExitStack() as stack:
        redis = stack.enter_context(running_redis(engines.free_port()))
        job = stack.enter_context(
            engines.job(limited_service, ROWS, tag=tag, REDIS_URL=redis, MAX_RATE=str(RATE))
        )
        for name in ("first", "second"):
            worker = engines.celery_worker(name, "prefork", AT_ONCE // 2)
            stack.enter_context(job.running(*worker))

        def kill_a_process() -> None:
            job.wait_for(ROWS // 3)
            # The latest: the first one has forked the others.
            job.kill_one("first@x")

        sender = (sys.executable, "celery_rows.py", *job.files)
        job.run(*sender, meanwhile=kill_a_process)
        check(limited_service, job, tag, lost=1)
