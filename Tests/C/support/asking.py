"""Runs the program `ask` and reads its output."""

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
    """The result of a request: the output of `ask`. `answer.text` is the member of that name."""

    def __init__(self, line: str) -> None:
        super().__init__(json.loads(line))
        self["status"] = self["status"].removeprefix("SPARKCHAT_")

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def program(workshop: Workshop) -> Path:
    """Return the program, built with sanitizers to detect misuse and leaks."""
    return workshop.case_program(SUPPORT / "ask.c", sanitized=True)


def _pairs(options: Mapping[str, object]) -> Iterator[str]:
    for name, value in options.items():
        yield name
        yield str(value)


def ask(workshop: Workshop, url: str, text: str = "Hello", *pairs: str, **options: Any) -> Answer:
    """Send one request; the arguments are those of `ask_often`."""
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
    """Send the same request with one client as often as the option `questions` says.

    Options are those of the program, as keywords or as pairs of name and value. `wrapper` is a
    program that runs `ask`, such as Valgrind.
    """
    built = workshop.case_program(SUPPORT / "ask.c") if wrapper else program(workshop)
    command: list[str | Path] = [*wrapper, built, url, text, *pairs, *_pairs(options)]
    result = run(command, env={**workshop.service.environment(), **(environment or {})})
    assert (result.returncode, result.stderr) == (0, ""), result.stdout + result.stderr
    return [Answer(line) for line in result.stdout.splitlines()]


class Conversation:
    """A running `ask` that waits before each request except the first."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def answer(self) -> Answer:
        """Return the result of the current request."""
        assert self._process.stdout is not None
        return Answer(self._process.stdout.readline())

    def ask(self) -> Answer:
        """Let it send the next request, and return the result."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self.answer()


@contextmanager
def conversation(
    workshop: Workshop, url: str, *, wrapper: Sequence[str] = (), **options: object
) -> Iterator[Conversation]:
    """Start the program, which must end successfully."""
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
