"""Tool calls in the pieces that servers send."""

from __future__ import annotations

import itertools

import pytest
from support.asking import ask
from support.courses import COMPLETE, ending
from support.workshop import Workshop

SHAPES = ("object", "array", "deltas", "function")
WAYS = [
    f"shape={shape},ids={ids},repeat={repeat},index={index}"
    for shape, ids, repeat, index in itertools.product(SHAPES, (0, 1), (0, 1), (0, 1))
]


@pytest.mark.parametrize("way", WAYS)
def test_calls_are_the_same_whatever_their_pieces(way: str, workshop: Workshop) -> None:
    url = workshop.service.url("http", scenario=f"tools:calls=3,{way}")
    answer = ask(workshop, url)
    assert ending(answer) == COMPLETE
    # The old form has only one call.
    calls = 1 if "function" in way else 3
    told = [(call["name"], call["arguments"], call["valid"]) for call in answer.calls]
    assert told == [("get_weather", f'{{"n": {n}}}', 1) for n in range(1, calls + 1)]
    assert len({call["id"] for call in answer.calls}) == calls
