"""Checks the options that are given, and copies those that are kept."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from ..options import Options
from ..settings import Changes
from ..tools import tools_of
from .foreign_words import ADVICE


def known(function: str, options: Mapping[str, Any], *, is_client: bool = False) -> dict[str, Any]:
    """Return the options that are set. TypeError: there is no such option.

    An iterator is read into a list: options are checked first, and may be used for many requests.
    `is_client`: the function also takes settings of the client, which are not in `options`.
    """
    for name in options:
        if name not in Options.__annotations__:
            advice = _advice(name, is_client)
            raise TypeError(f"{function}() got an unexpected keyword argument {name!r}; {advice}")
    return {
        name: list(value) if isinstance(value, Iterator) else value
        for name, value in options.items()
        if value is not None
    }


def kept(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return copies of options: the originals may change later."""
    return {
        name: tools_of(value) if name == "tools" else copy.deepcopy(value)
        for name, value in options.items()
    }


def _advice(name: str, is_client: bool) -> str:
    if name in Changes.__annotations__:
        return _BELONGS
    if name in ADVICE:
        advice = ADVICE[name]
    elif near := get_close_matches(_bare(name), _NAMES, n=1, cutoff=0.85):
        advice = f"did you mean {_NAMES[near[0]]}?"
    else:
        return "help(sparkchat.Settings) lists the settings, help(sparkchat.Options) the options"
    # Before "did you mean", a word may be part of the sentence: "the model decides".
    meant = advice.partition("did you mean ")[2]
    is_setting = not _SETTINGS.isdisjoint(re.findall(r"\w+", meant))
    return f"{advice} ({_BELONGS})" if is_setting and not is_client else advice


def _bare(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


_BELONGS = "it belongs to the client: pass it there, or to with_options()"
_SETTINGS = Changes.__annotations__.keys() - Options.__annotations__.keys()
_NAMES = {_bare(name): name for name in Changes.__annotations__}
