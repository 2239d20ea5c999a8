"""Collects and prints the doctor's findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from ..._recording.redaction import Redaction
from ..clean import clean_line

Verdict = Literal["ok", "note", "problem", "skipped"]
Side = Literal["here", "service"]


@dataclass(frozen=True)
class Finding:
    """The result of one check."""

    topic: str
    verdict: Verdict
    said: str
    advice: str = ""
    """What to do."""
    side: Side = "here"
    """The cause of a problem: this machine with its network and settings, or the service."""


class Report:
    """Collects findings and shows each immediately. It contains no secrets."""

    def __init__(self, redaction: Redaction, show: Callable[[str], object]) -> None:
        self._redaction = redaction
        self._show = show
        self.findings: list[Finding] = []

    def add(self, finding: Finding) -> Finding:
        """Add a finding, and show it."""
        topic, said, advice = map(
            self._redaction.text, (finding.topic, finding.said, finding.advice)
        )
        clean = replace(finding, topic=topic, said=said, advice=advice)
        self.findings.append(clean)
        self.say(f"{clean.verdict:8} {clean.topic}: {clean.said}")
        if clean.advice:
            self.say(f"{'':8} what to do: {clean.advice}")
        return clean

    def say(self, line: str) -> None:
        """Show a line that is not a finding."""
        # Cleaned first, so that a removed character cannot hide a secret.
        self._show(self._redaction.text(clean_line(line)))

    @property
    def problems(self) -> list[Finding]:
        """The findings that are problems."""
        return [finding for finding in self.findings if finding.verdict == "problem"]

    @property
    def conclusion(self) -> str:
        """The conclusion, in one line: whose fault it is."""
        if not self.problems:
            return "All is well."
        here = [finding.topic for finding in self.problems if finding.side == "here"]
        if here:
            return f"Something is wrong on this side; begin with: {here[0]}."
        return (
            "Nothing is wrong here: it is the service. Try again later; its support needs the sid."
        )

    def as_json(self) -> list[dict[str, Any]]:
        """Return the findings as JSON values."""
        return [asdict(finding) for finding in self.findings]
