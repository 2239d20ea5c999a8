"""Thousands of calls in random order; the seed reproduces a failure."""

from __future__ import annotations

import pytest
from support.cases import run_case
from support.paths import TESTS
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)


@pytest.mark.parametrize("seed", range(4))
def test_monkey(seed: int, workshop: Workshop) -> None:
    """Nothing crashes, hangs, leaks, or mixes answers."""
    program = workshop.case_program(TESTS / "group" / "group_monkey.c", sanitized=True)
    run_case(program, "monkey", workshop, SPARK_SEED=str(seed))
