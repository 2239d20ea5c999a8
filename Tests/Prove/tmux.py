"""A program in tmux: a real terminal, with wide characters, colours and pasting."""

from __future__ import annotations

import itertools
import shlex
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from workbench import PATIENCE

TMUX = shutil.which("tmux")
_numbers = itertools.count()


class Screen:
    """Runs a program, presses keys, and looks at the screen."""

    def __init__(
        self, command: Sequence[str | Path], environment: Mapping[str, str], folder: Path
    ) -> None:
        self._socket = folder / f"tmux-{next(_numbers)}"
        self._settings = self._socket.with_suffix(".conf")
        self._settings.write_text(
            "set -g set-clipboard on\nset -g remain-on-exit on\nset -g default-shell /bin/sh\n"
        )
        self._environment = {**environment, "LANG": "C.UTF-8", "TERM": "xterm-256color"}
        # tmux itself sometimes loses the status of a pane if SIGHUP is ignored.
        self._status = self._socket.with_suffix(".status")
        line = f"{shlex.join(map(str, command))}; echo $? >{shlex.quote(str(self._status))}"
        self.tmux("new-session", "-d", "-x", "40", "-y", "24", f"trap : INT; {line}")

    def __enter__(self) -> Screen:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.tmux("kill-server")

    def tmux(self, *words: str, typed: str = "") -> str:
        """Run a tmux command, and return its output."""
        done = subprocess.run(
            [str(TMUX), "-u", "-S", str(self._socket), "-f", str(self._settings), *words],
            env=self._environment,
            input=typed,
            text=True,
            capture_output=True,
            timeout=PATIENCE,
        )
        return done.stdout

    def press(self, *keys: str) -> None:
        """Press keys, given by tmux's names."""
        self.tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type a text literally."""
        self.tmux("send-keys", "-l", text)

    def paste(self, text: str) -> None:
        """Paste a text; the terminal marks it if the program has asked for that."""
        self.tmux("load-buffer", "-b", "pasted", "-", typed=text)
        self.tmux("paste-buffer", "-p", "-d", "-b", "pasted")

    def shown(self, *options: str) -> str:
        """Return what is on the screen."""
        return self.tmux("capture-pane", "-p", *options).rstrip()

    def wait_for(self, text: str) -> str:
        """Wait until the screen ends with a text, and return all of it."""
        deadline = time.monotonic() + PATIENCE
        while not (shown := self.shown()).endswith(text):
            if time.monotonic() > deadline:
                raise AssertionError(f"the screen does not end with {text!r}:\n{shown}")
            time.sleep(0.05)
        return shown

    def status(self) -> str:
        """Wait for the end of the program, and return its exit status."""
        deadline = time.monotonic() + PATIENCE
        while not (self._status.exists() and (status := self._status.read_text().strip())):
            if time.monotonic() > deadline:
                raise AssertionError(f"the program still runs:\n{self.shown()}")
            time.sleep(0.05)
        return status
