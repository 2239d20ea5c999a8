"""Many exchanges at the same time, and long answers."""

from __future__ import annotations

import asyncio
import json
import time

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedOK

from client import Target, request_text
from limits import needs_descriptors
from raw import RawClient


# Both ends are in this process.
@needs_descriptors(1200)
def test_500_exchanges_at_once(target: Target) -> None:
    waiting = 500

    async def exchange(number: int, all_open: asyncio.Event) -> bool:
        nonlocal waiting
        question = f"question {number} 问题 " * 3
        text = ""
        url = target.url(scenario="echo:chunks=20")
        async with connect(url, compression=None, open_timeout=30) as socket:
            waiting -= 1
            if not waiting:
                all_open.set()
            await all_open.wait()
            await socket.send(request_text(question))
            try:
                while True:
                    frame = json.loads(await socket.recv())
                    text += frame["payload"]["choices"]["text"][0]["content"]
            except ConnectionClosedOK:
                return text == question

    async def all_of_them() -> list[bool]:
        all_open = asyncio.Event()
        return await asyncio.gather(*(exchange(n, all_open) for n in range(500)))

    assert all(asyncio.run(all_of_them()))
    records = target.page(f"records?tag={target.tag}&wait=5")
    assert len({record["conn"] for record in records}) == 500
    assert {record["ended"] for record in records} == {"server_close"}
    assert target.page("stats")["live"] == 0


def test_a_long_answer(target: Target) -> None:
    answer = target.ask(scenario="count:n=100000", timeout=60)
    assert len(answer.raw) == 100_000
    assert json.loads(answer.raw[-1])["payload"]["choices"]["seq"] == 99_999


def test_a_client_that_does_not_read_costs_no_memory(target: Target) -> None:
    """The answer waits in the client's socket, and other exchanges continue."""
    with RawClient(target.url(scenario="count:n=200000,size=100")) as client:
        client.send_text(request_text("x"))
        time.sleep(0.3)
        record = target.page(f"records?tag={target.tag}")[0]
        assert record["frames_sent"] < 100_000
        target.tag += "-other"
        assert target.ask("1+1").text == "1 + 1 = **2**."
