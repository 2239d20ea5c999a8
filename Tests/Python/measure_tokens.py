"""What a token costs: both clients, and a loop written by hand on `websockets` and `json`.

`python Tests/Python/measure_tokens.py`, with the Python of the tests, prints the CPU time of this
process for each token, the best of several rounds: all take turns, so that what else the machine
does hits all.
"""

from __future__ import annotations

import asyncio
import json
import time

import websockets.sync.client

import conftest  # noqa: F401 - finds the package and the library
from service import Service, running_service
from sparkchat import AsyncSpark, EventKind, Spark

TOKENS = 20_000
ROUNDS = 9


def with_sparkchat(service: Service) -> float:
    """Iterate over the events, as a user does."""
    url = service.url(scenario=f"count:n={TOKENS}")
    with Spark(url=url, **service.credentials, environment=False) as chat:
        started, tokens = time.process_time(), []
        for event in chat.stream("Count."):
            if event.kind is EventKind.TEXT:
                tokens.append(event.content)
        return per_token(started, tokens)


async def with_asyncio(service: Service) -> float:
    """Do the same in an event loop."""
    url = service.url(scenario=f"count:n={TOKENS}")
    async with AsyncSpark(url=url, **service.credentials, environment=False) as chat:
        started, tokens = time.process_time(), []
        async for event in chat.stream("Count."):
            if event.kind is EventKind.TEXT:
                tokens.append(event.content)
        return per_token(started, tokens)


def by_hand(service: Service) -> float:
    """Do what is needed and no more."""
    body = {
        "header": {"app_id": service.credentials["app_id"]},
        "parameter": {"chat": {"domain": "generalv3.5"}},
        "payload": {"message": {"text": [{"role": "user", "content": "Count."}]}},
    }
    url = service.signed_url(scenario=f"count:n={TOKENS}")
    with websockets.sync.client.connect(url, compression=None) as connection:
        connection.send(json.dumps(body))
        started, tokens = time.process_time(), []
        while True:
            frame = json.loads(connection.recv())
            if frame["header"]["code"]:
                raise RuntimeError(frame)
            choices = frame["payload"]["choices"]
            tokens += [item["content"] for item in choices["text"]]
            if choices["status"] == 2:
                return per_token(started, tokens)


def per_token(started: float, tokens: list[str]) -> float:
    """Return microseconds for each token."""
    spent = time.process_time() - started
    if "".join(tokens) != "".join(f"{number} " for number in range(TOKENS)):
        raise RuntimeError("the answer is not what was asked for")
    return spent / TOKENS * 1e6


def main() -> None:
    """Measure all, and print the ratios."""
    with running_service() as service:
        rounds = [
            (with_sparkchat(service), asyncio.run(with_asyncio(service)), by_hand(service))
            for _ in range(ROUNDS)
        ]
    ours, in_a_loop, theirs = (min(costs) for costs in zip(*rounds, strict=True))
    print(f"sparkchat {ours:.2f} us/token, by hand {theirs:.2f}: {ours / theirs:.2f} x")
    print(f"asyncio {in_a_loop:.2f} us/token: {in_a_loop / ours:.2f} x")


if __name__ == "__main__":
    main()
