"""The types in which a section of the proof reports."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Effort:
    """How much to try. The short form is for every test run, the long one for a release."""

    long: bool
    seconds: float
    """How long each trial without a natural end (fuzzing, soaking) may take."""

    def pick(self, short: int, long: int) -> int:
        """Return the number for this form."""
        return long if self.long else short


@dataclass
class Row:
    """One line of the table: what was tried, how often, and what went wrong."""

    what: str
    tried: int = 0
    failures: list[str] = field(default_factory=list)
    figures: str = ""
    """Other figures worth knowing, such as a peak or a rate."""
    skipped: str = ""
    """Why it could not be tried here; empty if it was."""
