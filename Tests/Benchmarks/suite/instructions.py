"""Instructions for one received chunk, counted by callgrind: the same in every run, even on a busy
machine."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from suite import build, clients, world
from suite.clients import CURL, CURL_SIMDJSON, LIMIT, PULL, PULL_HTTP, SCHEMES, SIMDJSON, Client

LOOPS = [LIMIT, SIMDJSON, PULL]


@dataclass(frozen=True)
class Kind:
    """The kind of the frames, and the clients that receive them; the first client is the reference
    for the others."""

    name: str
    style: str
    clients: list[Client]


PLAIN = Kind("plain", "plain", LOOPS)
KINDS = [
    PLAIN,
    Kind("newlines and quotes escaped", "escapes", LOOPS),
    Kind("emoji and Chinese as \\u escapes", "unicode", LOOPS),
    Kind("reasoning", "reasoning", LOOPS),
    Kind("plain, over HTTP", "plain", [CURL, CURL_SIMDJSON, PULL_HTTP]),
]


# By kind, client and scheme.
Counts = dict[str, dict[str, dict[str, float]]]


@dataclass(frozen=True)
class Frames:
    """The numbers of a short and a long answer: their difference removes what does not grow with
    the answer."""

    few: int
    many: int


def _count(client: Client, where: world.World, scheme: str, style: str, frames: int) -> int:
    """Return the instructions of a whole run."""
    scheme = client.scheme(scheme)
    output = build.OUT / f"callgrind.{client.program}.{scheme}.{style}.{frames}"
    valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={output}", "--quiet"]
    # One frame per packet and one read for each: otherwise the size of a read would be random.
    url = where.url(scheme, n=frames, style=style)
    report = clients.start(client, where, where.url(scheme, n=50), url, tool=valgrind)
    clients.check(client, report, frames, style)
    found = re.search(r"^(?:totals|summary): (\d+)", output.read_text(), re.MULTILINE)
    if found is None:
        raise SystemExit(f"no total in {output}")
    return int(found.group(1))


def per_chunk(where: world.World, frames: Frames, kinds: list[Kind]) -> Counts:
    """Return the instructions for one chunk. Using all cores changes no count."""

    def difference(client: Client, scheme: str, style: str) -> float:
        few, many = (_count(client, where, scheme, style, n) for n in (frames.few, frames.many))
        return (many - few) / (frames.many - frames.few)

    where.start()
    for client in {client for kind in kinds for client in kind.clients}:
        build.program(client.program)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = {
            kind.name: {
                client.name: {
                    scheme: pool.submit(difference, client, scheme, kind.style)
                    for scheme in SCHEMES
                }
                for client in kind.clients
            }
            for kind in kinds
        }
    return {
        kind: {
            client: {scheme: future.result() for scheme, future in by_scheme.items()}
            for client, by_scheme in by_client.items()
        }
        for kind, by_client in running.items()
    }


def rows(counts: Counts) -> list[list[str]]:
    """Return the table; its first row is the head."""
    head = ["frames", "client"]
    for name in SCHEMES.values():
        head += [f"{name}, instructions", "x"]
    table = [head]
    for kind, by_client in counts.items():
        first = next(iter(by_client.values()))
        for client, by_scheme in by_client.items():
            row = [kind, client]
            for scheme, value in by_scheme.items():
                row += [f"{value:,.0f}", f"{value / first[scheme]:.2f}"]
            table.append(row)
    return table
