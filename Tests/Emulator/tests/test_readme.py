"""The README says what is there, and the tests try all of it."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from spark_emulator.options import Options
from spark_emulator.records import Record
from spark_emulator.scenarios import SCENARIOS
from spark_emulator.scenarios.__main__ import row

HERE = Path(__file__).parent
README = (HERE.parent / "README.md").read_text()
TESTS = "\n".join(path.read_text() for path in sorted(HERE.glob("test_scenario_*.py")))


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_every_scenario_is_described_and_tried(name: str) -> None:
    assert row(SCENARIOS[name]) in README
    assert re.search(rf'["# ]{name}["\\:,]', TESTS)


def test_every_option_is_described() -> None:
    for option in dataclasses.fields(Options):
        name = option.name.removesuffix("_ms").replace("_", "-")
        assert f"--{name}" in README


def test_every_member_of_a_record_is_described() -> None:
    for member in dataclasses.fields(Record):
        assert f"`{member.name}`" in README
