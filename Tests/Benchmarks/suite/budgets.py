"""The budgets: each line of the table says what was measured, what is allowed, and whether it is
kept. Nothing here fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from suite import clients
from suite.clients import BURST, LANGCHAIN, LIMIT, LWS, OUR_PYTHON, PACED, PLAIN, PULL, WEBSOCKETS
from suite.measures import Series

ROUND_TRIP_MS = 100.0


@dataclass(frozen=True)
class Line:
    what: str
    measured: str
    budget: str
    met: bool


@dataclass(frozen=True)
class Results:
    chunks: dict[str, dict[str, Series]]
    connections: dict[str, Series]
    memory: dict[str, Series]
    crowd: dict[str, Any]
    first_tokens: dict[str, Series]
    growth: dict[str, Series]
    loading: dict[str, float]
    live: int
    crowd_size: int
    long: int


def lines(results: Results) -> list[Line]:
    """All lines of the table."""
    table = _chunks_in_c(results) + _chunks_in_python(results) + _connections(results)
    return table + _crowd(results) + _first_tokens(results) + _growth(results) + _loading(results)


def _compared(
    what: str, ours: Series, other: Series, name: str, most: float, unit: str = "µs"
) -> Line:
    ratio = ours.over(other)
    measured = f"{ours.middle:.1f} {unit}, {ratio:.2f} x {name} ({other.middle:.1f} {unit})"
    return Line(what, measured, f"at most {most:g} x", ratio <= most)


def _chunks_in_c(results: Results) -> list[Line]:
    table = []
    for mode in (PACED, BURST):
        found = results.chunks[mode.name]
        what = f"CPU for one chunk, C: {mode.name}"
        table.append(_compared(what, found[PULL.name], found[LIMIT.name], "the C loop", 1.15))
    for mode in (PACED, BURST):
        ours, other = (results.chunks[mode.name][client.name] for client in (PULL, LWS))
        ratio = ours.over(other)
        measured = f"{ratio:.2f} x libwebsockets ({other.middle:.1f} µs)"
        what = f"the same beside libwebsockets: {mode.name}"
        table.append(Line(what, measured, "less than 1 x", ratio < 1))
    return table


def _chunks_in_python(results: Results) -> list[Line]:
    table = []
    for mode in (PACED, BURST, PLAIN):
        found = results.chunks[mode.name]
        what = f"CPU for one chunk, Python: {mode.name}"
        loop = found[WEBSOCKETS.name]
        table.append(_compared(what, found[OUR_PYTHON.name], loop, "the websockets loop", 1.25))
    found = results.chunks[BURST.name]
    ratio = found[LANGCHAIN.name].over(found[OUR_PYTHON.name])
    measured = f"1/{ratio:.1f} of LangChain's ({found[LANGCHAIN.name].middle:.0f} µs)"
    what = f"the same beside LangChain: {BURST.name}"
    table.append(Line(what, measured, "at most 1/8", ratio >= 8))
    return table


def _connections(results: Results) -> list[Line]:
    found = results.connections
    cold = _compared("CPU of one TLS connection", found["ours"], found["bare"], "bare OpenSSL", 1.2)
    ratio = found["ours, resumed"].over(found["ours"])
    measured = (
        f"{found['ours, resumed'].middle:.1f} µs, {ratio:.2f} x a full one"
        f" (bare OpenSSL: {found['bare, resumed'].middle:.1f} µs)"
    )
    memory = results.memory
    live = f"{memory['ours'].middle:.1f} KiB (bare OpenSSL: {memory['bare'].middle:.1f} KiB)"
    return [
        cold,
        Line("the same, session resumed", measured, "less than a full one", ratio < 1),
        Line(
            f"memory of one live TLS stream of {results.live:,} in a group",
            live,
            "at most 40 KiB",
            memory["ours"].middle <= 40,
        ),
    ]


def _crowd(results: Results) -> list[Line]:
    crowd = results.crowd
    answered = crowd["ended"] - crowd["wrong"]
    measured = (
        f"{crowd['live_streams']:,} live, {answered:,} answered right; {crowd['threads']} thread,"
        f" {crowd['descriptors']:,} descriptors, {crowd['peak_kib'] / 1024:.0f} MiB at most"
    )
    met = crowd["live_streams"] == answered == results.crowd_size and crowd["threads"] == 1
    return [
        Line(
            "streams live at once, one group",
            measured,
            f"{results.crowd_size:,}, none lost, on one thread",
            met,
        )
    ]


def trips(series: Series) -> float:
    return series.middle / ROUND_TRIP_MS


def _first_tokens(results: Results) -> list[Line]:
    table = []
    for way, most in (("warm", 1), ("resumed", 4), ("cold", 4)):
        series = results.first_tokens[way]
        measured = f"{series.middle:.0f} ms, {trips(series):.1f} round trips"
        if way == "warm":
            other = results.first_tokens[LANGCHAIN.name]
            measured += f" (LangChain: {other.middle:.0f} ms, {trips(other):.1f})"
        budget = f"{most} round trip" + ("s" if most > 1 else "")
        # A round trip is taken or it is not; what is left over is computing.
        met = round(trips(series)) <= most
        table.append(Line(f"first token over 100 ms of way, {way}", measured, budget, met))
    return table


def _growth(results: Results) -> list[Line]:
    found = results.growth
    cpu = found["long cpu"].over(found["short cpu"])
    memory = found["long memory"].over(found["short memory"])
    measured = (
        f"CPU x {cpu:.1f}, memory x {memory:.1f} ({found['long memory'].middle / 1024:.0f} MiB)"
    )
    what = f"an answer of {results.long:,} chunks against {results.long // 10:,}"
    return [Line(what, measured, "linear: at most x 12", max(cpu, memory) <= 12)]


def _loading(results: Results) -> list[Line]:
    found = results.loading
    time = f"{found['total']:.1f} ms (loading {found['load']:.1f}, a client {found['client']:.1f})"
    threads, descriptors = int(found["threads"]), int(found["descriptors"])
    idle = f"{threads} threads, {descriptors} descriptors"
    size = f"{found['size']:.2f} MB"
    return [
        Line("loading the library and one call", time, "at most 6 ms", found["total"] <= 6),
        Line("its size, stripped", size, "at most 7.5 MB", found["size"] <= 7.5),
        Line("while idle", idle, "0 and 0", threads == descriptors == 0),
    ]


def comparison(results: Results) -> list[list[str]]:
    """The table of all clients; its first row is the head."""
    head = ["client"]
    for mode in clients.MODES:
        head += [f"{mode.name}, µs", "x"]
    table = [[*head, "first token, ms", "round trips"]]
    for client in clients.IN_C + clients.IN_PYTHON:
        name = client.name + (f" ({client.note})" if client.note else "")
        row = [name]
        for mode in clients.MODES:
            found = results.chunks[mode.name]
            middle = found[client.name].middle
            row += [f"{middle:.1f}", f"{middle / found[LIMIT.name].middle:.2f}"]
        first = results.first_tokens.get(client.name)
        row += [f"{first.middle:.0f}", f"{trips(first):.1f}"] if first else ["", ""]
        table.append(row)
    warm = results.first_tokens["warm"]
    empty = [""] * (2 * len(clients.MODES))
    return [
        *table,
        ["libsparkchat, warm connection", *empty, f"{warm.middle:.0f}", f"{trips(warm):.1f}"],
    ]
