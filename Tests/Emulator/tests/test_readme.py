"""The README describes all features, and the tests try all of them."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import get_args

import pytest

from spark_emulator.options import Options
from spark_emulator.records import HttpRecord, WebSocketRecord
from spark_emulator.scenarios import SCENARIOS, Transport
from spark_emulator.scenarios.__main__ import tables
from spark_emulator.scenarios.registry import ALIASES
from spark_emulator.service.error_shapes import Shape

HERE = Path(__file__).parent
README = (HERE.parent / "README.md").read_text(encoding="utf-8")
TESTS = {
    transport: "\n".join(path.read_text(encoding="utf-8") for path in sorted(HERE.glob(pattern)))
    for transport, pattern in (
        (Transport.WEBSOCKET, "test_scenario_*.py"),
        (Transport.HTTP, "test_http_*.py"),
        (Transport.EMBEDDING, "test_embeddings.py"),
    )
}


def test_every_scenario_is_described() -> None:
    assert tables() in README
    for alias in ALIASES:
        assert f"`{alias}`" in README


@pytest.mark.parametrize(
    ("name", "transport"),
    [(name, transport) for name in sorted(SCENARIOS) for transport in SCENARIOS[name].variants],
)
def test_every_scenario_is_tried(name: str, transport: Transport) -> None:
    assert re.search(rf'["# ]{name}["\:,]', TESTS[transport])


def test_every_shape_of_an_error_is_described() -> None:
    table = README.partition("| shape | what it is |")[2].partition("\n\n")[0]
    names = [row.split("|")[1] for row in table.splitlines() if row]
    assert {shape for row in names for shape in re.findall("`(.+?)`", row)} == {*get_args(Shape)}


def test_every_option_is_described() -> None:
    for option in dataclasses.fields(Options):
        name = option.name.removesuffix("_ms").replace("_", "-")
        assert f"--{name}" in README


def test_every_member_of_a_record_is_described() -> None:
    for kind in (WebSocketRecord, HttpRecord):
        for member in dataclasses.fields(kind):
            assert f"`{member.name}`" in README
