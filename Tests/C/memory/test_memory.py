"""The same programs under Valgrind, and in a host that is built with sanitizers."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.cases import case_names, run_case
from support.compiler import compiler
from support.paths import TESTS
from support.workshop import Workshop

# The Swift runtime keeps what it knows of types in tables that it never frees, and points into the
# middle of their blocks. Valgrind calls those "possibly lost" and "still reachable": neither is an
# error here, and no suppression is needed for anything.
VALGRIND = (
    "--quiet",
    "--error-exitcode=99",
    "--leak-check=full",
    "--errors-for-leak-kinds=definite,indirect",
    "--show-leak-kinds=definite,indirect",
    "--track-fds=no",
)
TOUR = TESTS / "memory" / "tour.c"
UNDER_VALGRIND = [(TOUR, name) for name, _ in case_names(TOUR)]
UNDER_VALGRIND += [
    (TESTS / "setters" / "test_setters.c", "failed_request_setter_is_remembered_and_cleared"),
    (TESTS / "setters" / "test_setters.c", "invalid_utf8_is_refused_everywhere"),
    (TESTS / "stream" / "test_order.c", "next_after_an_error_returns_the_same_error"),
    (TESTS / "stream" / "test_order.c", "stream_freed_in_the_middle_of_an_answer"),
]
# Not these: they measure memory, count threads, or load the library in their own way.
NOT_SANITIZED = {"test_resources.c", "test_manners.c", "test_threads.c"}
# What its threads held is not there in the child, which looks like leaks.
NOT_WITH_THREADS = {"fork_while_other_threads_wait"}
SANITIZED = [
    (source, name)
    for source in (TOUR, *sorted(TESTS.glob("*/test_*.c")))
    if source.name not in NOT_SANITIZED
    for name, _ in case_names(source)
    if name not in NOT_WITH_THREADS
]


def _name(value: object) -> str:
    return value.stem.removeprefix("test_") if isinstance(value, Path) else str(value)


@pytest.mark.parametrize(("source", "name"), UNDER_VALGRIND, ids=_name)
def test_clean_under_valgrind(source: Path, name: str, workshop: Workshop) -> None:
    program = workshop.case_program(source)
    run_case(program, name, workshop, wrapper=(compiler("valgrind"), *VALGRIND))


@pytest.mark.parametrize(("source", "name"), SANITIZED, ids=_name)
def test_clean_in_a_sanitized_host(source: Path, name: str, workshop: Workshop) -> None:
    program = workshop.case_program(source, sanitized=True)
    run_case(program, name, workshop, UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1")
