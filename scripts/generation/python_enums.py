"""Writes the package's enums, with the header's comments as docstrings."""

from __future__ import annotations

from .header import Enum, Header
from .python_text import NOTE, docstring, python_name, without_sections

_BEGINNING = f'''\
# {NOTE}
"""The numbers of the C interface, by name. They never change; new ones may be added."""

from __future__ import annotations

from enum import IntEnum
from typing import TypeVar

_Member = TypeVar("_Member", bound="_Open")


class _Open(IntEnum):
    """An enum that accepts unknown numbers, which a newer library may return."""

    @classmethod
    def _missing_(cls: type[_Member], value: object) -> _Member | None:
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{{value}}"
        member._value_ = value
        return member

    def __str__(self) -> str:
        return self.name.lower()
'''


def enums_module(header: Header) -> str:
    """Return the module of the enums."""
    return _BEGINNING + "".join(f"\n\n{_class(enum)}" for enum in header.enums)


def _class(enum: Enum) -> str:
    lines = [f"class {python_name(enum.name)}(_Open):", docstring(enum.comment, of_class=True), ""]
    for member in enum.members:
        if member.section:
            lines += ["", f"    # {without_sections(member.section)}"]
        lines.append(f"    {member.name} = {member.number}")
        if member.comment:
            lines.append(docstring(member.comment, of_class=False))
    return "\n".join(lines) + "\n"
