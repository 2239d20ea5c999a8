"""One record for each exchange, for the tests to read."""

from __future__ import annotations

import sys
import time
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .scenarios import Chosen

MOST_KEPT = 20_000


@dataclass
class Record:
    """One exchange, from its HTTP request to its end: the members for both transports."""

    conn: int
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    tag: str
    tls: dict[str, Any] | None = None
    scenario: str | None = None
    auth: str = "unchecked"
    requests: list[str] = field(default_factory=list)
    frames_sent: int = 0
    status: int | None = None
    ended: str | None = None
    duration_ms: float | None = None

    def __post_init__(self) -> None:
        self._started = time.monotonic()
        self._how: str | None = None

    def end(self, how: str) -> None:
        """Note why the exchange ends. Only the first reason counts."""
        self._how = self._how or how

    def complete(self) -> None:
        """Set the end and the duration, when the exchange is over."""
        self.duration_ms = round((time.monotonic() - self._started) * 1000, 3)
        self.ended = self._how or "server_drop"

    def as_json(self) -> dict[str, Any]:
        """Return the record as `/_emulator/records` shows it."""
        return asdict(self)

    def log_line(self) -> str:
        """Return one line for the log, without credentials or conversation."""
        scenario = (self.scenario or "-").split(":")[0]
        return (
            f"#{self.conn} {self.path} tag={self.tag or '-'} scenario={scenario} auth={self.auth}"
            f" requests={len(self.requests)} frames={self.frames_sent} ended={self.ended}"
            f" {self.duration_ms}ms"
        )


@dataclass
class WebSocketRecord(Record):
    """One connection that requested an upgrade, whether or not it was upgraded."""

    # Whether the signed host is the Host header, with or without its port.
    host_matches: bool = True
    pings: list[str] = field(default_factory=list)
    pongs: list[str] = field(default_factory=list)
    client_close: dict[str, Any] | None = None
    violation: str | None = None


@dataclass
class HttpRecord(Record):
    """One HTTP request, of which a connection may have many."""

    transport: str = "http"
    request_on_connection: int = 1
    # Only the kind of credentials is kept.
    authorization: str = "none"
    body: Any = None
    lora_id: str | None = None
    sid: str | None = None


class Recorder:
    """Keeps the records of the newest exchanges, and the counts of all."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._records: deque[Record] = deque(maxlen=MOST_KEPT)
        self._used: Counter[tuple[str, str]] = Counter()
        self.live = 0
        self.total = 0

    def begin(self, record: Record) -> None:
        """Note that an exchange has begun."""
        self.live += 1
        self.total += 1
        self._records.append(record)

    def finish(self, record: Record) -> None:
        """Note the end of an exchange in its record and the counts, and log it."""
        record.complete()
        self.live -= 1
        if not self._quiet:
            print(record.log_line(), file=sys.stderr, flush=True)

    def find(self, tag: str | None) -> list[Record]:
        """Return the records with a tag, oldest first; None means all records."""
        return [r for r in self._records if tag is None or r.tag == tag]

    def still_applies(self, tag: str, chosen: Chosen) -> bool:
        """Count a use of a scenario under a tag; False once it has been used `times` times."""
        key = tag, chosen.expression.source
        self._used[key] += 1
        return chosen.times is None or self._used[key] <= chosen.times

    def reset(self) -> None:
        """Delete all records. Exchanges that still run do not appear in later ones."""
        self._records.clear()
        self._used.clear()
