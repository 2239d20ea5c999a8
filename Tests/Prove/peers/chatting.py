"""Asks through the built library, and describes the outcome."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from programs import ROOT

LIBRARY = ROOT / "build" / "lib" / "libsparkchat.so.0"


def package() -> Any:
    """Return the Python package, from the source tree, on the built library."""
    source = str(ROOT / "bindings" / "python" / "src")
    if source not in sys.path:
        sys.path.insert(0, source)
    os.environ["SPARKCHAT_LIBRARY"] = str(LIBRARY)
    for name in list(os.environ):
        # Without the developer's own account and proxy.
        if name.startswith(("IFLYTEK_SPARK_", "SPARKAI_")) or name.lower().endswith("_proxy"):
            del os.environ[name]
    import sparkchat

    return sparkchat


@dataclass(frozen=True)
class Outcome:
    """How an exchange ended, without details that differ each time."""

    how: str
    text: str
    reasoning: str
    calls: tuple[tuple[str, str], ...]
    citations: int


def client(url: str, ca_file: str | Path, credentials: dict[str, str], **settings: Any) -> Any:
    """Make a client without retries that trusts `ca_file` and has a timeout."""
    spark = package()
    os.environ.update({f"IFLYTEK_SPARK_{name.upper()}": v for name, v in credentials.items()})
    settings = {"max_attempts": 1, "total_timeout": 60, **settings}
    if url.startswith("http"):
        settings = {"domain": "generalv3.5", **settings}
    return spark.Spark(url=url, ca_file=str(ca_file), **settings)


def outcome(chat: Any, question: str) -> Outcome:
    """Ask, and return how it ended."""
    spark = package()
    try:
        response = chat.invoke(question)
        how = "complete"
    except spark.SparkError as error:
        response = error.response or spark.Response()
        how = f"{type(error).__name__} {error.service_code or ''}{error.http_status or ''}".strip()
    calls = tuple((call.name, call.arguments) for call in response.tool_calls)
    citations = len(response.citations)
    return Outcome(how, response.text, response.reasoning, calls, citations)
