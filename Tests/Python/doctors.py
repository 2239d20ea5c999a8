"""Runs `python -m sparkchat doctor`, as a user would."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from service import Service

_PROGRAM = (sys.executable, "-m", "sparkchat", "doctor")
LOGIN = "alice:hunter22"
QUESTIONS = ("plain", "streaming", "another version", "over HTTP")


def credentials(service: Service, *, password: bool = True, **changed: str) -> dict[str, str]:
    """Return the environment variables of the local service's credentials."""
    known = {**service.credentials, "api_password": service.password if password else ""}
    return {f"IFLYTEK_SPARK_{n.upper()}": str(v) for n, v in {**known, **changed}.items()}


@dataclass
class Examined:
    """What the doctor printed and wrote."""

    status: int
    said: str
    complained: str
    file: Path

    @property
    def recording(self) -> dict[str, Any]:
        """The recording."""
        document: dict[str, Any] = json.loads(self.file.read_text(encoding="utf-8"))
        return document

    def finding(self, topic: str, verdict: str) -> str:
        """Return the line of a finding and its advice; the line must be there."""
        lines = self.said.splitlines()
        for at, line in enumerate(lines):
            if line.startswith(f"{verdict:8} {topic}"):
                advice = lines[at + 1 : at + 2]
                return line + "".join(f"\n{a}" for a in advice if a.startswith(" "))
        raise AssertionError(f"no {verdict} of {topic} in:\n{self.said}{self.complained}")


class Doctor:
    """The program, run in its own folder."""

    def __init__(self, service: Service, environment: Mapping[str, str], folder: Path) -> None:
        self.service = service
        self.folder = folder
        self._environment = dict(environment)

    def __call__(
        self,
        *arguments: str,
        url: str | None = None,
        environment: Mapping[str, str] | None = None,
        before: tuple[str, ...] = (),
        **query: Any,
    ) -> Examined:
        """Run the program. It asks the local service with valid credentials, unless others are
        given. With "" as the URL, it asks the service's own addresses.
        """
        file = self.folder / f"recording-{len(list(self.folder.iterdir()))}.json"
        url = self.service.url(tls=True, **query) if url is None else url
        where = ["--ca-file", self.service.ca_file, "--output", file.name]
        where += ["--url", url] if url else []
        given = credentials(self.service) if environment is None else environment
        done = subprocess.run(
            [*before, *_PROGRAM, *where, *arguments],
            cwd=self.folder,
            env={**self._environment, **given},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )
        return Examined(done.returncode, done.stdout, done.stderr, file)

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the program; the caller ends it."""
        return subprocess.Popen(
            [*_PROGRAM, "--ca-file", self.service.ca_file, *arguments],
            cwd=self.folder,
            env={**self._environment, **credentials(self.service)},
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )


@pytest.fixture
def doctor(service: Service, clean_python: dict[str, str], tmp_path: Path) -> Doctor:
    """The doctor of a user whose home directory belongs to this test."""
    folder = tmp_path / "there"
    folder.mkdir()
    return Doctor(service, {**clean_python, "HOME": str(tmp_path)}, folder)


@pytest.fixture
def way(service: Service) -> str:
    """A proxy that leads every host to the local service."""
    return f"http://127.0.0.1:{service.ready['proxy_port']}"
