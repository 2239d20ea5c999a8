"""The measurements. Those that are compared take turns, so that a slow moment of the machine
affects them all."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

from suite import build, clients, instructions, world
from suite.clients import Client, Mode


@dataclass(frozen=True)
class Size:
    """How much to measure."""

    rounds: int
    # Answers of the comparison.
    scale: float
    exchanges: int
    live: int
    crowd: int
    # Long answers: chunks, calls, and how often a piece of text is repeated in its frame.
    long: int
    calls: int
    repeat: int
    # Frames for callgrind.
    frames: instructions.Frames


FULL = Size(
    rounds=7,
    scale=1.0,
    exchanges=300,
    live=2000,
    crowd=10_000,
    long=1_000_000,
    calls=100_000,
    repeat=30_000,
    frames=instructions.Frames(1_000, 5_000),
)
QUICK = Size(
    rounds=1,
    scale=0.1,
    exchanges=40,
    live=200,
    crowd=500,
    long=50_000,
    calls=10_000,
    repeat=3_000,
    frames=instructions.Frames(200, 700),
)


@dataclass
class Series:
    """The results of one measurement, one per round."""

    values: list[float]

    @property
    def middle(self) -> float:
        return median(self.values)

    def over(self, other: Series) -> float:
        """Return the ratio to another measurement of the same rounds."""
        return median(a / b for a, b in zip(self.values, other.values, strict=True))


# By mode and client.
Chunks = dict[str, dict[str, Series]]


def take_turns(rounds: int, what: dict[str, Callable[[], float]]) -> dict[str, Series]:
    """Do each measurement once per round."""
    series: dict[str, Series] = {name: Series([]) for name in what}
    for turn in range(rounds):
        # Every other round is in reverse order, so that no measurement is always the second.
        for name in list(what) if turn % 2 == 0 else reversed(what):
            series[name].values.append(what[name]())
    return series


def _compared(where: world.World, size: Size, *groups: list[Client]) -> Chunks:
    """Measure CPU time for one received frame, in us, by mode and client. The clients of a group
    take turns; the last group is slow, and takes fewer."""
    results: Chunks = {}

    def turn(client: Client, mode: Mode) -> Callable[[], float]:
        return lambda: clients.receive(client, mode, where, size.scale)

    for mode in clients.MODES:
        results[mode.name] = {}
        for group in groups:
            rounds = size.rounds // 2 if group is groups[-1] else size.rounds
            what = {client.name: turn(client, mode) for client in group}
            results[mode.name] |= take_turns(max(rounds, 1), what)
    return results


def chunks(where: world.World, size: Size) -> Chunks:
    return _compared(where, size, clients.IN_C, clients.IN_PYTHON)


def chunks_over_http(where: world.World, size: Size) -> Chunks:
    return _compared(where, size, clients.HTTP_IN_C, clients.HTTP_IN_PYTHON)


def connections(where: world.World, size: Size) -> dict[str, Series]:
    """Measure CPU time for one short exchange over TLS, in us."""

    def turn(program: str, place: str, resumed: int, *more: str) -> Callable[[], float]:
        def measure() -> float:
            url = where.url(place, n=1)
            command = [build.program(program), where.ca_file, url, url, str(size.exchanges)]
            report = world.run([*command, *more])
            if report["resumed"] != resumed:
                raise SystemExit(f"{program}: {report['resumed']} sessions were resumed")
            return float(report["cpu_us_per_chunk"])

        return measure

    return take_turns(
        size.rounds,
        {
            "bare": turn("connect_bare", "wss", 0),
            "ours": turn("connect_ours", "wss", 0),
            "bare, resumed": turn("connect_bare", "resuming", size.exchanges, "resume"),
            "ours, resumed": turn("connect_ours", "resuming", size.exchanges),
        },
    )


def memory(where: world.World, size: Size) -> dict[str, Series]:
    """Measure the memory of one live stream over TLS, in KiB."""

    def turn(program: str) -> Callable[[], float]:
        def measure() -> float:
            url = where.url("wss", n=10, gap_us=100 * size.live, hold=size.live)
            command = [build.program(program), where.ca_file, where.url("wss", n=1), url]
            report = world.run([*command, str(size.live)])
            return float(report["live_kib"] - report["before_kib"]) / size.live

        return measure

    what = {"ours": turn("group"), "bare": turn("memory_bare")}
    return take_turns(2 if size is FULL else 1, what)


def crowd(where: world.World, size: Size) -> dict[str, Any]:
    """Run many concurrent streams in one group, as many as the limit of open files allows; return
    the client's report."""
    frames = 20
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    streams = size.crowd if limit == resource.RLIM_INFINITY else min(size.crowd, limit - 100)
    url = where.url("wss", n=frames, gap_us=50 * streams, hold=streams)
    command = [build.program("group"), where.ca_file, where.url("wss", n=1), url]
    report = world.run([*command, str(streams)])
    if (report["bytes"], report["crc"]) != world.answer(frames):
        raise SystemExit("the group's texts differ from the texts sent")
    return report


