"""Tables in Markdown, the results in JSON, and the page of the documentation."""

from __future__ import annotations

import json
import os
import platform
import ssl
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from suite import allocations, build, instructions, tables
from suite.results import Line, Results

_PACKAGES = (
    "websockets",
    "websocket-client",
    "langchain-community",
    "spark-ai-python",
    "openai",
    "langchain-openai",
)


def markdown(rows: list[list[str]]) -> str:
    """Return a table whose first row is the head; numbers are aligned to the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    is_number = [
        all(not row[at] or row[at][0].isdigit() for row in rows[1:]) and len(rows[0]) > 4
        for at in range(len(widths))
    ]

    def line(row: list[str]) -> str:
        cells = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, is_number, strict=True)
        ]
        return "| " + " | ".join(cells) + " |"

    rule = [
        "-" * (width - 1) + (":" if right else "-")
        for width, right in zip(widths, is_number, strict=True)
    ]
    return "\n".join([line(rows[0]), line(rule), *map(line, rows[1:])])


def budget_table(lines: list[Line]) -> str:
    rows = [["what", "measured", "budget", "met"]]
    rows += [[line.what, line.measured, line.budget, "yes" if line.met else "no"] for line in lines]
    return markdown(rows)


def all_tables(results: Results, lines: list[Line]) -> dict[str, str]:
    """Return all tables, by their places in the page."""
    return {
        "budgets": budget_table(lines),
        "clients": markdown(tables.everyone(results)),
        "http": markdown(tables.over_http(results)),
        "instructions": markdown(instructions.rows(results.instructions)),
        "allocations": markdown(allocations.rows(results.allocations)),
    }


def machine() -> str:
    """Return the machine and software of the measurements, in one sentence."""
    with open("/proc/cpuinfo") as file:
        models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return (
        f"{os.cpu_count()} cores of {models[0] if models else platform.machine()}; {system}, "
        f"Python {platform.python_version()}, {ssl.OPENSSL_VERSION.rsplit(' ', 3)[0]}; {packages}."
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return value


def write_json(results: Results, lines: list[Line]) -> None:
    """Write all rounds of all measurements."""
    data = {
        "machine": machine(),
        "budgets": [asdict(line) for line in lines],
        "clients": tables.everyone(results),
        "http": tables.over_http(results),
        "measured": _plain(asdict(results)),
    }
    text = json.dumps(data, ensure_ascii=False, indent=1)
    (build.OUT / "results.json").write_text(text + "\n")


def write_page(results: Results, lines: list[Line], chart: str) -> None:
    """Write docs/benchmarks.md and its picture."""
    folder = build.ROOT / "docs"
    folder.mkdir(exist_ok=True)
    (folder / "benchmarks.svg").write_text(chart)
    page = _PAGE.format(machine=machine(), **all_tables(results, lines))
    (folder / "benchmarks.md").write_text(page)


_PAGE = """# Benchmarks

![CPU time for one received chunk, and time to the first token](benchmarks.svg)

`make bench` measures all of this in one run, against a load server on the same machine, and
writes every round to `build/bench/results.json`; `Tests/Benchmarks/README.md` describes the method.
Compare the ratios: times depend on the machine, and on its other work. A time is the median of all
rounds. A ratio is the median of the ratios within each round, so it differs from that of the times.

Taken on {machine}

## Budgets

Two hand-written loops are the reference: a C loop on OpenSSL and jansson, and a C++ loop on OpenSSL
and simdjson, one of the fastest JSON parsers. Both do only what one answer needs: they have no
deadlines and no cancelling, and check little of what the server sends.

{budgets}

## All clients

All clients receive the same frames of 200 to 260 bytes, in Chinese and English. Each number is the
median of several rounds in which the clients took turns; each client proved that it received the
whole text. CPU time counts all threads of the process, and the kernel's work for it.

- *One by one*: a frame every 200 µs, each in its own packet, as an answer is streamed. Waking the
  process takes most of the time.
- *All at once*: as fast as the server can write them. This measures the client's own work.
- *x*: the multiple of the jansson loop's time.
- *First token*: from the call to the first text, with a delay of 50 ms in each direction. A new
  connection takes one round trip each for TCP, TLS 1.3, the upgrade, and the request.

{clients}

## Over HTTP

The same texts as server-sent events, in the form of the service's OpenAI-compatible API. Each event
is one chunk of the chunked body. *x*: the multiple of the libcurl and jansson loop's time.

{http}

## Instructions

Instructions that the process executes for one chunk, counted by callgrind. The count excludes the
kernel, and other work on the machine does not change it. *x*: the multiple of the first loop with
the same frames. `make bench-instructions` prints this table and the next one.

{instructions}

## Heap allocations

For one chunk, from the socket to the callback or the returned event. OpenSSL's allocations are
counted separately. The buffer of the kept answer doubles if it is full: less than 0.001 per chunk.

{allocations}
"""
