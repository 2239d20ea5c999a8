"""A host that is built with the thread sanitizer, with the suppressions that we hand out."""

from __future__ import annotations

import pytest
from support.cases import run_case
from support.compiler import compile_program
from support.paths import EXAMPLES, SUPPORT, TESTS
from support.workshop import Workshop, with_helpers

pytestmark = pytest.mark.timeout(240)

# The lookup's thread, threads that share a client, and cancels.
CASES = {
    "host/test_threads.c": "answers_of_many_threads_on_one_client_never_mix",
    "group/test_group_stages.c": "resolving_stream_moves",
    "stream/log.c": "called_by_all_threads_that_use_the_client",
}


@pytest.mark.parametrize("file", CASES)
def test_no_false_race(file: str, workshop: Workshop) -> None:
    """Nothing is reported: a report ends the program with 66."""
    program = compile_program(
        workshop.folder / f"{CASES[file]} under the sanitizer",
        with_helpers(TESTS / file),
        flags=("-std=gnu99", "-O1", "-fsanitize=thread", f"-I{SUPPORT}"),
    )
    options = f'suppressions="{EXAMPLES / "thread-sanitizer.supp"}"'
    run_case(program, CASES[file], workshop, TSAN_OPTIONS=options)
