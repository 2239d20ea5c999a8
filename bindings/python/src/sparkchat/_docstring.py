"""Reads docstrings: what a function does, and the words about its parameters."""

from __future__ import annotations

import re

_SECTION = re.compile(r"(Args|Arguments|Parameters|Returns?|Yields?|Raises|Examples?|Notes?):\s*$")
_PARAMETERS = {"Args", "Arguments", "Parameters"}
_ENTRY = re.compile(r"(\w+)\s*(?:\([^)]*\))?:\s*(.*)")


def parse_docstring(docstring: str) -> tuple[str, dict[str, str]]:
    """Return the text before the first section, and what "Args:" says of each parameter.

    `docstring` is as `inspect.getdoc` returns it: without the indentation of the code.
    """
    text: list[str] = []
    section: str | None = None
    entries: dict[str, list[str]] = {}
    indent, name = 0, ""
    for line in docstring.splitlines():
        if not line[:1].isspace() and (found := _SECTION.match(line)):
            section, indent = found[1], 0
        elif section is None:
            text.append(line)
        elif section in _PARAMETERS and line.strip():
            indent = indent or len(line) - len(line.lstrip())
            entry = _ENTRY.match(line[indent:]) if not line[:indent].strip() else None
            # Lines that are indented further go on with the entry before.
            if entry and not line[indent : indent + 1].isspace():
                name = entry[1]
                entries[name] = [entry[2]]
            elif name:
                entries[name].append(line.strip())
    about = {name: " ".join(filter(None, lines)) for name, lines in entries.items()}
    return "\n".join(text).strip(), about
