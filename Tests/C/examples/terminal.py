"""A program in its own terminal, as a user sees it."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType


class Terminal:
    """Runs a program in a pseudo-terminal; types, and waits for output."""

    def __init__(self, command: Sequence[str | Path], env: Mapping[str, str]) -> None:
        self.shown = ""
        self._place = 0
        arguments = [str(part) for part in command]
        self._child, self._screen = pty.fork()
        if self._child == 0:
            try:
                # They may be ignored if the tests run in the background.
                for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
                    signal.signal(number, signal.SIG_DFL)
                os.execve(arguments[0], arguments, dict(env))
            finally:
                os._exit(127)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._screen)
        if self._child:
            os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)

    def type(self, text: str) -> None:
        """Press these keys; "\\x03" is Ctrl-C, and "\\x04" is Ctrl-D."""
        os.write(self._screen, text.encode())

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the program."""
        os.kill(self._child, number)

    def is_as_usual(self) -> bool:
        """Return whether the terminal edits lines, and shows what is typed."""
        usual = termios.ICANON | termios.ECHO
        return bool(termios.tcgetattr(self._screen)[3] & usual == usual)

    def wait_for(self, pattern: str, patience: float = 30) -> str:
        """Wait for new output that matches, and return the output up to it."""
        deadline = time.monotonic() + patience
        while True:
            match = re.compile(pattern, re.DOTALL).search(self.shown, self._place)
            if match:
                start, self._place = self._place, match.end()
                return self.shown[start : match.end()]
            ready, _, _ = select.select([self._screen], [], [], max(deadline - time.monotonic(), 0))
            if not ready or not self._read():
                raise AssertionError(f"no {pattern!r} in {self.shown[self._place :]!r}")

    def _read(self) -> bool:
        try:
            data = os.read(self._screen, 65536)
        except OSError:  # the program has ended
            return False
        self.shown += data.decode(errors="replace")
        return bool(data)

    def exit_code(self, patience: float = 30) -> int:
        """Wait for the end of the program."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if select.select([self._screen], [], [], 0.05)[0]:
                self._read()
            done, status = os.waitpid(self._child, os.WNOHANG)
            if done:
                self._child = 0
                while select.select([self._screen], [], [], 0)[0] and self._read():
                    pass
                return os.waitstatus_to_exitcode(status)
        raise AssertionError(f"the program is still running: {self.shown[-500:]!r}")
