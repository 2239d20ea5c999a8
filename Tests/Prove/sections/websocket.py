"""Conformance of the WebSocket: the cases of the Autobahn TestSuite, over `ws` and `wss`."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from peers.autobahn import Verdict, fuzzing_server, install
from peers.environments import NotAvailable
from programs import built
from rows import Effort, Row

# Without the cases of group 6 that send a text slowly, and the sizes of group 9.
SHORT = ["1.*", "2.*", "3.*", "4.*", "5.1", "5.2", "5.6", "5.9", "5.12", "5.15", "5.18", "5.19"]
SHORT += ["6.1.*", "6.2.*", "6.3.1", "6.5.*", "6.20.*", "6.22.*", "7.*", "10.*", "12.1.1", "13.1.1"]
LONG = ["*"]

# The library does not offer compression.
UNIMPLEMENTED = ("12.", "13.")
TOLERATED = {"OK", "NON-STRICT", "INFORMATIONAL"}


def run(effort: Effort) -> list[Row]:
    """Run the suite over both schemes."""
    rows = {scheme: Row(f"Autobahn over {scheme}") for scheme in ("ws", "wss")}
    try:
        install()
    except NotAvailable as reason:
        for row in rows.values():
            row.skipped = str(reason)
        return list(rows.values())
    cases = LONG if effort.long else SHORT
    seconds = 3600 if effort.long else 120
    echo = built("echo")
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor() as pool:
        futures = {
            scheme: pool.submit(run_scheme, scheme, cases, Path(scratch) / scheme, echo, seconds)
            for scheme in rows
        }
        for scheme, future in futures.items():
            judge(rows[scheme], future.result())
    return list(rows.values())


def run_scheme(
    scheme: str, cases: list[str], folder: Path, echo: Path, seconds: float
) -> list[Verdict]:
    """Return the server's verdict on each case."""
    with fuzzing_server(scheme, cases, folder, echo) as server:
        return server.run_all(seconds)


def judge(row: Row, verdicts: list[Verdict]) -> None:
    """Add the verdicts to the row."""
    row.tried = len(verdicts)
    row.failures += list(complaints(verdicts))
    counts = Counter(verdict.behavior for verdict in verdicts)
    row.figures = ", ".join(f"{count} {name}" for name, count in counts.most_common())


def complaints(verdicts: list[Verdict]) -> Iterator[str]:
    """Yield what is wrong with the verdicts."""
    for verdict in verdicts:
        expected = TOLERATED
        if verdict.case.startswith(UNIMPLEMENTED):
            expected = {"UNIMPLEMENTED"}
        elif verdict.case.startswith("9."):
            expected = {"OK"}
        if verdict.behavior not in expected:
            yield f"case {verdict.case}: {verdict.behavior}"
        elif verdict.close not in {*expected, "OK", "INFORMATIONAL"}:
            yield f"case {verdict.case}: the closing is {verdict.close}"
