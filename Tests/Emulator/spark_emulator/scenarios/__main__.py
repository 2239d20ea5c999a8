"""List the scenarios as Markdown tables: `python -m spark_emulator.scenarios`."""

from __future__ import annotations

import inspect
from typing import Any, Literal, get_args, get_origin

from . import SCENARIOS, Kind, Scenario, Transport, Variant

_TITLES = {
    Kind.REPLY: "What is answered",
    Kind.SHAPE: "The JSON of the frames",
    Kind.STREAM: "How the answer is sent over the connection",
    Kind.UPGRADE: "The answer to the upgrade, and the head of an HTTP answer",
    Kind.CLOCK: "The service's clock",
}
_HTTP_TITLE = "Over HTTP only"
_EMBEDDING_TITLE = "Instead of a vector"
_CHAT = (Transport.WEBSOCKET, Transport.HTTP)


def _type(wanted: Any) -> str:
    if get_origin(wanted) is Literal:
        return "\\|".join(map(str, get_args(wanted)))
    return {int: "N", float: "N", bool: "0\\|1", str: "TEXT"}[wanted]


def _keys(variant: Variant) -> dict[str, str]:
    parameters = inspect.signature(variant.function).parameters
    keys = {}
    for name, wanted in variant.types.items():
        default = parameters[name].default
        shown = int(default) if isinstance(default, (bool, float)) else default
        note = f" ({shown})" if shown not in ("", -1) and len(str(shown)) < 30 else ""
        keys[name] = f"`{name}={_type(wanted)}`{note}"
    return keys


def row(scenario: Scenario) -> str:
    """Return the table row of one scenario."""
    variants = {t: scenario.variants[t] for t in _CHAT if t in scenario.variants}
    over = "both" if len(variants) > 1 else next(iter(variants)).value
    known = {transport: _keys(variant) for transport, variant in variants.items()}
    keys = []
    for name, shown in {k: v for some in known.values() for k, v in some.items()}.items():
        only = [transport.value for transport in known if name in known[transport]]
        keys.append(shown if len(only) == len(known) else f"{shown} *{only[0]}*")
    first, *others = dict.fromkeys(variant.summary for variant in variants.values())
    summary = " ".join([first, *(f"*HTTP:* {other}" for other in others)])
    return f"| `{scenario.name}` | {over} | {', '.join(keys)} | {summary} |"


def section(scenario: Scenario) -> str:
    """Return the heading that lists a chat scenario; "" if it is not one."""
    if not any(transport in scenario.variants for transport in _CHAT):
        return ""
    variant = scenario.variants.get(Transport.WEBSOCKET)
    return _HTTP_TITLE if variant is None else _TITLES[variant.kind]


def tables() -> str:
    """Return one table for each kind, one for HTTP only, and one for embeddings."""
    lines = []
    for title in (*_TITLES.values(), _HTTP_TITLE):
        rows = [row(scenario) for scenario in SCENARIOS.values() if section(scenario) == title]
        lines += [f"### {title}", "", "| scenario | over | keys (default) | what happens |"]
        lines += ["|---|---|---|---|", *rows, ""]
    lines += [f"### {_EMBEDDING_TITLE}", "", "| scenario | keys (default) | what happens |"]
    lines += ["|---|---|---|", *_embedding_rows(), ""]
    return "\n".join(lines)


def _embedding_rows() -> list[str]:
    found = {n: s.variants.get(Transport.EMBEDDING) for n, s in SCENARIOS.items()}
    return [
        f"| `{name}` | {', '.join(_keys(variant).values())} | {variant.summary} |"
        for name, variant in found.items()
        if variant is not None
    ]


if __name__ == "__main__":
    print(tables())
