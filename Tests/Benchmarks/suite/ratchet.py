"""The ratchet: figures that may not exceed the recorded ones by more than 5 %. `make test` enforces
them, unlike the budgets, since they do not depend on other work on the machine."""

from __future__ import annotations

import json
import os
from typing import Any

from suite import build, instructions, world
from suite.clients import LIMIT, PULL, SCHEMES

FILE = build.HERE / "ratchet.json"
_ALLOWANCE = 1.05
# Few, so that the test takes seconds; the ratio differs by less than 1 % from that of many.
_FRAMES = instructions.Frames(300, 2_300)
_KIND = instructions.Kind("plain", "plain", [LIMIT, PULL])


def measure(where: world.World) -> dict[str, float]:
    """Return instructions for one chunk, relative to the jansson loop, and the library's size."""
    found = instructions.per_chunk(where, _FRAMES, [_KIND])[_KIND.name]
    figures = {
        f"instructions, {name}, x the jansson loop": round(
            found[PULL.name][scheme] / found[LIMIT.name][scheme], 3
        )
        for scheme, name in SCHEMES.items()
    }
    return {**figures, "stripped size, bytes": os.path.getsize(build.LIBRARY)}


def check(where: world.World) -> list[str]:
    """Return the figures that are above their limits."""
    figures = json.loads(FILE.read_text())["figures"]
    return [
        f"{name}: {found:,}, at most {figures[name]['allowed']:,} are allowed"
        for name, found in measure(where).items()
        if found > figures[name]["allowed"]
    ]


def replace(where: world.World, reason: str) -> None:
    """Record the current figures, and the reason for the change."""
    written: dict[str, Any] = json.loads(FILE.read_text()) if FILE.exists() else {"reasons": []}
    written["figures"] = {
        name: {"measured": found, "allowed": _allowed(found)}
        for name, found in measure(where).items()
    }
    written["reasons"].append(reason)
    FILE.write_text(json.dumps(written, ensure_ascii=False, indent=2, sort_keys=True) + "\n")


def _allowed(found: float) -> float:
    return int(found * _ALLOWANCE) if isinstance(found, int) else round(found * _ALLOWANCE, 3)
