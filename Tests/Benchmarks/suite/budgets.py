"""The budgets: each line of the table has a measurement, its budget, and whether it is met.
A missed budget is not a failure."""

from __future__ import annotations

from suite import chunk_budgets, world
from suite.clients import LANGCHAIN
from suite.measures import trips
from suite.results import Line, Other, Results, compared


def lines(results: Results) -> list[Line]:
    """All lines of the table."""
    table = chunk_budgets.lines(results) + _connections(results) + _crowd(results)
    return table + _first_tokens(results) + _growth(results) + _loading(results)


def _connections(results: Results) -> list[Line]:
    found = results.connections
    bare = Other("bare OpenSSL", found["bare"], 1.15)
    cold = compared("CPU of one TLS connection", found["ours"], bare)
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
            f"memory of one live TLS stream of {results.size.live:,} in a group",
            live,
            "at most 32 KiB",
            memory["ours"].middle <= 32,
        ),
    ]


def _crowd(results: Results) -> list[Line]:
    crowd = results.crowd
    answered = crowd["ended"] - crowd["wrong"]
    measured = (
        f"{crowd['live_streams']:,} live, {answered:,} answered right; {crowd['threads']} thread,"
        f" {crowd['descriptors']:,} descriptors, {crowd['peak_kib'] / 1024:.0f} MiB at most"
    )
    met = crowd["live_streams"] == answered == results.size.crowd and crowd["threads"] == 1
    return [
        Line(
            "streams live at once, one group",
            measured,
            f"{results.size.crowd:,}, none lost, on one thread",
            met,
        )
    ]


def _first_tokens(results: Results) -> list[Line]:
    table = []
    for way, most in (("warm", 1), ("resumed", 4), ("cold", 4)):
        series = results.first_tokens[way]
        measured = f"{series.middle:.0f} ms, {trips(series):.1f} round trips"
        if way == "warm":
            other = results.first_tokens[LANGCHAIN.name]
            measured += f" (LangChain: {other.middle:.0f} ms, {trips(other):.1f})"
        budget = f"{most} round trip" + ("s" if most > 1 else "")
        # Round trips are whole numbers; the remainder is computing.
        met = round(trips(series)) <= most
        table.append(
            Line(f"first token, round trip of 100 ms: {way} connection", measured, budget, met)
        )
    return table


def _growth(results: Results) -> list[Line]:
    size = results.size
    of = {
        "chunks": f"an answer of {size.long:,} chunks",
        "calls": f"an answer of {size.calls:,} tool calls",
        "bytes": "an answer in 16 frames of up to "
        f"{world.answer(16, 'plain', size.repeat)[0] / 16e6:.1f} MB",
    }
    table = []
    for name, what in of.items():
        found = results.growth[name]
        cpu = found["long cpu"].over(found["short cpu"])
        memory = found["long memory"].over(found["short memory"])
        measured = (
            f"CPU x {cpu:.1f}, memory x {memory:.1f} ({found['long memory'].middle / 1024:.0f} MiB)"
        )
        budget = "linear: at most x 12"
        table.append(Line(f"{what}, against a tenth", measured, budget, max(cpu, memory) <= 12))
    return table


def _loading(results: Results) -> list[Line]:
    found = results.loading
    time = f"{found['total']:.1f} ms (loading {found['load']:.1f}, a client {found['client']:.1f})"
    threads, descriptors = int(found["threads"]), int(found["descriptors"])
    idle = f"{threads} threads, {descriptors} descriptors"
    size = f"{found['size']:.2f} MB"
    return [
        Line("loading the library and one call", time, "at most 6.5 ms", found["total"] <= 6.5),
        Line("its size, stripped", size, "at most 7.8 MB", found["size"] <= 7.8),
        Line("while idle", idle, "0 and 0", threads == descriptors == 0),
    ]
