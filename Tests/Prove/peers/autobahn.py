"""The fuzzing server of the Autobahn TestSuite, which runs on Python 2.7 only."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme
from programs import ROOT

from . import environments
from .environments import NotAvailable, is_installed
from .process import free_port, running

REQUIREMENTS = ROOT / "Tests" / "requirements-autobahn.txt"
VENV = ROOT / "build" / "venv-autobahn"
AGENT = "sparkchat"


@dataclass(frozen=True)
class Verdict:
    """The server's verdict on one case."""

    case: str
    behavior: str
    close: str


def install() -> None:
    """Make the virtual environment, unless it exists."""
    if is_installed(VENV, REQUIREMENTS):
        return
    interpreter = _python27()
    if interpreter is None:
        raise NotAvailable("no Python 2.7 found; PYTHON27 may name one")
    create = [sys.executable, "-m", "virtualenv", "--quiet", "-p", interpreter]
    environments.install(VENV, REQUIREMENTS, create)


def _python27() -> str | None:
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [os.environ.get("PYTHON27"), "python2.7", "python2", "pypy"]
    candidates += sorted(str(path) for path in versions.glob("2.7*/bin/python2.7"))
    for candidate in candidates:
        found = shutil.which(candidate) if candidate else None
        if found is None:
            continue
        # pyenv's wrappers run only the versions that are enabled.
        asked = [found, "-c", "import sys; print(sys.version_info[:2] == (2, 7))"]
        answer = subprocess.run(asked, capture_output=True, text=True, check=False)
        if answer.stdout.strip() == "True":
            return found
    return None


class FuzzingServer:
    """A running server, and the echo program that connects to it."""

    def __init__(self, base: str, folder: Path, echo: list[str]) -> None:
        self._base = base
        self._reports = folder / "reports"
        self._echo = echo

    def run_all(self, seconds: float) -> list[Verdict]:
        """Run every case and return the server's verdicts."""
        count = int(self._visit("--print", f"{self._base}/getCaseCount", seconds=60))
        address = f"{self._base}/runCase?agent={AGENT}&case="
        self._visit(*(f"{address}{number}" for number in range(1, count + 1)), seconds=seconds)
        self._visit(f"{self._base}/updateReports?agent={AGENT}", seconds=60)
        found = json.loads((self._reports / "index.json").read_text())[AGENT]
        verdicts = [
            Verdict(case, result["behavior"], result["behaviorClose"])
            for case, result in found.items()
        ]
        assert len(verdicts) == count, f"{count} cases, but {len(verdicts)} results"
        return verdicts

    def _visit(self, *arguments: str, seconds: float) -> str:
        command = [*self._echo, *arguments]
        result = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds, check=False
        )
        assert result.returncode == 0, f"the echo program ended with {result.returncode}"
        return result.stdout


@contextmanager
def fuzzing_server(
    scheme: str, cases: list[str], folder: Path, echo: Path
) -> Iterator[FuzzingServer]:
    """Start the server for these cases (with wildcards) over `ws` or `wss`."""
    folder.mkdir(parents=True)
    port = free_port()
    base = f"{scheme}://localhost:{port}"
    spec: dict[str, object] = {
        "url": f"{scheme}://127.0.0.1:{port}",
        "outdir": str(folder / "reports"),
        "cases": cases,
        "exclude-cases": [],
        "exclude-agent-cases": {},
    }
    command = [str(VENV / "bin" / "wstest"), "-m", "fuzzingserver", "-s", "spec.json", "-u", "0"]
    # Messages of 16 MiB are the largest that the suite sends.
    program = [str(echo), "--limit", str(64 << 20)]
    if scheme == "wss":
        ca = trustme.CA()
        certificate = ca.issue_cert("localhost")
        ca.cert_pem.write_to_path(folder / "ca.pem")
        certificate.private_key_pem.write_to_path(folder / "key.pem")
        certificate.cert_chain_pems[0].write_to_path(folder / "cert.pem")
        spec |= {"key": "key.pem", "cert": "cert.pem"}
        program += ["--ca", str(folder / "ca.pem")]
    (folder / "spec.json").write_text(json.dumps(spec))
    with running(command, port, folder / "server.log", cwd=folder):
        yield FuzzingServer(base, folder, program)
