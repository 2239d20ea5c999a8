"""The tables that compare all clients; the first row of each is its head."""

from __future__ import annotations

from suite import clients
from suite.clients import CURL, LIMIT, Client
from suite.measures import Chunks, Series, trips
from suite.results import Results


def _head() -> list[str]:
    head = ["client"]
    for mode in clients.MODES:
        head += [f"{mode.name}, µs", "x"]
    return head


def _row(client: Client, chunks: Chunks, base: Client) -> list[str]:
    row = [client.name + (f" ({client.note})" if client.note else "")]
    for mode in clients.MODES:
        found = chunks[mode.name]
        middle = found[client.name].middle
        row += [f"{middle:.1f}", f"{middle / found[base.name].middle:.2f}"]
    return row


def _waiting(series: Series | None) -> list[str]:
    if series is None:
        return ["", ""]
    return [f"{series.middle:.0f}", f"{trips(series):.1f}"]


def everyone(results: Results) -> list[list[str]]:
    """Over WebSocket."""
    first = results.first_tokens
    table = [[*_head(), "first token, ms", "round trips"]]
    for client in clients.IN_C + clients.IN_PYTHON:
        row = _row(client, results.chunks, LIMIT)
        table.append([*row, *_waiting(first.get(client.name))])
    empty = [""] * (2 * len(clients.MODES))
    return [*table, ["libsparkchat, warm connection", *empty, *_waiting(first["warm"])]]


def over_http(results: Results) -> list[list[str]]:
    everyone = clients.HTTP_IN_C + clients.HTTP_IN_PYTHON
    return [_head(), *(_row(client, results.http, CURL) for client in everyone)]
