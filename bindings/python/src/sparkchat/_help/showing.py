"""Makes `help()`, `inspect.signature` and notebooks show each setting and option.

Functions declare `**options: Unpack[Options]`, which type checkers and editors understand, but
tools at run time do not. This module therefore lists the options by name in each signature, and
describes them in the docstring. Behaviour does not change.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterable
from functools import cache
from types import FunctionType
from typing import Annotated, Any, get_args, get_type_hints

from .texts import TEXTS


def show_members(kind: Any, title: str) -> None:
    """Add a description of the members to the docstring of a TypedDict."""
    _describe(kind, title, [name for name in TEXTS if name in kind.__annotations__])


def show_arguments(kind: Any, title: str) -> None:
    """Add the parameters of `__init__` to a class's docstring; call `show_functions` first."""
    _describe(kind, title, [name for name in inspect.signature(kind).parameters if name in TEXTS])


def show_functions(kind: Any) -> None:
    """Show the keyword arguments of a class's functions."""
    for function in vars(kind).values():
        if isinstance(function, FunctionType):
            names = _show(function)
            if names:
                _describe(function, "Options, for this call only; None leaves one unset:", names)


def _show(function: FunctionType) -> list[str]:
    """Spell out a function's keyword arguments, and return their names."""
    signature = inspect.signature(function)
    parameters = list(signature.parameters.values())
    if not parameters or parameters[-1].kind is not inspect.Parameter.VAR_KEYWORD:
        return []
    hints = get_type_hints(function, include_extras=True)
    packed = hints[parameters[-1].name]
    # Python 3.10 has no Unpack: see `_typing`.
    members = _parameters(get_args(packed)[0] if get_args(packed) else packed)
    shown = [p.replace(annotation=hints.get(p.name, p.annotation)) for p in parameters[:-1]]
    shown += [member for member in members if member.name not in signature.parameters]
    result = hints.get("return", signature.return_annotation)
    told: Any = function
    told.__signature__ = inspect.Signature(shown, return_annotation=result)
    return [member.name for member in members]


@cache
def _parameters(kind: Any) -> list[inspect.Parameter]:
    """Return the members of a TypedDict as parameters, settings before options."""
    hints = get_type_hints(kind)
    only = inspect.Parameter.KEYWORD_ONLY
    return [
        inspect.Parameter(name, only, default=None, annotation=_annotated(name, hints[name]))
        for name in TEXTS
        if name in hints
    ]


def _annotated(name: str, hint: Any) -> Any:
    """Return the type annotated with its unit and default, if it has any."""
    kind, _, default = TEXTS[name]
    notes = ["seconds"] if "Seconds" in kind else ["bytes"] if kind == "Bytes" else []
    notes += [f"default: {default}"] if default else []
    # Python 3.10 does not allow a star in the brackets.
    noted: Any = (hint, *notes)
    return Annotated[noted] if notes else hint


def _describe(told: Any, title: str, names: Iterable[str]) -> None:
    # With -OO, there are no docstrings.
    if told.__doc__ is not None:
        lines = [inspect.cleandoc(told.__doc__), "", title, "", *map(_line, names)]
        told.__doc__ = "\n".join(lines)


@cache
def _line(name: str) -> str:
    kind, text, default = TEXTS[name]
    said = f"{name}: {kind} -- {text}" + (f" Default: {default}." if default else "")
    return textwrap.fill(
        said, 88, initial_indent="  ", subsequent_indent="      ", break_on_hyphens=False
    )
