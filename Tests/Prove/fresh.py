"""Fresh virtual environments, and the files in them."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

# Building the library from source takes minutes.
PATIENCE = 900


class CommandFailed(Exception):
    """A command ended with a status other than 0."""


class Fresh:
    """A virtual environment; its programs do not see the host's settings."""

    def __init__(self, folder: Path, python: str) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        # A path with a space reveals missing quotes.
        self.home = folder.with_name("an empty home")
        self.home.mkdir(exist_ok=True)
        self.run(python, "-m", "venv", folder)

    def run(self, *command: str | Path, **environment: str) -> str:
        """Run a command and return its output. CommandFailed: its status is not 0."""
        own = {
            "PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(os.environ["HOME"]),
        }
        done = subprocess.run(
            [str(word) for word in command],
            env=own | environment,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )
        if done.returncode != 0:
            said = f"{done.stdout[-1500:]}{done.stderr[-1500:]}"
            raise CommandFailed(
                f"{' '.join(map(str, command))} ended with {done.returncode}: {said}"
            )
        return done.stdout + done.stderr

    def python(self, *arguments: str | Path, **environment: str) -> str:
        """Run the environment's Python, which sees only installed packages."""
        return self.run(self.bin / "python", "-I", *arguments, **environment)

    def pip(self, *arguments: str | Path, **environment: str) -> str:
        """Run the environment's own pip."""
        quiet = ("--disable-pip-version-check", "--no-input")
        return self.python("-m", "pip", *quiet, *arguments, **environment)

    def files(self) -> set[str]:
        """Return the files in the environment, except those that Python compiled."""
        found = (path for path in self.folder.rglob("*") if path.suffix != ".pyc")
        return {str(path.relative_to(self.folder)) for path in found if path.name != "__pycache__"}


@contextmanager
def fresh(python: str = sys.executable) -> Iterator[Fresh]:
    """Yield an environment that is deleted at the end of the block."""
    with tempfile.TemporaryDirectory(prefix="sparkchat fresh ") as scratch:
        yield Fresh(Path(scratch) / "venv", python)


_tags = itertools.count()


def variables(ready: Mapping[str, object]) -> dict[str, str]:
    """Return the environment in which a program asks the emulator, without TLS."""
    return {
        "IFLYTEK_SPARK_API_URL": f"ws://127.0.0.1:{ready['ws_port']}/v3.5/chat?tag=fresh-{next(_tags)}",
        "IFLYTEK_SPARK_APP_ID": str(ready["app_id"]),
        "IFLYTEK_SPARK_API_KEY": str(ready["api_key"]),
        "IFLYTEK_SPARK_API_SECRET": str(ready["api_secret"]),
    }
