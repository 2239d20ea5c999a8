"""Reports the progress and the results of a job."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any, TextIO

_ON_TERMINAL, _IN_LOG = 0.5, 10.0


class Progress:
    """Counts results, including those of earlier runs, and reports them on standard error."""

    def __init__(self, err: TextIO) -> None:
        self._err = err
        self._begin = self._said = time.monotonic()
        self.total = 0
        self.answered = self.failed = self.now = 0
        self.tokens: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._codes: Counter[str] = Counter()
        self._is_in_line = False

    def count(self, line: dict[str, Any]) -> None:
        """Count a line of the output or of the errors."""
        if error := line.get("error"):
            self.failed += 1
            code = error.get("service_code")
            self._codes[f"{error.get('code')} {code}" if code else str(error.get("code"))] += 1
            return
        self.answered += 1
        try:
            body = line["response"]["body"]
            self._reasons[str(body["choices"][0]["finish_reason"] or "complete")] += 1
            counts = body["usage"] or {}
            self.tokens.update({k: v for k, v in counts.items() if isinstance(v, int)})
        except (KeyError, TypeError, IndexError):
            self._reasons["unknown"] += 1

    def begin(self, total: int) -> None:
        """Start the clock for a job of `total` questions."""
        self.total = total
        self._begin = self._said = time.monotonic()

    def step(self) -> None:
        """Count a result, and report the progress from time to time."""
        self.now += 1
        now = time.monotonic()
        if now < self._said + (_ON_TERMINAL if self._err.isatty() else _IN_LOG):
            return
        self._said = now
        rate = self.now / max(now - self._begin, 0.001)
        done = self.answered + self.failed
        left = _duration((self.total - done) / rate)
        said = (
            f"{done:,} of {self.total:,}, {rate:.1f} a second,"
            f" {self.tokens['total_tokens']:,} tokens, {self.failed:,} failed, {left} left"
        )
        if self._err.isatty():
            self._err.write(f"\r\x1b[K{said}")
            self._is_in_line = True
        else:
            self._err.write(f"{said}\n")
        self._err.flush()

    def end_line(self) -> None:
        """End an unfinished progress line."""
        if self._is_in_line:
            self._err.write("\n")
            self._is_in_line = False

    def summary(self) -> list[str]:
        """Return the lines of the summary."""
        left = self.total - self.answered - self.failed
        said = [
            f"{self.answered:,} of {self.total:,} answered, {self.failed:,} failed, {left:,} left"
        ]
        if self._reasons:
            said.append(f"answers: {_listed(self._reasons)}")
        if self._codes:
            said.append(f"failures: {_listed(self._codes)}")
        said.append(
            f"tokens: {self.tokens['prompt_tokens']:,} of questions,"
            f" {self.tokens['completion_tokens']:,} of answers"
        )
        return said


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.most_common())


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours:,} h {minutes} min"
    return f"{minutes} min" if minutes else f"{rest} s"
