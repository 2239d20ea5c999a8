"""A tour of the library under Valgrind, which sees every access of the library itself.

All other cases run in hosts that are built with sanitizers; see support/cases.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from support.cases import case_names, run_case
from support.compiler import compiler
from support.paths import TESTS
from support.workshop import Workshop

# The Swift runtime keeps type metadata in tables that it never frees, and points into the middle of
# their blocks. Valgrind calls those "possibly lost" and "still reachable": neither is an error
# here, and no suppression is needed.
VALGRIND = (
    "--quiet",
    "--error-exitcode=99",
    "--leak-check=full",
    "--errors-for-leak-kinds=definite,indirect",
    "--show-leak-kinds=definite,indirect",
    "--track-fds=no",
)
TOUR = TESTS / "memory" / "tour.c"
EMBEDDING = TESTS / "embedding" / "test_embedding.c"
FAILED_EMBEDDING = TESTS / "embedding" / "test_embedding_failures.c"
STOPPED_TURNS = TESTS / "conversation" / "test_turns_stopped.c"
UNDER_VALGRIND = [(TOUR, name) for name, _ in case_names(TOUR)]
UNDER_VALGRIND += [
    (TESTS / "setters" / "test_setters.c", "failed_request_setter_is_remembered_and_cleared"),
    (TESTS / "setters" / "test_setters.c", "invalid_utf8_is_refused_everywhere"),
    (TESTS / "stream" / "test_order.c", "next_after_an_error_returns_the_same_error"),
    (TESTS / "stream" / "test_order.c", "stream_freed_in_the_middle_of_an_answer"),
    (STOPPED_TURNS, "history_is_as_before_wherever_it_ends"),
    (STOPPED_TURNS, "keep_holds_what_there_is"),
    (STOPPED_TURNS, "no_text_of_a_question_that_was_taken_back"),
    (STOPPED_TURNS, "many_conversations_in_a_group"),
    (EMBEDDING, "one_text_has_one_vector"),
    (FAILED_EMBEDDING, "vectors_that_are_none_are_refused"),
    (EMBEDDING, "many_in_a_group_with_answers_between_them"),
]


def _name(value: object) -> str:
    return value.stem.removeprefix("test_") if isinstance(value, Path) else str(value)


@pytest.mark.parametrize(("source", "name"), UNDER_VALGRIND, ids=_name)
def test_clean_under_valgrind(source: Path, name: str, workshop: Workshop) -> None:
    program = workshop.case_program(source)
    run_case(program, name, workshop, wrapper=(compiler("valgrind"), *VALGRIND))
