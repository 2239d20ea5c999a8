"""The host's limiter is asked before each attempt."""

from __future__ import annotations

import pytest
from support.cases import case_names, run_case
from support.paths import TESTS
from support.workshop import Workshop

SOURCE = TESTS / "pacing" / "limiter.c"


@pytest.mark.parametrize("case", [name for name, _ in case_names(SOURCE)])
def test_limiter(case: str, workshop: Workshop) -> None:
    """Run a case that checks everything itself."""
    run_case(workshop.case_program(SOURCE, sanitized=True), case, workshop)
