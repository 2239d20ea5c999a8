"""Compares a header with a baseline, and says what to do."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from .stub import (
    BASELINE,
    build_stub,
    describe,
    enumerators,
    incompatible,
    soname_number,
    symbols,
)

ADVICE = (
    "existing programs would break. Undo the change; or raise SPARKCHAT_ABI_VERSION in "
    "sparkchat.h and the soname in Package.swift, mention it in CHANGELOG.md, and run "
    "`make abi-baseline`"
)


@dataclass(frozen=True)
class Verdict:
    """How a header differs from the baseline."""

    broken: tuple[str, ...]
    """Changes that would break existing programs."""
    added: tuple[str, ...]
    """Functions and constants that the baseline does not have."""
    was: int
    number: int
    """The number in the soname: before, and now."""

    @property
    def is_refused(self) -> bool:
        """Whether it breaks programs without changing the soname."""
        return bool(self.broken) and self.number <= self.was

    @property
    def is_news(self) -> bool:
        """Whether the baseline needs renewing."""
        return bool(self.broken or self.added) or self.number != self.was


def judge(header: str, baseline: Path = BASELINE) -> Verdict:
    """Compare a header, given as text, with a baseline."""
    before = baseline.read_text()
    with tempfile.TemporaryDirectory() as folder:
        library = build_stub(header, Path(folder))
        after = describe(library)
        report = incompatible(baseline, library)
    broken = [report] if report and soname_number(before) == soname_number(after) else []
    old, new = enumerators(before), enumerators(after)
    for name, value in old.items():
        if name not in new:
            broken.append(f"{name} is gone")
        elif new[name] != value:
            broken.append(f"{name} was {value} and is {new[name]}")
    broken += [f"{name}() is gone" for name in sorted(symbols(before) - symbols(after))]
    if soname_number(after) < soname_number(before):
        broken.append(f"the ABI version went back to {soname_number(after)}")
    added = sorted(symbols(after) - symbols(before)) + sorted(new.keys() - old.keys())
    return Verdict(tuple(broken), tuple(added), soname_number(before), soname_number(after))


def renew(header: str, baseline: Path = BASELINE) -> str:
    """Write a new baseline, unless that would hide a break; return a message."""
    if baseline.exists():
        verdict = judge(header, baseline)
        if verdict.is_refused:
            return "\n".join([*verdict.broken, f"not renewed: {ADVICE}"])
        if not verdict.is_news:
            return "the baseline is up to date"
    with tempfile.TemporaryDirectory() as folder:
        text = describe(build_stub(header, Path(folder)))
    baseline.write_text(text)
    return f"{baseline.name}: {len(symbols(text))} functions, {len(enumerators(text))} constants"
