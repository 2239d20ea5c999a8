"""A clone of the project with the parts that `make` needs to find or fetch Swift."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from downloads import Downloads
from support.paths import ROOT

VERSION = "6.3.1"
# The machine's other programs are left out, since a Swift may be among them.
TOOLS = (
    *("sh", "make", "find", "dirname", "sed", "sort", "head", "tail", "cat", "tr", "grep", "uname"),
    *("mkdir", "mktemp", "rm", "mv", "tar", "gzip", "curl", "gpg"),
)


@dataclass(frozen=True)
class Outcome:
    """How a run of make ended."""

    status: int
    said: str


class Clone:
    """Runs `make` in a folder with a space, with `downloads` instead of swift.org."""

    def __init__(self, folder: Path, downloads: Downloads, key: str) -> None:
        self.root = folder / "a clone"
        self.tools = folder / "tools"
        self.toolchain = self.root / "build" / f"swift-{VERSION}"
        self.part = self.root / "build" / f"swift-{VERSION}.part"
        self._environment = {
            "PATH": str(self.tools),
            "CURL_CA_BUNDLE": str(downloads.ca_file),
        }
        self._pins = {
            "SWIFT_VERSION": VERSION,
            "SWIFT_NEEDED": "6.3",
            "SWIFT_DOWNLOADS": downloads.url,
            "SWIFT_KEY_URL": f"{downloads.url}/key.asc",
            "SWIFT_KEY": key,
            "SWIFT_OS_RELEASE": str(folder / "os-release").replace(" ", "\\ "),
        }
        self._os_release = folder / "os-release"
        # Folders that the Makefile's first lines read.
        looked_at = ("Sources", "bindings/python/src", "Tests/Emulator/spark_emulator")
        for name in ("packaging", "scripts", *looked_at):
            (self.root / name).mkdir(parents=True)
        shutil.copytree(ROOT / "include", self.root / "include")
        for name in ("Makefile", "scripts/fetch_swift.sh"):
            shutil.copy(ROOT / name, self.root / name)
        self.pin()
        self.program(self.root / "scripts" / "need.sh", 'echo "$@" >>needed')
        self.tools.mkdir()
        for name in TOOLS:
            found = shutil.which(name)
            assert found, f"{name} is missing"
            (self.tools / name).symlink_to(found)
        self.on("debian", "12", "x86_64")

    def pin(self, **values: str) -> None:
        """Change pinned values."""
        self._pins |= values
        lines = [f"{name}={value}\n" for name, value in self._pins.items()]
        (self.root / "packaging" / "swift.env").write_text("".join(lines))

    def on(self, distribution: str, release: str, processor: str) -> None:
        """Run on another distribution and processor from now on."""
        self._os_release.write_text(f'ID={distribution}\nVERSION_ID="{release}"\n')
        self.program(self.tools / "uname", f"echo {processor}")

    def program(self, path: Path, script: str) -> None:
        """Write a shell script."""
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def make(self, *arguments: str, **variables: str) -> Outcome:
        """Run make without a terminal: it finds or fetches Swift, then prints its version."""
        with self.start(*arguments, variables=variables) as process:
            said, _ = process.communicate(timeout=60)
        return Outcome(process.returncode, said.decode())

    def make_in_terminal(self, answer: bytes) -> Outcome:
        """Run make in a terminal, with this answer typed."""
        ours, its = pty.openpty()
        try:
            os.write(ours, answer)
            with self.start(stdin=its, stdout=its) as process:
                os.close(its)
                said = b"".join(iter(lambda: _read(ours), b""))
        finally:
            os.close(ours)
        return Outcome(process.wait(60), said.decode())

    def start(
        self,
        *arguments: str,
        variables: dict[str, str] | None = None,
        stdin: int = subprocess.DEVNULL,
        stdout: int = subprocess.PIPE,
    ) -> subprocess.Popen[bytes]:
        """Start make in a process group of its own."""
        rule = "which: setup-build ; @swift --version"
        return subprocess.Popen(
            ["make", "--no-print-directory", "--eval", rule, "which", *arguments],
            cwd=self.root,
            env={**self._environment, **(variables or {})},
            stdin=stdin,
            stdout=stdout,
            stderr=stdout if stdout != subprocess.PIPE else subprocess.STDOUT,
            start_new_session=True,
        )


def _read(terminal: int) -> bytes:
    """Return a program's output in a terminal, or nothing once it has ended."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""
