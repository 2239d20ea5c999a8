"""The scenarios: everything that the emulator can do instead of answering normally."""

from __future__ import annotations

from . import (  # noqa: F401 (importing them fills the table)
    clock,
    endings,
    framing,
    http_delivery,
    http_endings,
    http_faults,
    http_heads,
    http_shapes,
    replies,
    shapes,
    upgrades,
    vectors,
    violations,
)
from .clock import Clock
from .expression import Expression, ScenarioError, parse_expression, split_message
from .registry import SCENARIOS, Chosen, Kind, Scenario, Transport, Variant, choose

__all__ = [
    "SCENARIOS",
    "Chosen",
    "Clock",
    "Expression",
    "Kind",
    "Scenario",
    "ScenarioError",
    "Transport",
    "Variant",
    "choose",
    "parse_expression",
    "split_message",
]
