"""The scenario that changes the service's clock."""

from __future__ import annotations

from dataclasses import dataclass

from ..service.auth import ALLOWED_SKEW
from .registry import Kind, Transport, scenario


@dataclass(frozen=True)
class Clock:
    """The service's time, and whether it refuses every date."""

    now: float
    refuses: bool = False


@scenario(Kind.CLOCK)
@scenario(Kind.CLOCK, over=Transport.EMBEDDING)
def skew(now: float, *, seconds: float = 3600, always: bool = False) -> Clock:
    """Shift the service's clock by `seconds`: it refuses dates of the real time, with 403.

    A client that signs again with the time in the refusal's Date header is accepted, unless
    `always=1`, or the clock is off by so little that dates of the real time would be accepted.
    """
    return Clock(now + seconds, always or abs(seconds) <= ALLOWED_SKEW)