def first_tokens(where: world.World, size: Size) -> dict[str, Series]:
    """Measure the time to the first token through the relay, in ms: ours in three ways, and each
    client's."""
    series: dict[str, Series] = {}
    rounds = min(size.rounds, 3)
    for _ in range(rounds):
        url = where.url("far", n=2)
        report = world.run([build.program("first_token"), where.ca_file, url])
        for way in ("cold", "resumed", "warm"):
            if report[f"{way}_connection"] != way:
                raise SystemExit(f"first_token: {report[f'{way}_connection']}, not {way}")
            series.setdefault(way, Series([])).values.append(report[f"{way}_us"] / 1e3)

    def turn(client: Client) -> Callable[[], float]:
        def measure() -> float:
            report = clients.start(client, where, where.url("wss", n=2), where.url("far", n=2))
            return float(report["first_us"]) / 1e3

        return measure

    everyone = [client for client in clients.IN_C + clients.IN_PYTHON if client.streams == 1]
    return series | take_turns(rounds, {client.name: turn(client) for client in everyone})


def trips(series: Series) -> float:
    """Return a time to the first token in round trips through the relay."""
    return series.middle / (2 * world.World.DELAY_MS)


def growth(where: world.World, size: Size) -> dict[str, dict[str, Series]]:
    """Measure CPU time in s and memory in KiB of long answers, and of ten times shorter ones.
    Buffers double: each size is just below a power of two, or memory would seem to jump."""

    def turn(frames: int, style: str, repeat: int, series: dict[str, Series], name: str) -> None:
        flush = clients.FLUSH if repeat == 1 else 1
        url = where.url("wss", n=frames, style=style, repeat=repeat, flush=flush)
        report = clients.start(clients.PULL, where, where.url("wss", n=200), url)
        clients.check(clients.PULL, report, frames, style, repeat)
        grown = report["peak_kib"] - report["before_kib"]
        series.setdefault(f"{name} cpu", Series([])).values.append(report["cpu_s"])
        series.setdefault(f"{name} memory", Series([])).values.append(grown)

    found: dict[str, dict[str, Series]] = {"chunks": {}, "calls": {}, "bytes": {}}
    for _ in range(min(size.rounds, 3)):
        for name, part in (("short", 10), ("long", 1)):
            turn(size.long // part, "plain", 1, found["chunks"], name)
            turn(size.calls // part, "calls", 1, found["calls"], name)
            turn(16, "plain", size.repeat // part, found["bytes"], name)
    return found


def loading(where: world.World, size: Size) -> dict[str, float]:
    """Measure the time to load the library and make a client, in ms; size in MB; threads and
    descriptors."""
    command = [build.program("load"), str(build.LIBRARY), where.ca_file]
    reports = [world.run(command) for _ in range(size.rounds * 15)]
    return {
        "load": median(report["load_us"] for report in reports) / 1e3,
        "client": median(report["client_us"] for report in reports) / 1e3,
        "total": median(report["total_us"] for report in reports) / 1e3,
        "threads": max(report["threads"] for report in reports),
        "descriptors": max(report["descriptors"] for report in reports),
        "size": os.path.getsize(build.LIBRARY) / 1e6,
    }
