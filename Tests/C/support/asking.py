"""Asks through the program `ask`, and reads what it prints."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
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


def _pairs(options: Mapping[str, object]) -> Iterator[str]:
    for name, value in options.items():
        yield name
        yield str(value)


def ask(workshop: Workshop, url: str, text: str = "Hello", *pairs: str, **options: Any) -> Answer:
    """Ask a question; the rest is as with `ask_often`."""
    (answer,) = ask_often(workshop, url, text, *pairs, **options)
    return answer


def ask_often(
    workshop: Workshop,
    url: str,
    text: str = "Hello",
    *pairs: str,
    environment: Mapping[str, str] | None = None,
    wrapper: Sequence[str] = (),
    **options: object,
) -> list[Answer]:
    """Ask the same with one client as often as the option `questions` says.

    Options are those of the program, as keywords or as pairs of name and value. `wrapper` is a
    program that runs the program, such as Valgrind.
    """
    built = workshop.case_program(SUPPORT / "ask.c") if wrapper else program(workshop)
    command: list[str | Path] = [*wrapper, built, url, text, *pairs, *_pairs(options)]
    result = run(command, env={**workshop.service.environment(), **(environment or {})})
    assert (result.returncode, result.stderr) == (0, ""), result.stdout + result.stderr
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
def conversation(
    workshop: Workshop, url: str, *, wrapper: Sequence[str] = (), **options: object
) -> Iterator[Conversation]:
    """Start asking; the program must end well."""
    settings = {"waits": 1, "questions": 1000, **options}
    command = [*wrapper, str(program(workshop)), url, "Hello", *_pairs(settings)]
    environment = workshop.service.environment()
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
