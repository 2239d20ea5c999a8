"""Asks through the program `ask`, and reads what it says."""

from __future__ import annotations

import json
from typing import Any

from .compiler import run
from .workshop import Workshop


def ask(
    workshop: Workshop, url: str, text: str = "Hello", *options: str, **environment: str
) -> dict[str, Any]:
    """Ask a question; the options are `ask`'s: name, value, name, value."""
    program = workshop.program("ask")
    result = run(
        [program, url, text, *options], env={**workshop.service.environment(), **environment}
    )
    assert result.returncode == 0, result.stdout + result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer
