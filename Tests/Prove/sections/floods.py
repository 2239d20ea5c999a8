"""Servers that send without end, or send many small things: memory and CPU have bounds.

Each kind of answer is measured in two sizes: ten times the size must take about ten times the CPU,
not a hundred times, and memory in proportion. During an endless answer, the caller's limit,
deadline and cancel must work; the short form leaves out what the tests in C have tried already.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from amount import Amount
from flooding import AMOUNTS, TALKS, Bench, Taken
from rows import Effort, Row
from support.asking import ask
from support.cases import CaseFailed
from support.floods import BEHIND, FLOODS, MORE, VARIANTS
from support.tls_floods import TLS_FLOODS
from support.workshop import Workshop
from workbench import workbench

ENDLESS = ["calls_come_back", "total_deadline_holds", "cancel_is_heard", "group_goes_on"]
# Ten times the size takes ten times as long; quadratic code takes a hundred times.
MOST_CPU = 30
# Between two answers that mean the same.
MOST_LIKE = 5
# In addition to the multiple of the bytes received: buffers, and memory that malloc keeps.
SLACK_KIB = 4 * 1024
# Less CPU than this is not significant.
LEAST_US = 2000


def judge(row: Row, name: str, amount: Amount, count: int, found: dict[str, list[Taken]]) -> float:
    """Note what is wrong with an answer; return the ratio of the CPU of both sizes."""
    more = found["more"][-1]
    row.tried += 1
    if amount.expected is None:
        if more.status in ("DONE", "ERR_NO_MEMORY", "ERR_INTERNAL"):
            row.failures.append(f"{name}: not refused but {more}")
    else:
        what, expected = amount.expected
        wanted = expected * count // amount.count
        if more.status != "DONE" or abs(more.counts[what] - wanted) > wanted // 1000:
            row.failures.append(f"{name}: not {wanted} of {what} but {more}")
    sent = len(amount.build(count))
    for taken in found["more"]:
        if taken.growth_kib > amount.factor * sent // 1024 + SLACK_KIB:
            row.failures.append(f"{name}: {taken.growth_kib} KiB for {sent} bytes")
    return ratio(found["some"], found["more"])


def ratio(some: list[Taken], more: list[Taken]) -> float:
    """Return the smallest ratio of the CPU of both sizes."""
    least = max(min(taken.cpu_us for taken in some), LEAST_US)
    return min(taken.cpu_us for taken in more) / least


def each(row: Row, names: list[str], try_one: Callable[[str], object]) -> None:
    """Try a few at a time; repeat failed ones once, alone."""

    def attempt(name: str) -> str:
        try:
            try_one(name)
        except (CaseFailed, AssertionError) as failure:
            return f"{name}: {failure}"
        return ""

    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        again = [name for name, found in zip(names, pool.map(attempt, names), strict=True) if found]
    row.tried += len(names)
    row.failures += filter(None, map(attempt, again))


def amounts(bench: Bench, effort: Effort) -> Row:
    """Measure ten times as much of everything."""
    row = Row("answers of many small things: CPU and memory in proportion")
    ratios: dict[str, float] = {}
    cpu: dict[str, int] = {}
    most = (0.0, "")
    for name, amount in AMOUNTS.items():
        # A message is limited to 4 MiB, so some counts cannot be larger.
        count = amount.count
        for attempt in range(3):
            found = bench.measure("answers", amount, count)
            trial = Row(name)
            ratios[name] = judge(trial, name, amount, count, found)
            if ratios[name] > MOST_CPU:
                trial.failures.append(f"{name}: {ratios[name]:.0f} times the CPU of a tenth")
            cpu[name] = min(taken.cpu_us for taken in found["more"])
            if amount.like and cpu[name] > MOST_LIKE * cpu[amount.like]:
                trial.failures.append(f"{name}: {cpu[name]} us, {amount.like}: {cpu[amount.like]}")
            if not trial.failures or attempt == 2:
                break
        row.tried += trial.tried
        row.failures += trial.failures
        growth = min(taken.growth_kib for taken in found["more"])
        most = max(most, (growth * 1024 / len(amount.build(count)), name))
        if effort.long:
            print(f"{name}: CPU x {ratios[name]:.1f}, {growth} KiB more")
    worst = max(ratios, key=lambda name: ratios[name])
    row.figures = f"at most {ratios[worst]:.0f} x the CPU of a tenth ({worst}); "
    row.figures += f"{most[0]:.1f} x the bytes in memory ({most[1]})"
    return row


def talks(bench: Bench, effort: Effort) -> Row:
    """Measure a reply full of calls in everything that keeps a history."""
    row = Row("a reply with 800 KB of calls, in conversations and requests")
    figures = []
    for name, amount in TALKS.items():
        for attempt in range(3):
            found = bench.measure("talks", amount, amount.count)
            whole = {
                what.removeprefix("more"): taken
                for what, taken in found.items()
                if what.startswith("more")
            }
            times = {what: ratio(found["some" + what], taken) for what, taken in whole.items()}
            slow = [
                f"{name}{what}: {times[what]:.0f} times" for what in times if times[what] > MOST_CPU
            ]
            if not slow or attempt == 2:
                break
        row.tried += len(whole)
        row.failures += slow
        row.failures += [
            f"{name}{what}: {taken[-1]}"
            for what, taken in whole.items()
            if taken[-1].status not in ("DONE", "OK")
        ]
        figures.append(f"{max(times.values()):.0f} x")
    row.figures = f"at most {' and '.join(figures)} the CPU of a tenth"
    return row


def endless(bench: Bench, effort: Effort) -> Row:
    """Try servers that send without end, but no answer."""
    row = Row("endless floods: the caller's limit, a deadline, a cancel, others")
    floods = {**FLOODS, **VARIANTS, **MORE} if effort.long else MORE
    cases = ENDLESS if effort.long else ENDLESS[:3]
    todo = {f"{name}, {case}": (flood, case) for name, flood in floods.items() for case in cases}
    each(row, list(todo), lambda name: bench.flood(*todo[name]))
    if effort.long:
        behind = {f"after an answer: {name}": flood for name, flood in BEHIND.items()}
        each(row, list(behind), lambda name: bench.flood(behind[name], "answer_ends"))
    row.figures = f"{len(floods)} kinds"
    return row


def endless_tls(bench: Bench, effort: Effort) -> Row:
    """Try servers that keep TLS busy without sending any data."""
    row = Row("endless tickets, key updates, and empty records of TLS")
    both = bench.authority.with_others(bench.workshop.service.ca_file)
    (bench.folder / "trusted.pem").write_bytes(both.read_bytes())
    stages = ["answer", "upgrade", "HTTP"] if effort.long else ["HTTP"]
    cases = ENDLESS if effort.long else ENDLESS[:1]
    todo = {
        f"{name}, {stage}, {case}": (name, stage, case)
        for name in TLS_FLOODS
        for stage in stages
        for case in cases
    }
    each(row, list(todo), lambda name: bench.flood_tls(*todo[name]))
    return row


def addresses(bench: Bench, effort: Effort) -> Row:
    """Try a name with thousands of addresses, none of which has a server."""
    row = Row("addresses of a name: a bounded message, a bounded number of tries")
    with workbench() as work:
        for count in (10, 400, effort.pick(4_000, 20_000)):
            url = f"ws://many-{count}.test:9/v3.5/chat"
            environment = {"LD_PRELOAD": str(work.shim("names"))}
            found = ask(
                bench.workshop, url, wrapper=("env",), environment=environment, max_attempts=1
            )
            row.tried += 1
            if found.status != "ERR_CONNECT" or len(found.message) > 400:
                row.failures.append(f"{count}: {len(found.message)} bytes: {found.message}")
            row.figures = f"{len(found.message)} bytes for {count:,} addresses"
    return row


def run(effort: Effort) -> list[Row]:
    workshop = Workshop()
    try:
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(workshop, Path(folder))
            trials = [amounts, talks, endless, endless_tls, addresses]
            return [trial(bench, effort) for trial in trials]
    finally:
        workshop.close()
