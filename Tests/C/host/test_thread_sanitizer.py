"""A host that is built with the thread sanitizer, with the suppressions that we publish."""

from __future__ import annotations

import re

import pytest
from support.cases import run_case
from support.compiler import compile_program
from support.header import header_text
from support.paths import EXAMPLES, SUPPORT, TESTS
from support.workshop import Workshop, with_helpers

pytestmark = pytest.mark.timeout(240)

# The lookup's thread, threads that share a client, and cancels.
CASES = {
    "host/test_threads.c": "answers_of_many_threads_on_one_client_never_mix",
    "group/test_group_stages.c": "resolving_stream_moves",
    "stream/log.c": "called_by_all_threads_that_use_the_client",
}


SUPPRESSIONS = EXAMPLES / "thread-sanitizer.supp"


@pytest.mark.parametrize("file", CASES)
def test_no_false_race(file: str, workshop: Workshop) -> None:
    """Nothing is reported: a report ends the program with 66."""
    program = compile_program(
        workshop.folder / f"{CASES[file]} under the sanitizer",
        with_helpers(TESTS / file),
        flags=("-std=gnu99", "-O1", "-fsanitize=thread", f"-I{SUPPORT}"),
    )
    options = f'suppressions="{SUPPRESSIONS}"'
    run_case(program, CASES[file], workshop, TSAN_OPTIONS=options)


def test_header_has_the_suppressions() -> None:
    """With only the installed files, a user can write the suppressions from the header."""
    lines = [line for line in SUPPRESSIONS.read_text().splitlines() if not line.startswith("#")]
    libraries = {line.partition(":")[2] for line in lines}
    assert sorted(lines) == sorted(
        f"{kind}:{name}" for kind in ("called_from_lib", "race") for name in libraries
    )
    (said,) = re.findall(r"Sanitizers\. (.*?)TSAN_OPTIONS", header_text(), re.DOTALL)
    assert set(re.findall(r"\blib\w+\.so(?:\.\d+)?", said)) == libraries
