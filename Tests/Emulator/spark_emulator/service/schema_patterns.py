"""Makes texts that match a regular expression, with Python's own parser."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

if sys.version_info >= (3, 11):
    from re import _parser as sre_parse  # type: ignore[attr-defined]
else:
    import sre_parse

_MOST_REPEATS = 1 << 16
_LIKELY = "aA0-_ .:/@中"
_LAST = 0x2FF


def text_matching(pattern: str, length: int, salt: int) -> str | None:
    """Return a text of about this length; None if the pattern is invalid or no text is found.

    `salt` selects another text, if the pattern allows several.
    """
    try:
        parsed = sre_parse.parse(pattern)
        text = _Writer(length, salt).text(parsed)
        return text if re.search(pattern, text) else None
    except (re.error, RecursionError, OverflowError, _HopelessError):
        return None


class _HopelessError(Exception):
    """Part of a pattern that is not supported."""


class _Writer:
    def __init__(self, length: int, salt: int) -> None:
        self._length = length
        self._salt = salt
        self._groups: dict[int, str] = {}

    def text(self, parsed: Any) -> str:
        written = ""
        for operation, argument in parsed:
            written += self._of(str(operation), argument, written)
        return written

    def _of(self, operation: str, argument: Any, before: str) -> str:
        if operation in ("AT", "ASSERT_NOT"):
            return ""
        if operation == "LITERAL":
            return chr(argument)
        if operation == "NOT_LITERAL":
            return self._chosen(lambda character: character != chr(argument))
        if operation == "ANY":
            return self._chosen(lambda character: character != "\n")
        if operation == "IN":
            return self._chosen(lambda character: _is_in(character, argument))
        if operation == "BRANCH":
            branches = argument[1]
            return self.text(branches[self._turn(len(branches))])
        if operation == "SUBPATTERN":
            self._groups[argument[0]] = text = self.text(argument[3])
            return text
        if operation in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            return self._repeated(argument, before)
        if operation == "ATOMIC_GROUP":
            return self.text(argument)
        if operation == "GROUPREF":
            return self._groups.get(argument, "")
        if operation == "ASSERT":
            # The rest of the pattern may satisfy it; the result is checked anyway.
            return ""
        raise _HopelessError

    def _repeated(self, argument: Any, before: str) -> str:
        least, most, part = argument
        written = "".join(self.text(part) for _ in range(min(int(least), _MOST_REPEATS)))
        count = int(least)
        # One more, so that neighbours can differ.
        while count < int(most) and count < _MOST_REPEATS:
            is_short = len(before) + len(written) < self._length
            if not is_short and not (self._salt and count == int(least)):
                break
            more = self.text(part)
            if not more:
                break
            written += more
            count += 1
        return written

    def _chosen(self, is_good: Any) -> str:
        good = [c for c in _LIKELY if is_good(c)]
        good += [chr(n) for n in range(0x21, _LAST) if is_good(chr(n)) and chr(n) not in good]
        if not good:
            raise _HopelessError
        return good[self._turn(len(good))]

    def _turn(self, count: int) -> int:
        """Return the choice among `count`; each choice uses a digit of the salt."""
        self._salt, digit = divmod(self._salt, count)
        return digit


_CATEGORIES: dict[str, Callable[[str], bool]] = {
    "CATEGORY_DIGIT": str.isdecimal,
    "CATEGORY_SPACE": str.isspace,
    "CATEGORY_WORD": lambda c: c.isalnum() or c == "_",
}


def _is_in(character: str, items: Any) -> bool:
    code, is_negated, is_found = ord(character), False, False
    for operation, argument in items:
        name = str(operation)
        if name == "NEGATE":
            is_negated = True
        elif name == "LITERAL":
            is_found |= code == argument
        elif name == "RANGE":
            is_found |= argument[0] <= code <= argument[1]
        elif name == "CATEGORY":
            category = str(argument)
            plain = _CATEGORIES[category.replace("_NOT_", "_")]
            is_found |= plain(character) != ("_NOT_" in category)
    return is_found != is_negated
