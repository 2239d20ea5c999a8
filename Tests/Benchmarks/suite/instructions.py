"""Instructions for one received chunk, counted by callgrind: numbers that do not depend on the
machine's mood."""

from __future__ import annotations

import re
import subprocess

from suite import build, world
from suite.clients import LIMIT, PULL, Client

_FEW, _MANY = 2_000, 12_000


def _count(client: Client, where: world.World, scheme: str, frames: int) -> int:
    """Instructions of a whole run."""
    output = build.OUT / f"callgrind.{client.program}.{scheme}.{frames}"
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={output}", "--quiet"]
    command += [*client.command, where.ca_file, where.url(scheme, n=50)]
    # One frame in a packet, one read for each: what a client reads at once would be chance.
    command.append(where.url(scheme, n=frames))
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=300)
    found = re.search(r"^(?:totals|summary): (\d+)", output.read_text(), re.MULTILINE)
    if found is None:
        raise SystemExit(f"no total in {output}")
    return int(found.group(1))


def rows(where: world.World) -> list[list[str]]:
    """A table; what does not grow with the answer drops out of the difference."""
    table = [["client", "TLS, instructions", "x", "plain, instructions", "x"]]
    found: dict[str, dict[str, float]] = {}
    for client in (LIMIT, PULL):
        found[client.name] = {}
        for scheme in ("wss", "ws"):
            few, many = (_count(client, where, scheme, frames) for frames in (_FEW, _MANY))
            found[client.name][scheme] = (many - few) / (_MANY - _FEW)
        row = [client.name]
        for scheme in ("wss", "ws"):
            value = found[client.name][scheme]
            row += [f"{value:.0f}", f"{value / found[LIMIT.name][scheme]:.2f}"]
        table.append(row)
    return table
