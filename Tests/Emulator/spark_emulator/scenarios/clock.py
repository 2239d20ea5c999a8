"""The scenario about the service's clock."""

from __future__ import annotations

from dataclasses import dataclass

from ..service.auth import ALLOWED_SKEW
from .registry import Kind, Transport, scenario


@dataclass(frozen=True)
class Clock:
    """The time the service believes it is, and whether it finds fault with every client's."""

    now: float
    refuses: bool = False


@scenario(Kind.CLOCK)
@scenario(Kind.CLOCK, over=Transport.EMBEDDING)
def skew(now: float, *, seconds: float = 3600, always: bool = False) -> Clock:
    """Let the service's clock be `seconds` off: it refuses dates of the real time, with 403.

    A client that signs again with the time of the refusal's Date header is let in, unless
    `always=1`, or the clock is off by so little that the dates of the real time would pass.
    """
    return Clock(now + seconds, always or abs(seconds) <= ALLOWED_SKEW)
