"""Relay plans: which faults happen, in which direction, after how many bytes.

A plan is a list of rules separated by commas or spaces, each `DIRECTION:FAULT`:

    down:reset@1234     after 1234 bytes towards the client, reset both connections
    down:fin@10         after 10 bytes towards the client, end both connections
    up:stall@0          forward nothing towards the server, and keep everything open
    both:delay=50ms     deliver everything 50 ms later
    down:slow=1B/5ms    forward one byte every 5 ms
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_RULE = re.compile(
    r"(?P<direction>up|down|both):"
    r"(?:(?P<end>reset|fin|stall)@(?P<at>\d+)"
    r"|delay=(?P<delay>\d+(?:\.\d+)?)ms"
    r"|slow=(?P<bytes>[1-9]\d*)B/(?P<every>\d+(?:\.\d+)?)ms)"
)


class PlanError(ValueError):
    """An invalid plan."""


@dataclass
class Faults:
    """The faults of one direction. Times are in seconds."""

    end: str | None = None
    at: int = 0
    delay: float = 0.0
    slow_bytes: int = 0
    slow_every: float = 0.0


@dataclass(frozen=True)
class Plan:
    """The faults towards the server (`up`) and towards the client (`down`)."""

    up: Faults
    down: Faults


def parse_plan(text: str) -> Plan:
    """Parse a plan. An empty one forwards everything unchanged."""
    plan = Plan(Faults(), Faults())
    for rule in re.split(r"[,\s]+", text.strip()) if text.strip() else ():
        match = _RULE.fullmatch(rule)
        if match is None:
            raise PlanError(f"not a relay rule: {rule!r}")
        directions = {"up": [plan.up], "down": [plan.down], "both": [plan.up, plan.down]}
        for faults in directions[match["direction"]]:
            if match["end"]:
                faults.end, faults.at = match["end"], int(match["at"])
            elif match["delay"]:
                faults.delay = float(match["delay"]) / 1000
            else:
                faults.slow_bytes = int(match["bytes"])
                faults.slow_every = float(match["every"]) / 1000
    return plan
