"""Options as they are given: which there are, and what is kept of them."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from ..options import Options
from ..settings import Changes
from ..tools import tools_of


def known(function: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that are set. TypeError: there is no such option."""
    for name in options:
        if name not in Options.__annotations__:
            raise TypeError(
                f"{function}() got an unexpected keyword argument {name!r}; {_advice(name)}"
            )
    return {name: value for name, value in options.items() if value is not None}


def kept(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options to keep: what was given may change afterwards."""
    return {
        name: tools_of(value) if name == "tools" else copy.deepcopy(value)
        for name, value in options.items()
    }


def _advice(name: str) -> str:
    if name in Changes.__annotations__:
        return "it belongs to the client: give it to that, or to its with_options()"
    # As many as there are timeouts.
    near = get_close_matches(name, Changes.__annotations__, n=8)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return "help(sparkchat.Settings) lists all settings, and help(sparkchat.Options) the options"
