"""The credentials in the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .._runtime.environment import VARIABLES

SIGNED = ("app_id", "api_key", "api_secret")
"""The credentials that sign a WebSocket request."""
CREDENTIALS = (*SIGNED, "api_password")
# These belong to no one, so they reveal errors that come before the credentials are checked.
MADE_UP = {"app_id": "00000000", "api_key": "0" * 32, "api_secret": "0" * 32}
CONSOLE = "the console at xfyun.cn shows them"


@dataclass(frozen=True)
class Credential:
    """A credential, and the variable that it comes from."""

    value: str
    variable: str


def found_in(environment: Mapping[str, str]) -> dict[str, Credential]:
    """Return the credentials that `Spark` would use."""
    found = {}
    for name in CREDENTIALS:
        variables = (v for v in VARIABLES[name] if environment.get(v))
        if variable := next(variables, None):
            found[name] = Credential(environment[variable], variable)
    return found


def is_signed(found: Mapping[str, Credential]) -> bool:
    """Return whether they can sign a WebSocket request."""
    return all(name in found for name in SIGNED)


def missing_variables(found: Mapping[str, Credential]) -> list[str]:
    """Return the variables that must still be set for WebSocket."""
    return [VARIABLES[name][0] for name in SIGNED if name not in found]


def listed(words: list[str]) -> str:
    """Return words as a list for a sentence: "a, b and c"."""
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)
