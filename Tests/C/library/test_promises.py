"""Every sentence of the header about ownership, threads and lifetimes has a test.

`promises.txt` has each sentence, and under it, indented, the tests: `folder/file::test`.
A test that takes too long is a row of `make prove`: the function of its section.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from header_promises import promises
from support.cases import case_names
from support.header import header_text
from support.paths import TESTS


def listed() -> dict[str, list[str]]:
    """Return the sentences of the list, each with its tests."""
    found: dict[str, list[str]] = {}
    for block in (Path(__file__).parent / "promises.txt").read_text().strip().split("\n\n"):
        lines = block.splitlines()
        words = " ".join(line for line in lines if not line.startswith(" "))
        assert words not in found, words
        found[words] = [line.strip() for line in lines if line.startswith(" ")]
    return found


def names_in(path: Path) -> set[str]:
    """Return the names of a file's tests."""
    if path.suffix == ".c":
        return {name for name, _ in case_names(path)}
    return set(re.findall(r"^def (\w+)", path.read_text(), re.MULTILINE))


def test_list_is_the_headers() -> None:
    """If a sentence is new or reworded, check its tests."""
    assert list(listed()) == promises(header_text())


@pytest.mark.parametrize("promise", listed(), ids=lambda promise: promise[:40])
def test_promise_is_held(promise: str) -> None:
    """The listed tests exist."""
    names = listed()[promise]
    assert names
    for name in names:
        file, _, test = name.partition("::")
        assert test in names_in(TESTS / file), name
