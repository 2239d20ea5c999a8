"""List the scenarios as Markdown tables: `python -m spark_emulator.scenarios`."""

from __future__ import annotations

import inspect
from typing import Any, Literal, get_args, get_origin

from . import SCENARIOS, Kind, Scenario


def _type(wanted: Any) -> str:
    if get_origin(wanted) is Literal:
        return "\\|".join(map(str, get_args(wanted)))
    return {int: "N", float: "N", bool: "0\\|1", str: "TEXT"}[wanted]


def row(scenario: Scenario) -> str:
    """Return the table row of one scenario."""
    parameters = inspect.signature(scenario.function).parameters
    keys = []
    for name, wanted in scenario.types.items():
        default = parameters[name].default
        shown = int(default) if isinstance(default, (bool, float)) else default
        note = f" ({shown})" if shown not in ("", -1) and len(str(shown)) < 30 else ""
        keys.append(f"`{name}={_type(wanted)}`{note}")
    return f"| `{scenario.name}` | {', '.join(keys)} | {scenario.summary} |"


def tables() -> str:
    """Return one table for each kind."""
    lines = []
    for kind in Kind:
        lines += [f"### {kind.value}", "", "| scenario | keys (default) | what happens |"]
        lines.append("|---|---|---|")
        lines += [row(scenario) for scenario in SCENARIOS.values() if scenario.kind is kind]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    print(tables())
