"""Writes Python as ruff formats it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

WIDTH = 100
NOTE = "Generated from include/sparkchat.h by scripts/generate.py; do not edit."

_PROTOCOL = re.compile(r" \(protocol [^)]*\)")
# A comment's remarks about C functions do not help in Python.
_ABOUT_C = re.compile(r"(?:[:;,]| \()[^.;:()]*\bsparkchat_\w+\(\)[^.]*(?=\.)")


def python_name(name: str) -> str:
    """Return the class name for a C name: `LogLevel` for `log_level`."""
    return "".join(word.capitalize() for word in name.split("_"))


def assignment(name: str, function: str, arguments: Iterable[str]) -> str:
    """Return `name = function(arguments)`, on as many lines as needed."""
    arguments = list(arguments)
    one_line = f"{name} = {function}({', '.join(arguments)})"
    if len(one_line) <= WIDTH:
        return one_line
    inside = f"    {', '.join(arguments)}"
    if len(inside) > WIDTH:
        inside = "\n".join(f"    {argument}," for argument in arguments)
    return f"{name} = {function}(\n{inside}\n)"


def from_import(module: str, names: Iterable[str]) -> str:
    """Return an import of names: constants first, then classes, then functions."""
    ordered = sorted(set(names), key=lambda n: (not n.isupper(), not n[0].isupper(), n))
    one_line = f"from {module} import {', '.join(ordered)}"
    if len(one_line) <= WIDTH:
        return one_line
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in ordered) + ")"


def without_sections(comment: str) -> str:
    """Return a comment without the sections of the protocol that it cites."""
    return _PROTOCOL.sub("", comment)


def docstring(comment: str, *, of_class: bool) -> str:
    """Return a comment of the header as an indented docstring."""
    text = _ABOUT_C.sub("", without_sections(comment))
    if '"""' in text or "\\" in text:
        raise ValueError(f"a docstring cannot hold this comment: {comment}")
    if len(text) <= WIDTH - 10:
        return f'    """{text}"""'
    if not of_class:
        return _wrapped(f'"""{text}"""')
    summary, _, rest = text.partition(". ")
    if not rest:
        return _wrapped(f'"""{text}') + '\n    """'
    return f'    """{summary}.\n\n{_wrapped(rest)}\n    """'


def _wrapped(text: str) -> str:
    indent = "    "
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )
