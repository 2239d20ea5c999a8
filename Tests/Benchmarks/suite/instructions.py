"""Instructions for one received chunk, counted by callgrind: the same in every run, whatever else
the machine does."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from suite import build, clients, world
from suite.clients import CURL, LIMIT, PULL, PULL_HTTP, SIMDJSON, Client

# What the frames are like: the load server's word for it, and the table's.
STYLES = {
    "plain": "plain",
    "escapes": "newlines and quotes escaped",
    "unicode": "emoji and Chinese as \\u escapes",
    "reasoning": "reasoning",
}
SCHEMES = {"wss": "TLS", "ws": "plain"}
LOOPS = (LIMIT, SIMDJSON, PULL)
HTTP_LOOPS = (CURL, PULL_HTTP)


@dataclass(frozen=True)
class Case:
    """What one client is given."""

    client: Client
    scheme: str
    style: str = "plain"


@dataclass(frozen=True)
class Frames:
    """Of a short and a long answer: what does not grow with the answer drops out of the
    difference."""

    few: int = 1_000
    many: int = 5_000


def _count(case: Case, where: world.World, frames: int) -> int:
    """Instructions of a whole run."""
    name = f"callgrind.{case.client.program}.{case.scheme}.{case.style}.{frames}"
    output = build.OUT / name
    valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={output}", "--quiet"]
    # One frame in a packet, one read for each: what a client reads at once would be chance.
    scheme = case.client.scheme(case.scheme)
    url = where.url(scheme, n=frames, style=case.style)
    report = clients.start(case.client, where, where.url(scheme, n=50), url, tool=valgrind)
    clients.check(case.client, report, frames, case.style)
    found = re.search(r"^(?:totals|summary): (\d+)", output.read_text(), re.MULTILINE)
    if found is None:
        raise SystemExit(f"no total in {output}")
    return int(found.group(1))


def per_chunk(
    where: world.World, cases: Iterable[Case], frames: Frames = Frames()
) -> dict[Case, float]:
    """Instructions of each case; as many at once as there are cores, as this changes no count."""
    cases = list(cases)
    for case in cases:
        # Compiled and started before two threads ask for it.
        where.url(case.client.scheme(case.scheme))
        build.program(case.client.program)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        few = [pool.submit(_count, case, where, frames.few) for case in cases]
        many = [pool.submit(_count, case, where, frames.many) for case in cases]
        growth = [long.result() - short.result() for short, long in zip(few, many, strict=True)]
    return {
        case: grown / (frames.many - frames.few) for case, grown in zip(cases, growth, strict=True)
    }


def plain(where: world.World) -> dict[Case, float]:
    """The loops with plain frames, which the budgets are about."""
    return per_chunk(where, [Case(client, scheme) for client in LOOPS for scheme in SCHEMES])


def everything(where: world.World) -> list[list[str]]:
    """The table of all cases; its first row is the head."""
    kinds = [(words, style, LOOPS) for style, words in STYLES.items()]
    kinds.append(("plain, over HTTP", "plain", HTTP_LOOPS))
    found = per_chunk(
        where,
        [
            Case(client, scheme, style)
            for _, style, loops in kinds
            for client in loops
            for scheme in SCHEMES
        ],
    )
    table = [["frames", "client", *(part for name in SCHEMES.values() for part in (name, "x"))]]
    for words, style, loops in kinds:
        for client in loops:
            row = [words, client.name]
            for scheme in SCHEMES:
                value = found[Case(client, scheme, style)]
                row += [f"{value:.0f}", f"{value / found[Case(loops[0], scheme, style)]:.2f}"]
            table.append(row)
    return table
