"""Engines that ask from many processes, and lose some: in the end, each question has its answer."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import engines
from redis_server import running_redis
from service import ROOT, Service, running_service

sys.path.append(str(engines.EXAMPLES))
planning: Any = import_module("plan")


ROWS, RATE, AT_ONCE = 120, 20, 8


@pytest.fixture(scope="module")
def limited_service() -> Iterator[Service]:
    """A service whose limit is a little above the engines' rate."""
    with running_service("--max-rate", str(RATE * 1.2), "--pace", "20") as service:
        yield service


@pytest.fixture(scope="module")
def ray_python() -> Path:
    try:
        return engines.ray_python()
    except engines.NotAvailable as reason:
        pytest.skip(str(reason))


def check(service: Service, job: engines.Job, tag: str, *, lost: int) -> None:
    """Check that all questions are answered, and at most `lost` of them asked again."""
    assert job.wrong(ROWS) == [], job.said()
    asked = engines.asked(service, tag)
    assert len(asked) == ROWS
    assert ROWS <= asked.total() <= ROWS + lost
    assert engines.refused(service, tag) == 0


def test_ray_with_a_worker_that_is_killed(
    limited_service: Service, ray_python: Path, tag: str
) -> None:
    with engines.job(limited_service, ROWS, tag=tag) as job:
        command = engines.ray_command(ray_python, job, RATE, AT_ONCE)
        with job.running(*command) as process:
            job.wait_for(ROWS // 3, process)
            job.kill_one("MapBatches(Asker)")
            job.finish(process)
        check(limited_service, job, tag, lost=AT_ONCE)
        assert f"{ROWS} answered, 0 failed" in job.said()


def test_celery_with_a_worker_that_is_killed(limited_service: Service, tag: str) -> None:
    with ExitStack() as stack:
        redis = stack.enter_context(running_redis(engines.free_port()))
        variables = {"REDIS_URL": redis, "MAX_RATE": str(RATE)}
        job = stack.enter_context(engines.job(limited_service, ROWS, tag=tag, **variables))
        for name in ("first", "second"):
            worker = engines.celery_worker(name, "prefork", AT_ONCE // 2)
            stack.enter_context(job.running(*worker))
        with job.running(sys.executable, "celery_rows.py", *job.files) as process:
            job.wait_for(ROWS // 3, process)
            # Kill the newest process: the first one has forked the others.
            job.kill_one("first@x")
            job.finish(process)
        check(limited_service, job, tag, lost=1)


@pytest.mark.parametrize(
    "limits", [{}, {"at_once": 100}, {"lost": 20}, {"at_once": 60, "lost": 20}, {"rate": 2}]
)
def test_a_plan_is_what_its_simulation_comes_to(limits: dict[str, float]) -> None:
    plan = planning.Plan(50_000, **limits)
    hours, asked = planning.simulate(plan)
    assert hours == pytest.approx(plan.hours, rel=0.02)
    assert asked == pytest.approx(plan.asked, rel=0.02)


@pytest.mark.parametrize("name", ["scale.md", "scale.zh-CN.md"])
def test_the_documents_show_what_the_examples_do(name: str) -> None:
    document = (ROOT / "docs" / name).read_text(encoding="utf-8")
    programs = [path.read_text(encoding="utf-8") for path in engines.EXAMPLES.glob("*.py")]
    shown = re.findall(r"```py\n(.*?)```", document, re.DOTALL)
    assert len(shown) == 2
    assert all(any(part in program for program in programs) for part in shown)
    assert "python plan.py 10000000 --lost 2\n" in document
    plan = planning.Plan(10_000_000, lost=2)
    assert plan.report() in document
