"""Other people's clients with the emulator: an independent test of it.

What works with the service must work with the emulator, too. `clients/known.py` lists what is known
not to work, with the reason; anything else is a failure, and probably the emulator's.
"""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from clients.asking import Process, prepare, running
from clients.case import Case, Place
from clients.cases import SPARK_CASES
from clients.hosted import HOSTED_CASES
from clients.judging import judge, sent_unasked
from clients.known import CLIENTS, Client, Known
from peers.environments import NotAvailable
from rows import Effort, Row
from spark_emulator import Emulator

CASES = [*SPARK_CASES, *HOSTED_CASES]


@dataclass
class Report:
    """The results of one client."""

    client: Client
    cells: dict[str, str] = field(default_factory=dict)
    """By the name of the case: `works`, or whose fault it is."""
    met: dict[Known, list[str]] = field(default_factory=dict)
    """Which cases each known reason explains."""
    failures: list[str] = field(default_factory=list)
    unasked: str = ""
    skipped: str = ""


def run(effort: Effort) -> list[Row]:
    """Run all cases with all clients, and print what works and whose fault the rest is."""
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda c: try_client(c, effort, Path(scratch)), CLIENTS))
    print_tables([report for report in reports if not report.skipped])
    return [row_of(report) for report in reports]


def try_client(client: Client, effort: Effort, folder: Path) -> Report:
    """Run all cases with one client, with its own process and emulator."""
    report = Report(client)
    try:
        python = prepare(client.name, make=effort.long)
    except NotAvailable as reason:
        report.skipped = str(reason)
        return report
    log = folder / f"{client.name}.log"
    with Emulator() as emulator, running(client.name, python, emulator.ready, log) as process:
        chosen = [case for case in CASES if getattr(case, client.transport) is not None]
        try:
            for case in chosen:
                try_case(report, case, process, emulator)
        except AssertionError as ended:
            done = len(report.cells)
            report.failures.append(f"{chosen[done].name}: {ended}: {log.read_text()[-1000:]}")
            return report
    for known in client.known:
        if known not in report.met:
            report.failures.append(f"no longer true: {known.why}")
    return report


def try_case(report: Report, case: Case, process: Process, emulator: Emulator) -> None:
    """Run one case and sort the complaints."""
    emulator.reset()
    outcome = process.ask(job_of(case, report.client.transport, emulator))
    # By now the emulator has sent the answer, if any.
    records = emulator.records(wait=0)
    if case.name == "plain" and records and records[0]["requests"]:
        report.unasked = sent_unasked(records[0])
    cell = "works"
    for complaint in judge(case, outcome, records):
        reasons = [known for known in report.client.known if known.explains(case.name, complaint)]
        for known in reasons[:1]:
            report.met.setdefault(known, []).append(case.name)
            cell = known.whose if cell == "works" else cell
        if not reasons:
            report.failures.append(f"{case.name}: {complaint}")
            cell = "FAILED"
    report.cells[case.name] = cell


def job_of(case: Case, transport: str, emulator: Emulator) -> dict[str, Any]:
    """Return the job for a client's process."""
    place: Place = getattr(case, transport)
    url = place.url
    if case.port:
        url_of = emulator.url if transport == "ws" else emulator.http_url
        url = url_of(urlsplit(url).path, port=case.port)
    job = {"url": url, "model": place.model, "messages": case.messages, "stream": case.stream}
    job |= {name: emulator.ready[name] for name in ("app_id", "api_key", "api_secret")}
    job |= {"api_password": emulator.ready[place.key]} | case.credentials | case.options
    return job | ({"extra": case.extra} if case.extra else {})


def row_of(report: Report) -> Row:
    """Count."""
    row = Row(report.client.name, len(report.cells), report.failures, skipped=report.skipped)
    counts = {
        cell: list(report.cells.values()).count(cell) for cell in ("works", "client", "service")
    }
    row.figures = ", ".join(f"{count} {cell}" for cell, count in counts.items())
    return row


def print_tables(reports: list[Report]) -> None:
    """Print what works, whose fault the rest is, and what each client sends unasked."""
    width = max(len(case.name) for case in CASES)
    print(f"{'':{width}}", *(f"{report.client.name:19}" for report in reports))
    for case in CASES:
        cells = [report.cells.get(case.name, "-") for report in reports]
        print(f"{case.name:{width}}", *(f"{cell:19}" for cell in cells))
    for report in reports:
        print(f"\n{report.client.name} sends unasked: {report.unasked}")
        for known, cases in report.met.items():
            print(f"  {known.whose}: {known.why} ({', '.join(dict.fromkeys(cases))})")
