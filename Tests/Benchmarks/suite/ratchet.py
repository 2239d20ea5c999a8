"""The ratchet: figures that may not grow by more than 5 % over what is written down. Unlike the
budgets, `make test` enforces them, as they do not depend on other work on the machine."""

from __future__ import annotations

import json
import os
from typing import Any

from suite import build, instructions, world
from suite.clients import LIMIT, PULL, SCHEMES

FILE = build.HERE / "ratchet.json"
_ALLOWANCE = 1.05
# Few, so that the test takes seconds; the ratio is the same within 1 % as with many.
_FRAMES = instructions.Frames(300, 2_300)
_KIND = instructions.Kind("plain", "plain", [LIMIT, PULL])


def measure(where: world.World) -> dict[str, float]:
    """Instructions for one chunk, as a ratio to the jansson loop, and the library's size."""
    found = instructions.per_chunk(where, _FRAMES, [_KIND])[_KIND.name]
    figures = {
        f"instructions, {name}, x the jansson loop": round(
            found[PULL.name][scheme] / found[LIMIT.name][scheme], 3
        )
        for scheme, name in SCHEMES.items()
    }
    return {**figures, "stripped size, bytes": os.path.getsize(build.LIBRARY)}


def check(where: world.World) -> list[str]:
    """Says which figures are above what is allowed."""
    figures = json.loads(FILE.read_text())["figures"]
    return [
        f"{name}: {found:,}, at most {figures[name]['allowed']:,} are allowed"
        for name, found in measure(where).items()
        if found > figures[name]["allowed"]
    ]


def replace(where: world.World, reason: str) -> None:
    """Writes down today's figures, and why they are others than before."""
    written: dict[str, Any] = json.loads(FILE.read_text()) if FILE.exists() else {"reasons": []}
    written["figures"] = {
        name: {"measured": found, "allowed": _allowed(found)}
        for name, found in measure(where).items()
    }
    written["reasons"].append(reason)
    FILE.write_text(json.dumps(written, ensure_ascii=False, indent=2, sort_keys=True) + "\n")


def _allowed(found: float) -> float:
    return int(found * _ALLOWANCE) if isinstance(found, int) else round(found * _ALLOWANCE, 3)
