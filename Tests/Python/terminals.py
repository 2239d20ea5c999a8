"""Runs `python -m sparkchat` as a user would: in a terminal, or with redirected input."""

from __future__ import annotations

import codecs
import contextlib
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO

import pytest

from service import Service

LOCAL_CLIENT = Path(__file__).with_name("local_client.py")


@pytest.fixture
def environment(service: Service, clean_python: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The environment in which the program finds the local service."""
    credentials = {f"IFLYTEK_SPARK_{k.upper()}": str(v) for k, v in service.credentials.items()}
    home = {"HOME": str(tmp_path), "TERM": "xterm", "PYTHONWARNINGS": "error"}
    return {**clean_python, **credentials, **home, "LOCAL_BASE": service.base()}


class Typed:
    """The program in a terminal, and the user who types."""

    def __init__(
        self, environment: dict[str, str], *arguments: str, out: IO[bytes] | None = None
    ) -> None:
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, str(LOCAL_CLIENT), "-m", "sparkchat", *arguments],
            stdin=theirs,
            stdout=theirs if out is None else out,
            stderr=theirs,
            env=environment,
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(theirs)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.seen = ""

    def __enter__(self) -> Typed:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def interrupt(self, text: str) -> None:
        """Press Ctrl-C until a text is printed; after each press, the terminal may drop output."""
        for _ in range(15):
            self.type("\x03")
            with contextlib.suppress(AssertionError):
                self.expect(text, seconds=2)
                return
        self.expect(text)

    def expect(self, text: str, seconds: float = 30) -> str:
        """Return what is printed up to a text."""
        end = time.monotonic() + seconds
        while text not in self.seen:
            if not select.select([self._ours], [], [], max(0, end - time.monotonic()))[0]:
                raise AssertionError(f"{text!r} is not in {self.seen!r}")
            try:
                data = os.read(self._ours, 4096)
            except OSError:
                data = b""
            if not data:
                raise AssertionError(f"the program has ended: {self.seen!r}")
            self.seen += self._decoder.decode(data).replace("\r\n", "\n")
        before, _, self.seen = self.seen.partition(text)
        return before

    def settle(self) -> None:
        """Type an empty line, so that every Ctrl-C before it has had its effect.

        A Ctrl-C that arrives while Python's readline prints waits for the end of the line.
        """
        self.type("\n/settled\n")
        self.expect("there is no /settled")
        self.expect("> ")

    def ask(self, line: str) -> str:
        """Type a line, and return what is printed up to the next prompt."""
        self.type(line + "\n")
        if line:
            self.expect(line)
        return self.expect("> ")

    def end(self) -> int:
        self.type("\x04")
        return self.process.wait(30)


def _take_terminal() -> None:
    """Make this the controlling terminal, which sends Ctrl-C to the program."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.fixture
def typed(environment: dict[str, str]) -> Iterator[Typed]:
    with Typed(environment) as program:
        yield program


def run(
    environment: dict[str, str], *arguments: str, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(LOCAL_CLIENT), "-m", "sparkchat", *arguments],
        env=environment,
        input=typed,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
