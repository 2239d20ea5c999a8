"""Runs `control_ask`, and reads what it prints."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from .compiler import PATIENCE, run
from .paths import SUPPORT
from .workshop import Workshop

SOURCE = SUPPORT / "control_ask.c"


@dataclass
class Answer:
    """How one question went."""

    values: dict[str, str] = field(default_factory=dict)
    log: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def status(self) -> str:
        """Return the status without its prefix: `OK`, `ERR_CONNECT`."""
        return self.values["status"].removeprefix("SPARKCHAT_")

    def __getattr__(self, name: str) -> str:
        """Return a line of the output; "" where it is missing."""
        return self.values.get(name, "")

    def number(self, name: str) -> int:
        """Return a line of the output that is a number."""
        return int(self.values[name])

    def __str__(self) -> str:
        return "\n".join(f"{name} {value}" for name, value in self.values.items())


def _arguments(url: str, options: dict[str, object]) -> list[str]:
    return [url, *(f"{name}={value}" for name, value in options.items())]


def _read(lines: Sequence[str] | IO[str]) -> Iterator[Answer]:
    answer = Answer()
    for line in lines:
        name, _, value = line.rstrip("\n").partition(" ")
        if name == "end":
            yield answer
            answer = Answer()
        elif name == "log":
            level, _, rest = value.partition(" ")
            message, _, fields = rest.partition("\t")
            answer.log.append((int(level), message, fields))
        else:
            answer.values[name] = value


def program(workshop: Workshop) -> Path:
    """Return the program. It is built to find what is used wrongly, and what is never freed."""
    return workshop.case_program(SOURCE, sanitized=True)


def ask_often(workshop: Workshop, url: str, **options: object) -> list[Answer]:
    """Ask `asks` questions on one client."""
    result = run([program(workshop), *_arguments(url, options)], env=workshop.service.environment())
    assert result.returncode == 0, result.stdout + result.stderr
    return list(_read(result.stdout.splitlines()))


def ask(workshop: Workshop, url: str, **options: object) -> Answer:
    """Ask one question."""
    (answer,) = ask_often(workshop, url, **options)
    return answer


class Conversation:
    """A running `control_ask` that waits before each question but the first."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        assert process.stdout is not None
        self._answers = _read(process.stdout)

    def answer(self) -> Answer:
        """Return how the question under way went."""
        return next(self._answers)

    def ask(self) -> Answer:
        """Let it ask the next question."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self.answer()


@contextmanager
def conversation(workshop: Workshop, url: str, **options: object) -> Iterator[Conversation]:
    """Start asking; the program must end well."""
    command = [str(program(workshop)), *_arguments(url, {"pause": 1, "asks": 1000, **options})]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=workshop.service.environment(),
        text=True,
    ) as process:
        try:
            yield Conversation(process)
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()
