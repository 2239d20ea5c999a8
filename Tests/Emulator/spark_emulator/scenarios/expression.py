"""Scenario expressions: `name` or `name:key=value,key=value`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = re.compile(r"[a-z][a-z0-9_]*")
# A comma separates only if another `key=` follows, so that values may contain commas.
_SEPARATOR = re.compile(r",(?=[a-z_]+=)")
_IN_MESSAGE = "#scenario "


class ScenarioError(ValueError):
    """An invalid expression. The message is for the user."""


@dataclass(frozen=True)
class Expression:
    """A parsed expression, and the text it came from."""

    source: str
    name: str
    values: dict[str, str]


def parse_expression(source: str) -> Expression:
    """Parse an expression, without checking whether the scenario exists."""
    name, colon, rest = source.strip().partition(":")
    if not _NAME.fullmatch(name):
        raise ScenarioError(f"not a scenario expression: {source!r}")
    values: dict[str, str] = {}
    for part in _SEPARATOR.split(rest) if colon else ():
        key, equals, value = part.partition("=")
        if not equals or not _NAME.fullmatch(key):
            raise ScenarioError(f"scenario {name}: expected key=value, found {part!r}")
        if key in values:
            raise ScenarioError(f"scenario {name}: {key} is given twice")
        values[key] = value
    return Expression(source.strip(), name, values)


def split_message(text: str) -> tuple[str | None, str]:
    """Split a user message into the expression on its first line, if any, and the rest."""
    if not text.startswith(_IN_MESSAGE):
        return None, text
    line, _, rest = text.partition("\n")
    return line[len(_IN_MESSAGE) :], rest
