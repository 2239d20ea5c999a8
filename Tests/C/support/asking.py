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
    (answer,) = ask_often(workshop, url, text, *options, **environment)
    return answer


def ask_often(
    workshop: Workshop, url: str, text: str = "Hello", *options: str, **environment: str
) -> list[dict[str, Any]]:
    """Ask the same with one client as often as the option `questions` says."""
    program = workshop.program("support/ask.c")
    result = run(
        [program, url, text, *options], env={**workshop.service.environment(), **environment}
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]
