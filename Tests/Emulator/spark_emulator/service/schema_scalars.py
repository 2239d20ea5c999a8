"""Makes numbers and strings that fit the keywords of a JSON schema."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from .schema_patterns import text_matching

_ENDLESS = (math.inf, -math.inf)
NUMBERS = ("integer", "number")
_FORMATS = {
    "date": "2026-01-{day:02}",
    "date-time": "2026-01-{day:02}T08:00:00Z",
    "time": "08:00:{day:02}Z",
    "duration": "P{number}D",
    "email": "someone{number}@example.com",
    "idn-email": "someone{number}@example.com",
    "hostname": "host{number}.example.com",
    "idn-hostname": "host{number}.example.com",
    "ipv4": "192.0.2.{number}",
    "ipv6": "2001:db8::{number}",
    "uri": "https://example.com/{number}",
    "uri-reference": "https://example.com/{number}",
    "iri": "https://example.com/{number}",
    "iri-reference": "https://example.com/{number}",
    "uri-template": "https://example.com/{{name}}/{number}",
    "uuid": "00000000-0000-4000-8000-{number:012}",
    "json-pointer": "/{number}",
    "relative-json-pointer": "{number}",
    "regex": "^[a-z]{{{number}}}$",
    "byte": "QUJDRA==",
    "color": "#0000{day:02}",
    "binary": "QUJDRA==",
}


def numbers(schema: dict[str, Any], kind: str, wanted: float, salt: int) -> Iterator[float]:
    """Yield numbers near the wanted one."""
    step = _exact(schema.get("multipleOf")) or Fraction(0)
    low, high = _bounds(schema)
    if kind == "integer":
        step = _whole(step) if step else Fraction(1)
    if not math.isfinite(wanted):
        wanted = 0
    start = Fraction(wanted)
    if low is not None:
        start = max(start, low)
    if high is not None:
        start = min(start, high)
    for candidate in _near(start, step, low, high, salt):
        is_whole = candidate.denominator == 1
        yield int(candidate) if is_whole else float(candidate)


def _near(
    start: Fraction, step: Fraction, low: Fraction | None, high: Fraction | None, salt: int
) -> Iterator[Fraction]:
    if not step:
        if low is not None and high is not None:
            # For exclusive bounds that are less than 1 apart.
            part = (high - low) / 64
            yield from (start + part * n for n in (salt, -salt, salt + 1, -salt - 1))
            yield (low + high) / 2
        yield from (start + n for n in (salt, -salt, salt + 1, -salt - 1))
        return
    first = math.ceil(start / step)
    for n in (salt, -salt, salt + 1, -salt - 1, salt - 1):
        yield (first + n) * step


def _bounds(schema: dict[str, Any]) -> tuple[Fraction | None, Fraction | None]:
    lows = [_exact(schema.get(name)) for name in ("minimum", "exclusiveMinimum")]
    highs = [_exact(schema.get(name)) for name in ("maximum", "exclusiveMaximum")]
    return (
        max((low for low in lows if low is not None), default=None),
        min((high for high in highs if high is not None), default=None),
    )


def _exact(value: Any) -> Fraction | None:
    # From its digits: 0.01 is a hundredth. In older drafts some of these keywords are booleans.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return Fraction(str(value))


def _whole(step: Fraction) -> Fraction:
    """Return the smallest whole number that is a multiple of a step."""
    return Fraction(step.numerator)


def strings(schema: dict[str, Any], words: str, salt: int) -> Iterator[str]:
    """Yield strings: the words if they fit, and otherwise others."""
    least, most = _length(schema, "minLength", 0), _length(schema, "maxLength", None)
    known = _FORMATS.get(str(schema.get("format")))
    if known is not None:
        number = salt + 1
        yield known.format(number=number, day=salt % 28 + 1)
    yield _long_enough(words, least, most)
    if salt:
        # The end makes it different, and the end may be cut.
        yield _long_enough(f"{salt + 1} {words}", least, most)
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        for length in (least, (most or least) // 2, most or 0):
            text = text_matching(pattern, length, salt)
            if text is not None:
                if salt:
                    # For a pattern that does not fix the end of the text.
                    yield f"{text}{salt}"
                yield text
                yield _long_enough(text, least, most)


def _long_enough(words: str, least: int, most: int | None) -> str:
    text = words if len(words) >= least else words + "." * (least - len(words))
    return text if most is None else text[:most]


def _length(schema: dict[str, Any], name: str, default: Any) -> Any:
    value = schema.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value in _ENDLESS:
        return default
    # At most a megabyte.
    return min(max(int(value), 0), 1 << 20)
