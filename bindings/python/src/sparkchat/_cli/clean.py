"""Removes from outside text what could control the terminal or mislead the reader.

The C chat has the same rules (`chat_clean.c`), and one table of test cases covers both.
"""

from __future__ import annotations

import re

# Control characters except newline and tab, the controls that reverse text, and tags: invisible
# text, which is copied along with an answer.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u206f\U000e0000-\U000e007f]"
)
_BREAKS = re.compile("[\n\t\u2028\u2029]")
# Right-to-left text needs these, but names and addresses do not.
_MARKS = re.compile("[\u061c\u200e\u200f]")


def clean(text: str) -> str:
    """Return a cleaned text of any number of lines, or a piece of one."""
    return _CONTROLS.sub("", text)


def clean_line(text: str) -> str:
    """Return a cleaned text as one line, so that it cannot forge lines of another kind."""
    return _MARKS.sub("", clean(_BREAKS.sub(" ", text)))
