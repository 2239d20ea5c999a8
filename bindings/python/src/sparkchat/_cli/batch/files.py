"""The files of a job, which may be killed at any moment and continued."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ...errors import InvalidArgumentError

# A written line survives a kill immediately, and a power failure after this many seconds.
_SYNC_SECONDS = 1.0
# Bytes that a power failure may leave.
_NOTHING = b"\0\n "
# The start of each line.
_START = b'{"custom_id":'


class JobFile:
    """A file to which lines are added; each line has `members`."""

    def __init__(self, path: Path, *members: str) -> None:
        self.path = path
        self._members = {"custom_id", *members}
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        self._file = os.open(path, flags, 0o666)
        self._synced = time.monotonic()

    def lock(self) -> None:
        """Lock the file until this process ends. OSError: another process has locked it."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OSError(f"another job writes {self.path}") from None

    def read(self) -> Iterator[dict[str, Any]]:
        """Yield the lines, and cut off a torn last line.

        InvalidArgumentError: another line is wrong, which only the user can fix.
        """
        end = 0
        with self.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    read = json.loads(line) if line.endswith(b"\n") else None
                except ValueError:
                    read = None
                if not isinstance(read, dict) or not self._members <= read.keys():
                    if read is None and _is_torn(line, file):
                        break
                    raise InvalidArgumentError(
                        f"{self.path}: line {number} is not a line of a job",
                        hint="fix the line, or choose another output",
                    )
                end += len(line)
                yield read
        os.ftruncate(self._file, end)

    def add(self, line: dict[str, Any]) -> None:
        """Add a line, in one write."""
        data = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        written = os.write(self._file, data)
        if written != len(data):
            raise OSError(f"{self.path}: the disk is full")
        if time.monotonic() > self._synced + _SYNC_SECONDS:
            self.sync()

    def sync(self) -> None:
        """Make the lines survive a power failure."""
        os.fsync(self._file)
        self._synced = time.monotonic()

    def clear(self) -> None:
        """Delete all lines."""
        os.ftruncate(self._file, 0)

    def remove(self) -> None:
        """Delete the file."""
        self.path.unlink(missing_ok=True)

    @property
    def is_empty(self) -> bool:
        """Whether there are no lines."""
        return os.fstat(self._file).st_size == 0


def _is_torn(line: bytes, behind: Iterable[bytes]) -> bool:
    """Return whether a line and the rest of the file may be an incomplete write."""
    begins = line.strip(_NOTHING)[: len(_START)]
    return _START.startswith(begins) and not any(part.strip(_NOTHING) for part in behind)


class Files:
    """The output, the file of errors, and the file of questions that were started."""

    def __init__(self, output: Path) -> None:
        self.output = JobFile(output, "response", "error")
        self.output.lock()
        self.errors = JobFile(output.with_suffix(f".errors{output.suffix}"), "error")
        self._asked = JobFile(output.with_suffix(f".asked{output.suffix}"))

    def begin(self, done: set[str]) -> list[str]:
        """Return the questions that ran when the last job was killed: they may be billed twice."""
        # The file stays until a job ends on its own: this job may be killed before it reports them.
        asked = {line["custom_id"]: None for line in self._asked.read()}
        return [custom_id for custom_id in asked if custom_id not in done]

    def note(self, custom_id: str) -> None:
        """Note that a question is about to be asked."""
        self._asked.add({"custom_id": custom_id})

    def end(self, *, is_interrupted: bool) -> None:
        """Finish the files. The next job reports questions that were interrupted."""
        self.output.sync()
        self.errors.sync()
        if not is_interrupted:
            self._asked.remove()
        if self.errors.is_empty:
            self.errors.remove()
