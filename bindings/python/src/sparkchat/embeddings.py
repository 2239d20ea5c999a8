"""The vectors of texts."""

from __future__ import annotations

from collections.abc import Iterable

from .response import Response


class Embedding(list[float]):
    """The vector of a text: a list of numbers, exactly as the service returns them.

    Texts with similar meanings have vectors that are close to each other. Vectors are not scaled to
    a length of 1.
    """

    response: Response
    """The details of the request: `sid`, `attempts`, `timings`, and so on. It has no text."""

    def __init__(self, numbers: Iterable[float] = (), response: Response | None = None) -> None:
        super().__init__(numbers)
        self.response = Response() if response is None else response
