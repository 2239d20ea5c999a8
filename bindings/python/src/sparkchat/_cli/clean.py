"""What comes from outside, without what would drive the terminal or mislead who reads.

The C chat has the same rules (`chat_clean.c`), and the tests one table of cases for both.
"""

from __future__ import annotations

import re

# Control characters but for newline and tab, the controls that turn text around, and tags: text
# that nobody sees, and that goes along where an answer is copied.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u206f\U000e0000-\U000e007f]"
)
_BREAKS = re.compile("[\n\t\u2028\u2029]")
# These belong into a text from right to left, but not into a name or an address.
_MARKS = re.compile("[\u061c\u200e\u200f]")


def clean(text: str) -> str:
    """Return a text of any number of lines, or a piece of one."""
    return _CONTROLS.sub("", text)


def clean_line(text: str) -> str:
    """Return a text as one line, so that nobody can add lines that look like another's."""
    return _MARKS.sub("", clean(_BREAKS.sub(" ", text)))
