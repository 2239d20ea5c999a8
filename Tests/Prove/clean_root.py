"""A clean root of a Debian release: debootstrap makes it once, and each use copies it.

Programs in it share the network with this machine, so they can ask the local service. It has its
own files, and its programs see no other process.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from workbench import ROOT

CACHE = ROOT / "build" / "prove" / "debian"
# Downloads included.
PATIENCE = 1800
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
_ENTER = """
set -e
root=$1 archives=$2
shift 2
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --bind "$archives" "$root/var/cache/apt/archives"
exec chroot "$root" "$@"
"""


class NotAvailable(Exception):
    """Such a root cannot be made on this machine; the message says why."""


def why_not() -> str:
    """Return why no root can be made here, or ""."""
    if os.geteuid() != 0:
        return "only root can make a root"
    for tool in ("debootstrap", "dpkg-buildpackage", "unshare"):
        if shutil.which(tool, path=f"{os.environ['PATH']}:{PATH}") is None:
            return f"no {tool}"
    trial = subprocess.run(
        ["unshare", "--mount", "true"], capture_output=True, text=True, check=False
    )
    return f"no namespaces: {trial.stderr.strip()}" if trial.returncode else ""


class CleanRoot:
    """A root that is deleted with its folder."""

    def __init__(self, release: str, folder: Path) -> None:
        """Copy the root of a release, such as "bookworm", to a folder that does not exist yet."""
        self.folder = folder
        self._archives = CACHE / f"{release}-archives"
        (self._archives / "partial").mkdir(parents=True, exist_ok=True)
        base = _base(release)
        subprocess.run(["cp", "-a", "--reflink=auto", base, folder], check=True)
        for name in ("resolv.conf", "hosts"):
            shutil.copy(Path("/etc") / name, folder / "etc" / name)
        self.apt("update")

    def run(
        self, *command: str | Path, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the root, without this process's environment."""
        inside = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", _ENTER, "sh"]
        return subprocess.run(
            [*inside, str(self.folder), str(self._archives), *map(str, command)],
            env={"PATH": PATH, "DEBIAN_FRONTEND": "noninteractive", **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )

    def check(self, *command: str | Path, environment: Mapping[str, str] | None = None) -> str:
        """Run a command that must succeed; return its output."""
        done = self.run(*command, environment=environment)
        if done.returncode:
            words = " ".join(map(str, command))
            raise AssertionError(f"{words}: {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def apt(self, *words: str | Path) -> None:
        """Run apt-get."""
        self.check("apt-get", "--yes", "--quiet", "--no-install-recommends", *words)

    def install(self, *packages: str | Path) -> None:
        """Install packages, given by name or as files of this machine, with their dependencies."""
        names = []
        for package in packages:
            if isinstance(package, Path):
                shutil.copy(package, self.folder / "tmp")
                package = f"/tmp/{package.name}"
            names.append(package)
        self.apt("install", *names)


def _base(release: str) -> Path:
    """Return the root to copy."""
    base = CACHE / release
    if base.is_dir():
        return base
    making = base.with_name(f"{release}.making")
    shutil.rmtree(making, ignore_errors=True)
    done = subprocess.run(
        ["debootstrap", "--variant=minbase", release, str(making), *_mirror()],
        env={**os.environ, "PATH": f"{os.environ['PATH']}:{PATH}"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines()[-1:]
        raise NotAvailable(f"debootstrap {release}: {''.join(said)}")
    making.rename(base)
    return base


def _mirror() -> list[str]:
    """Return the Debian mirror of this machine, if any; otherwise debootstrap has a default."""
    asking = [
        "apt-get",
        "indextargets",
        "--format",
        "$(REPO_URI)",
        "Origin: Debian",
        "Label: Debian",
    ]
    found = subprocess.run(asking, capture_output=True, text=True, check=False)
    return found.stdout.splitlines()[:1]
