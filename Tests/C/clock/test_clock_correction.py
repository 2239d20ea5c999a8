"""A machine with a wrong clock: the client signs again with the service's time, if allowed."""

from __future__ import annotations

import pytest
from support.asking import ask, ask_often
from support.cases import run_case
from support.paths import TESTS
from support.service import Service
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)


@pytest.mark.parametrize("seconds", [3600, -3600, 86_400 * 400])
@pytest.mark.parametrize("attempts", [1, 3])
def test_correction(
    seconds: int, attempts: int, workshop: Workshop, service: Service, tag: str
) -> None:
    """The client learns from one refusal; the next request needs one attempt."""
    url = service.url("wss", tag=tag, scenario=f"skew:seconds={seconds}")
    first, second = ask_often(
        workshop, url, questions=2, clock_correction=1, max_attempts=attempts, text="1+1"
    )
    assert first.status == second.status == "OK", first
    assert first.text == second.text == "1 + 1 = **2**."
    assert (first.attempts, second.attempts) == (2, 1)
    assert [record["status"] for record in service.records(tag)] == [403, 101, 101]


def test_without_correction(workshop: Workshop, service: Service, tag: str) -> None:
    """Correction is off by default: the error says what is wrong."""
    url = service.url(tag=tag, scenario="skew:seconds=3600")
    result = ask(workshop, url, max_attempts=3, backoff=1)
    assert result.status == "ERR_AUTH", result
    assert "clock" in result.hint
    assert result.attempts == 1
    assert len(service.records(tag)) == 1


def test_service_that_is_never_content(workshop: Workshop, service: Service, tag: str) -> None:
    """The client retries once, not forever."""
    url = service.url(tag=tag, scenario="skew:seconds=3600,always=1")
    result = ask(workshop, url, max_attempts=5, backoff=1, clock_correction=1)
    assert result.status == "ERR_AUTH", result
    assert len(service.records(tag)) == 2


def test_wrong_secret_is_not_the_clock(workshop: Workshop, service: Service, tag: str) -> None:
    """A request refused for another reason is not retried."""
    result = ask(
        workshop,
        service.url(tag=tag),
        max_attempts=5,
        clock_correction=1,
        api_secret="TestOnlyWrong",
    )
    assert result.status == "ERR_AUTH", result
    assert len(service.records(tag)) == 1


@pytest.mark.parametrize("case", ["in_a_group", "in_threads"])
def test_many_at_once(case: str, workshop: Workshop, service: Service, tag: str) -> None:
    """Requests that are refused at the same time correct the clock once, not one after another."""
    program = workshop.case_program(TESTS / "clock" / "clock_correction.c")
    run_case(program, case, workshop, SPARK_TAG=tag)
    assert len(service.records(tag)) <= 2 * 24 + 1
