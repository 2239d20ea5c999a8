"""Groups, warm connections, retries and queues under Valgrind, and in a sanitized host."""

from __future__ import annotations

import pytest
from support.cases import case_names, run_case
from support.compiler import compiler
from support.paths import TESTS
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(170)

TOUR = TESTS / "memory" / "control_tour.c"
# As in test_memory.py: what the Swift runtime keeps for ever is no leak.
VALGRIND = (
    "--quiet",
    "--error-exitcode=99",
    "--leak-check=full",
    "--errors-for-leak-kinds=definite,indirect",
    "--show-leak-kinds=definite,indirect",
)
CASES = [name for name, _ in case_names(TOUR)]


@pytest.mark.parametrize("case", CASES)
def test_valgrind(case: str, workshop: Workshop) -> None:
    """No access goes astray, and nothing is lost."""
    program = workshop.case_program(TOUR)
    run_case(program, case, workshop, wrapper=(compiler("valgrind"), *VALGRIND))


@pytest.mark.parametrize("case", CASES)
def test_sanitized_host(case: str, workshop: Workshop) -> None:
    """The host's view of the same."""
    program = workshop.case_program(TOUR, sanitized=True)
    run_case(program, case, workshop, UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1")
