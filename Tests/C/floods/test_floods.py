"""Servers that endlessly send data without content: a call reads only a limited part of it."""

from __future__ import annotations

import pytest
from support.cases import case_names, run_case
from support.floods import BEHIND, FLOODS, VARIANTS, Flood
from support.paths import TESTS
from support.server import ScriptedServer
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)

SOURCE = TESTS / "floods" / "floods.c"
CASES = [name for name, _ in case_names(SOURCE) if name != "answer_ends"]


def run(case: str, flood: Flood, workshop: Workshop) -> None:
    """Run a case that checks everything itself."""
    with ScriptedServer(flood) as server:
        run_case(
            workshop.case_program(SOURCE),
            case,
            workshop,
            SPARK_URL=server.http_url if flood.over_http else server.url,
            MAY_REFUSE=str(int(flood.may_refuse)),
        )


@pytest.mark.parametrize("name", VARIANTS)
def test_variant(name: str, workshop: Workshop) -> None:
    """Similar floods that other code reads."""
    run("calls_come_back", VARIANTS[name], workshop)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", FLOODS)
def test_in_place_of_an_answer(name: str, case: str, workshop: Workshop) -> None:
    """Nothing else ever arrives."""
    run(case, FLOODS[name], workshop)


@pytest.mark.parametrize("name", BEHIND)
def test_behind_an_answer(name: str, workshop: Workshop) -> None:
    """The answer is complete, and the next request is answered on another connection."""
    run("answer_ends", BEHIND[name], workshop)
