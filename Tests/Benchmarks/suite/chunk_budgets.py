"""The budgets for one received chunk: instructions, allocations, and CPU time."""

from __future__ import annotations

from suite import clients, instructions
from suite.clients import BURST, PACED, PLAIN, SCHEMES
from suite.results import Line, Other, Results, compared


def lines(results: Results) -> list[Line]:
    table = _instructions(results) + _allocations(results) + _in_c(results)
    return table + _in_python(results) + _over_http(results)


def _instructions(results: Results) -> list[Line]:
    found = results.instructions[instructions.PLAIN.name]
    table = []
    for scheme, most, ratio_most in (("wss", 22_000, 0.36), ("ws", None, 0.2)):
        ours, jansson, simdjson = (
            found[client.name][scheme] for client in (clients.PULL, clients.LIMIT, clients.SIMDJSON)
        )
        ratio = ours / jansson
        measured = (
            f"{ours:,.0f}, {ratio:.2f} x the jansson loop ({jansson:,.0f}),"
            f" {ours / simdjson:.2f} x the simdjson loop ({simdjson:,.0f})"
        )
        budget = f"at most {ratio_most:g} x the jansson loop"
        if most is not None:
            budget += f" and {most:,}"
        met = ratio <= ratio_most and (most is None or ours <= most)
        what = f"instructions for one chunk, C: {SCHEMES[scheme]}"
        table.append(Line(what, measured, budget, met))
    return table


def _allocations(results: Results) -> list[Line]:
    table = []
    for scheme, name in SCHEMES.items():
        ours = results.allocations[clients.CALLBACK.name][scheme]
        jansson = results.allocations[clients.LIMIT.name][scheme]
        measured = (
            f"{ours.own:.3f}, and {ours.openssl:.3f} of OpenSSL's"
            f" (the jansson loop: {jansson.own:.3f} and {jansson.openssl:.3f})"
        )
        what = f"heap allocations for one chunk, C: {name}"
        # The kept answer grows: its buffer doubles now and then.
        table.append(Line(what, measured, "none except OpenSSL's", ours.own < 0.01))
    return table


def _in_c(results: Results) -> list[Line]:
    table = []
    for mode, most_jansson, most_simdjson in ((BURST, 0.3, 3.5), (PACED, 1.0, 1.7)):
        found = results.chunks[mode.name]
        what = f"CPU for one chunk, C: {mode.name}"
        jansson = Other("the jansson loop", found[clients.LIMIT.name], most_jansson)
        simdjson = Other("the simdjson loop", found[clients.SIMDJSON.name], most_simdjson)
        table.append(compared(what, found[clients.PULL.name], jansson, simdjson))
    for mode in (BURST, PACED):
        found = results.chunks[mode.name]
        other = found[clients.LWS.name]
        ratio = found[clients.PULL.name].over(other)
        measured = f"{ratio:.2f} x libwebsockets ({other.middle:.1f} µs)"
        what = f"the same, against libwebsockets: {mode.name}"
        table.append(Line(what, measured, "less than 1 x", ratio < 1))
    return table


def _in_python(results: Results) -> list[Line]:
    table = []
    for mode, most in ((BURST, 0.15), (PLAIN, 1.0)):
        found = results.chunks[mode.name]
        loop = Other("the websockets loop", found[clients.WEBSOCKETS.name], most)
        what = f"CPU for one chunk, Python: {mode.name}"
        table.append(compared(what, found[clients.OUR_PYTHON.name], loop))
    found = results.chunks[BURST.name]
    original = Other("LangChain's own", found[clients.LANGCHAIN.name], 0.25)
    what = f"CPU for one chunk, our LangChain adapter: {BURST.name}"
    return [*table, compared(what, found[clients.OUR_LANGCHAIN.name], original)]


def _over_http(results: Results) -> list[Line]:
    found = results.http[BURST.name]
    pairs = [
        ("C", clients.PULL_HTTP, clients.CURL, "the libcurl + jansson loop", 0.5),
        ("Python", clients.OUR_PYTHON_HTTP, clients.OPENAI, "openai's client", 0.125),
        (
            "our LangChain adapter",
            clients.OUR_LANGCHAIN_HTTP,
            clients.LANGCHAIN_OPENAI,
            "langchain-openai",
            1.0,
        ),
    ]
    return [
        compared(
            f"CPU for one chunk over HTTP, {what}: {BURST.name}",
            found[ours.name],
            Other(name, found[other.name], most),
        )
        for what, ours, other, name, most in pairs
    ]
