"""Stop sequences, which the service does not have: the answer is cut on this side."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import InvalidArgumentError


class StopCutter:
    """Lets a text pass, piece by piece, up to the first of some sequences.

    What may be the beginning of one is held back until it is clear.
    """

    def __init__(self, sequences: Sequence[str]) -> None:
        if isinstance(sequences, str) or not all(isinstance(item, str) for item in sequences):
            raise TypeError("stop must be a list of str")
        if "" in sequences:
            raise InvalidArgumentError("stop has an empty sequence", hint="leave it out")
        self._sequences = sequences
        self._held = ""
        self.found: str | None = None
        """The sequence that ended the text; None as long as there was none."""

    def feed(self, text: str) -> str:
        """Return what of the text is clear to pass."""
        text = self._held + text
        places = [(at, item) for item in self._sequences if (at := text.find(item)) >= 0]
        if places:
            end, self.found = min(places, key=lambda place: place[0])
            self._held = ""
            return text[:end]
        keep = self._longest_beginning(text)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def rest(self) -> str:
        """Return what was held back, now that nothing more comes."""
        held, self._held = self._held, ""
        return held

    def _longest_beginning(self, text: str) -> int:
        """Return how long the end of the text is that one of the sequences may begin with."""
        longest = max(map(len, self._sequences), default=0)
        for length in range(min(len(text), longest - 1), 0, -1):
            if any(item.startswith(text[-length:]) for item in self._sequences):
                return length
        return 0
