"""What these programs share: a job is a line of JSON, and so is its outcome."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

# `url`, `model`, the credentials, `messages` and `tools` in OpenAI's shape, `stream`, and options
# under OpenAI's names.
Job = dict[str, Any]
OPTIONS = ("temperature", "max_tokens", "tools", "tool_choice")
PATIENCE = 20


@dataclass
class Outcome:
    """What a user of the client sees."""

    text: str = ""
    pieces: int = 0
    reasoning: str = ""
    calls: list[tuple[str, str]] = field(default_factory=list)
    """Name and arguments, as JSON text."""
    usage: tuple[int, int, int] | None = None
    """Tokens of the prompt and of the answer, and their sum."""
    details: tuple[int, int] = (0, 0)
    """Cached tokens of the prompt, and reasoning tokens of the answer."""
    finish: str | None = None
    error: str | None = None
    status: int | None = None
    """HTTP status."""
    code: str | None = None
    """The service's code, if the error has it apart from its message."""


def options(job: Job) -> dict[str, Any]:
    """Return the options that the job sets."""
    return {name: job[name] for name in OPTIONS if name in job}


def causes(error: BaseException | None) -> str:
    """Return the causes that a traceback would show."""
    cause = error and (error.__cause__ or error.__context__)
    return f" <- {type(cause).__name__}: {cause}{causes(cause)}" if cause else ""


def serve(ask: Callable[[Job, Outcome], None]) -> None:
    """Do one job after another. Anything printed meanwhile goes to the log."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        outcome = Outcome()
        try:
            ask(json.loads(line), outcome)
        except Exception as error:
            outcome.error = f"{type(error).__name__}: {error}{causes(error)}"
            outcome.status = getattr(error, "status_code", None)
            outcome.code = getattr(error, "code", None)
        answers.write(json.dumps(asdict(outcome)) + "\n")
        answers.flush()
    # Some clients leave threads running, for which Python would wait.
    os._exit(0)
