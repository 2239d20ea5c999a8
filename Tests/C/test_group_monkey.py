"""Thousands of calls in random order; what fails can be repeated by its seed."""

from __future__ import annotations

import pytest
from c_support.cases import run_case
from c_support.paths import TESTS
from c_support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)


@pytest.mark.parametrize("seed", range(4))
def test_monkey(seed: int, workshop: Workshop) -> None:
    """Nothing crashes, hangs, leaks, or mixes answers."""
    program = workshop.case_program(TESTS / "group_monkey.c", sanitized=True)
    run_case(program, "monkey", workshop, SPARK_SEED=str(seed))
