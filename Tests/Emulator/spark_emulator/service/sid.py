"""Request IDs and the time of day, in the service's formats."""

from __future__ import annotations

import secrets
import time
from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


def new_sid(tag: str = "cht") -> str:
    """Return a new request ID (`sid`): tag, 8 hex, `@dx`, milliseconds as 11 hex, 7 hex.

    A sid that ends in `1` marks a prepared safety answer, so ours never does.
    """
    milliseconds = time.time_ns() // 1_000_000
    tail = secrets.token_hex(3) + secrets.choice("023456789abcdef")
    return f"{tag}{secrets.token_hex(4)}@dx{milliseconds:011x}{tail}"


def beijing_time() -> str:
    """Return the time of day as the service's messages show it: `HH:MM:SS.mmm`, UTC+8."""
    return datetime.now(BEIJING).strftime("%H:%M:%S.%f")[:-3]
