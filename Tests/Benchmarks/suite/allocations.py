"""Heap allocations for one received chunk, from the socket to the callback; OpenSSL's apart."""

from __future__ import annotations

import json
from dataclasses import dataclass

from suite import build, clients, world
from suite.clients import CALLBACK, LIMIT, PULL, SCHEMES, SIMDJSON, Client

CLIENTS = (LIMIT, SIMDJSON, PULL, CALLBACK)
# The difference removes what does not grow with the answer.
_FEW, _MANY = 2_000, 22_000


@dataclass(frozen=True)
class Allocations:
    own: float
    openssl: float


def _count(client: Client, where: world.World, scheme: str, frames: int) -> Allocations:
    """Return the allocations of a whole run."""
    output = build.OUT / f"allocations.{client.program}.{scheme}.json"
    url = where.url(scheme, n=frames)
    counter = {"LD_PRELOAD": build.program("allocations.so"), "ALLOCATIONS": str(output)}
    report = clients.start(client, where, where.url(scheme, n=50), url, **counter)
    clients.check(client, report, frames)
    return Allocations(**json.loads(output.read_text()))


def per_chunk(where: world.World) -> dict[str, dict[str, Allocations]]:
    """Return the allocations by client and scheme."""
    found: dict[str, dict[str, Allocations]] = {}
    for client in CLIENTS:
        found[client.name] = {}
        for scheme in SCHEMES:
            few, many = (_count(client, where, scheme, frames) for frames in (_FEW, _MANY))
            found[client.name][scheme] = Allocations(
                (many.own - few.own) / (_MANY - _FEW), (many.openssl - few.openssl) / (_MANY - _FEW)
            )
    return found


def rows(found: dict[str, dict[str, Allocations]]) -> list[list[str]]:
    """Return the table; its first row is the head."""
    head = ["client"]
    for name in SCHEMES.values():
        head += [f"{name}, own", f"{name}, OpenSSL's"]
    table = [head]
    for client, by_scheme in found.items():
        row = [client]
        for scheme in SCHEMES:
            row += [f"{by_scheme[scheme].own:.3f}", f"{by_scheme[scheme].openssl:.3f}"]
        table.append(row)
    return table
