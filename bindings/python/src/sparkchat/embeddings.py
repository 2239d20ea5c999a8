"""The vectors of texts."""

from __future__ import annotations

from collections.abc import Iterable

from .response import Response


class Embedding(list[float]):
    """The vector of a text: a list of numbers, as the service has made them.

    Texts that mean nearly the same have vectors that are near each other. They are not scaled to a
    length of 1.
    """

    response: Response
    """How it came: `sid`, `attempts`, `timings`, and so on. It has no text."""

    def __init__(self, numbers: Iterable[float] = (), response: Response | None = None) -> None:
        super().__init__(numbers)
        self.response = Response() if response is None else response
