"""Warm connections in a group, with a service that closes idle ones soon."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.cases import run_case
from support.paths import TESTS
from support.service import Service
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)

WARM = 8


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Return a service that closes connections without a request within a second."""
    service = Service(tmp_path_factory.mktemp("impatient"), "--request-wait", "1")
    yield service
    service.stop()


@pytest.mark.parametrize("scheme", ["ws", "wss"])
@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("warm_in_a_group", [1] * WARM),
        ("dead_in_a_group", [0] * WARM + [1] * WARM),
        ("dead_in_the_hosts_loop", [0] * WARM + [1] * WARM),
        ("hosted_in_a_group", [3] * WARM),
        ("parked_beside_others", [0] * (WARM - 1) + [1] * 6),
    ],
)
def test_group(
    case: str, expected: list[int], scheme: str, workshop: Workshop, impatient: Service, tag: str
) -> None:
    """Run a case, and count the requests on each connection."""
    run_case(
        workshop.case_program(TESTS / "group" / "group_parked.c", sanitized=True),
        case,
        workshop,
        SPARK_URL=impatient.url(scheme, scenario="echo", tag=tag),
        SPARK_HOSTED_URL=impatient.url(scheme, "/v1.1/chat", scenario="echo", tag=tag),
        SPARK_CA=str(impatient.ca_file),
    )
    records = impatient.records(tag)
    assert sorted(len(record["requests"]) for record in records) == sorted(expected)
