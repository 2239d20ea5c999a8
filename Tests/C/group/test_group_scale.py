"""Groups at scale: thousands of streams, floods, and slow hosts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from limits import needs_descriptors
from support.cases import run_case
from support.paths import TESTS
from support.service import Service
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(170)


def run(case: str, workshop: Workshop, **environment: str) -> None:
    """Run a case of group_scale.c."""
    run_case(
        workshop.case_program(TESTS / "group" / "group_scale.c"), case, workshop, **environment
    )


@pytest.mark.parametrize(
    "case",
    [
        "nobody_starves",
        "floods_share",
        "slow_consumer_makes_the_service_wait",
        pytest.param("five_hundred_deadlines", marks=needs_descriptors(700)),
        pytest.param("one_descriptor_each", marks=needs_descriptors(700)),
        "groups_leave_no_descriptor",
        "long_life",
    ],
)
def test_group(case: str, workshop: Workshop) -> None:
    """Run a case that checks everything itself."""
    run(case, workshop)


@pytest.fixture(scope="module")
def spacious(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Return a service that no other test uses."""
    service = Service(tmp_path_factory.mktemp("spacious"), "--request-wait", "600")
    yield service
    service.stop()


@pytest.mark.parametrize(
    ("scheme", "count"),
    [
        pytest.param("ws", 10_000, marks=needs_descriptors(10_200)),
        pytest.param("wss", 2000, marks=needs_descriptors(2200)),
    ],
)
def test_all_at_once(
    scheme: str, count: int, workshop: Workshop, spacious: Service, tag: str
) -> None:
    """All are connected before the first request; each request gets its own answer."""
    run(
        "all_at_once",
        workshop,
        SPARK_URL=spacious.url(scheme, scenario="echo", tag=tag),
        SPARK_CA=str(spacious.ca_file),
        SPARK_COUNT=str(count),
    )
    assert sum(len(record["requests"]) for record in spacious.records(tag)) == count
