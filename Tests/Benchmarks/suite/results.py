"""Measurements, and the lines of the budgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from suite.allocations import Allocations
from suite.instructions import Counts
from suite.measures import Chunks, Series, Size


@dataclass(frozen=True)
class Results:
    size: Size
    chunks: Chunks
    http: Chunks
    instructions: Counts
    allocations: dict[str, dict[str, Allocations]]
    connections: dict[str, Series]
    memory: dict[str, Series]
    crowd: dict[str, Any]
    first_tokens: dict[str, Series]
    growth: dict[str, dict[str, Series]]
    loading: dict[str, float]


@dataclass(frozen=True)
class Line:
    what: str
    measured: str
    budget: str
    met: bool


@dataclass(frozen=True)
class Other:
    """What ours is compared with: its name in the line, its figures, and the limit for ours, as
    a multiple of it."""

    name: str
    series: Series
    most: float


def compared(what: str, ours: Series, *others: Other) -> Line:
    """Return a line about times."""
    ratios = [ours.over(other.series) for other in others]
    parts = [f"{ours.middle:.1f} µs"]
    parts += [
        f"{ratio:.2f} x {other.name} ({other.series.middle:.1f} µs)"
        for ratio, other in zip(ratios, others, strict=True)
    ]
    budget = "at most " + ", ".join(f"{other.most:g} x {other.name}" for other in others)
    met = all(ratio <= other.most for ratio, other in zip(ratios, others, strict=True))
    return Line(what, ", ".join(parts), budget, met)
