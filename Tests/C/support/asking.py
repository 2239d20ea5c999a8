"""Asks through the program `ask`, and reads what it prints."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .compiler import PATIENCE, run
from .paths import SUPPORT
from .workshop import Workshop


class Answer(dict[str, Any]):
    """How a question went: what `ask` prints. `answer.text` is the member of that name."""

    def __init__(self, line: str) -> None:
        super().__init__(json.loads(line))
        self["status"] = self["status"].removeprefix("SPARKCHAT_")

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def program(workshop: Workshop) -> Path:
    """Return the program. It is built to find what is used wrongly, and what is never freed."""
    return workshop.case_program(SUPPORT / "ask.c", sanitized=True)


def _command(
    workshop: Workshop, url: str, text: str, *pairs: str, **options: object
) -> tuple[list[str], dict[str, str]]:
    """Return a command and its environment."""
    environment = workshop.service.environment()
    arguments = [str(program(workshop)), url, text, *pairs]
    for name, value in options.items():
        if name.isupper():
            environment[name] = str(value)
        else:
            arguments += [name, str(value)]
    return arguments, environment


def ask(
    workshop: Workshop, url: str, text: str = "Hello", *pairs: str, **options: object
) -> Answer:
    """Ask a question.

    Options are those of the program, as keywords or as pairs of name and value. A keyword in
    capitals is a variable of the environment.
    """
    (answer,) = ask_often(workshop, url, text, *pairs, **options)
    return answer


def ask_often(
    workshop: Workshop, url: str, text: str = "Hello", *pairs: str, **options: object
) -> list[Answer]:
    """Ask the same with one client as often as the option `questions` says."""
    command, environment = _command(workshop, url, text, *pairs, **options)
    result = run(command, env=environment)
    assert result.returncode == 0, result.stdout + result.stderr
    return [Answer(line) for line in result.stdout.splitlines()]


class Conversation:
    """A running `ask` that waits before each question but the first."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def answer(self) -> Answer:
        """Return how the question under way went."""
        assert self._process.stdout is not None
        return Answer(self._process.stdout.readline())

    def ask(self) -> Answer:
        """Let it ask the next question."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self.answer()


@contextmanager
def conversation(workshop: Workshop, url: str, **options: object) -> Iterator[Conversation]:
    """Start asking; the program must end well."""
    settings = {"waits": 1, "questions": 1000, **options}
    command, environment = _command(workshop, url, "Hello", **settings)
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        try:
            yield Conversation(process)
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()
