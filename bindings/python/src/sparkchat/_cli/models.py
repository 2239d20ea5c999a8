"""The table of models."""

from __future__ import annotations

from collections.abc import Iterable

from ..enums import Feature
from ..models import Endpoint, Model, models
from .options import STATUSES, new_parser

_DESCRIPTION = """\
List the models that --model accepts, and the domains and features of each. No request is sent."""
_EPILOG = f"""\
Context and max_tokens are in tokens. A question mark means that public sources disagree about a
feature: it is tried, and the service decides. The console shows "your id" and "your URL": give them
with --domain and --url.

{STATUSES}"""
_HEAD = ("name", "context", "max_tokens", "WebSocket", "HTTP", "takes", "other names")
_WORDS = {
    Feature.SYSTEM: "system",
    Feature.TOOLS: "tools",
    Feature.WEB_SEARCH: "search",
    Feature.CITATIONS: "sources",
    Feature.REASONING: "reasoning",
    Feature.IMAGES: "images",
    Feature.JSON_MODE: "JSON",
}


def main(arguments: list[str]) -> int:
    """Print the table, and return the exit status."""
    new_parser("models", _DESCRIPTION, _EPILOG).parse_args(arguments)
    rows = [_HEAD, *(_row(model) for model in models())]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())
    return 0


def _row(model: Model) -> tuple[str, ...]:
    return (
        model.name,
        _count(model.context_tokens),
        _count(model.max_tokens),
        _place(model.websocket),
        _place(model.http),
        ", ".join(_taken(model)) or "-",
        ", ".join(model.aliases) or "-",
    )


def _place(endpoint: Endpoint | None) -> str:
    if endpoint is None:
        return "-"
    if endpoint.url is None:
        return "your URL"
    return endpoint.domain or "your id"


def _count(tokens: int | None) -> str:
    return "-" if tokens is None else f"{tokens:,}"


def _taken(model: Model) -> Iterable[str]:
    for feature, word in _WORDS.items():
        if feature in model.features or feature in model.disputed:
            yield word + ("?" if feature in model.disputed else "")
