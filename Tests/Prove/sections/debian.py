"""The Debian packages in clean roots: one builds programs, another one only runs them."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from clean_root import CleanRoot, NotAvailable, why_not
from doors import PAGE, block, project
from packages import VERSION, build_packages
from rows import Effort, Row
from workbench import Service, workbench

RELEASES = {"bookworm": "Debian 12", "trixie": "Debian 13"}
OLDER = "0.0.1"
STREAM = """\
import sparkchat
chunks = [chunk.content for chunk in sparkchat.Spark().stream("one two three four five six")]
print(len(chunks) > 1, "".join(chunks))
"""


@dataclass(frozen=True)
class Packages:
    """The packages by name, in this version and as an older one."""

    current: dict[str, Path]
    older: dict[str, Path]
    changes: Path


def run(effort: Effort) -> list[Row]:
    """Build the packages once, and test them in both releases."""
    rows = [Row(f"{name}: {what}") for name in RELEASES.values() for what, _ in TRIALS]
    rows.append(Row("lintian's report"))
    missing = why_not() if effort.long else "long form only: it fetches two Debian releases"
    if missing:
        for row in rows:
            row.skipped = missing
        return rows
    with tempfile.TemporaryDirectory(prefix="sparkchat-debian-") as scratch, workbench() as bench:
        packages = build(Path(scratch))
        left = iter(rows)
        for release in RELEASES:
            folder = Path(scratch) / release
            folder.mkdir()
            environment = surroundings_of(bench.service)
            place = Place(release, folder, packages, environment, bench.service.ca_file)
            for _, trial in TRIALS:
                attempt(next(left), trial, place)
            shutil.rmtree(folder)
        ask_lintian(next(left), packages)
    return rows


@dataclass(frozen=True)
class Place:
    """The tools of a trial in one release."""

    release: str
    folder: Path
    packages: Packages
    environment: dict[str, str]
    ca_file: Path

    def root(self, name: str) -> CleanRoot:
        """Return a new root that trusts the local service."""
        root = CleanRoot(self.release, self.folder / name)
        shutil.copy(self.ca_file, root.folder / "ca.pem")
        return root


def surroundings_of(service: Service) -> dict[str, str]:
    """Return the environment of programs in a root."""
    return {
        **service.credentials(),
        "IFLYTEK_SPARK_API_URL": service.url("wss", scenario="echo"),
        "SSL_CERT_FILE": "/ca.pem",
        "HOME": "/root",
    }


def attempt(row: Row, trial: Callable[[Place], int], place: Place) -> None:
    """Count a trial; an exception is its failure."""
    try:
        row.tried = trial(place)
    except NotAvailable as reason:
        row.skipped = str(reason)
    except (AssertionError, OSError, subprocess.SubprocessError) as failure:
        row.tried = 1
        row.failures.append(str(failure)[-1500:])


def build_programs(place: Place) -> int:
    """Build with the -dev package as documented, with pkg-config, CMake and Meson."""
    root = place.root("builder")
    root.install(
        place.packages.current["libsparkchat0"],
        place.packages.current["libsparkchat-dev"],
        *("gcc", "libc6-dev", "pkg-config", "cmake", "make", "meson"),
    )
    flags = root.check("pkg-config", "--cflags", "--libs", "sparkchat").split()
    assert flags == ["-lsparkchat"], f"system folders need no flags: {flags}"
    libdir = root.check("pkg-config", "--variable=libdir", "sparkchat").strip()
    triplet = root.check("gcc", "-print-multiarch").strip()
    assert libdir == f"/usr/lib/{triplet}", libdir
    project(root.folder / "project")
    words = block(PAGE, "sh", "cc hello.c").strip()
    root.check("sh", "-euc", f"cd /project; {words}")
    root.check("cmake", "-S", "/project", "-B", "/project/build")
    root.check("cmake", "--build", "/project/build")
    root.check("meson", "setup", "/project/build-meson", "/project")
    root.check("meson", "compile", "-C", "/project/build-meson")
    for program in ("hello", "build/hello", "build-meson/hello"):
        answers(root, place, f"/project/{program}")
    shutil.copy(root.folder / "project" / "hello", place.folder)
    return 5


def run_upgrade_and_purge(place: Place) -> int:
    """Run a program with only the runtime package installed; upgrade it; remove it."""
    root = place.root("user")
    root.install(place.packages.older["libsparkchat0"])
    assert root.run("python3", "--version").returncode, "only the runtime package"
    shutil.copy(place.folder / "hello", root.folder / "hello")
    answers(root, place, "/hello")
    root.install(place.packages.older["python3-sparkchat"])
    assert f"sparkchat-{OLDER}.dist-info" in names_left(root)
    root.install(*(place.packages.current[name] for name in ("libsparkchat0", "python3-sparkchat")))
    assert OLDER not in names_left(root), names_left(root)
    answers(root, place, "/hello")
    answers(root, place, "sparkchat")
    root.apt("purge", "libsparkchat0")
    assert "sparkchat" not in names_left(root), names_left(root)
    known = root.run("dpkg-query", "-W", "*sparkchat*")
    assert not known.stdout.strip(), known.stdout
    return 6


def use_python(place: Place) -> int:
    """Use the Python package and its command."""
    root = place.root("python")
    root.install(*(place.packages.current[name] for name in ("libsparkchat0", "python3-sparkchat")))
    said = root.check("sparkchat", "--version")
    assert said.startswith(f"sparkchat {VERSION} "), said
    answers(root, place, "sparkchat")
    said = root.check("python3", "-c", STREAM, environment=place.environment)
    assert said == "True one two three four five six\n", said
    maps = "import sparkchat; print(open('/proc/self/maps').read())"
    loaded = set(re.findall(r"/\S*libsparkchat\S*", root.check("python3", "-c", maps)))
    assert [Path(path).parts[1:3] for path in loaded] == [("usr", "lib")], loaded
    return 4


def answers(root: CleanRoot, place: Place, program: str) -> None:
    """Ask over TLS, with credentials and trust from the environment."""
    said = root.check(program, "from a clean root", environment=place.environment)
    assert said.strip() == "from a clean root", said


def names_left(root: CleanRoot) -> str:
    """Return all paths that a package may have made."""
    places = ("(", "-path", "/proc", "-o", "-path", "/tmp", "-o", "-path", "/var/cache", ")")
    return root.check(
        "find", "/", "-xdev", *places, "-prune", "-o", "-name", "*sparkchat*", "-print"
    )


TRIALS = (
    ("the -dev package builds programs", build_programs),
    ("runs, is upgraded, and leaves nothing", run_upgrade_and_purge),
    ("Python and the command", use_python),
)


def ask_lintian(row: Row, packages: Packages) -> None:
    """Run lintian with all its checks; the overrides have their reasons next to them."""
    if shutil.which("lintian") is None:
        row.skipped = "no lintian"
        return
    command = ["lintian", "--allow-root", "--display-info", "--pedantic", str(packages.changes)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    row.tried = len(packages.current)
    row.failures += (done.stdout + done.stderr).splitlines()


def build(folder: Path) -> Packages:
    """Build the packages, and copies with an older version."""
    made = folder / "packages"
    current = build_packages(made)
    older = {name: make_older(path, folder / "older" / name) for name, path in current.items()}
    return Packages(current, older, next(made.glob("*.changes")))


def make_older(package: Path, folder: Path) -> Path:
    """Return a package with the same contents, but an older version and its file names."""
    folder.mkdir(parents=True)
    subprocess.run(["dpkg-deb", "--raw-extract", package, folder], check=True)
    for path in sorted(folder.rglob(f"*{VERSION}*"), reverse=True):
        path.rename(path.with_name(path.name.replace(VERSION, OLDER)))
    for path in folder.rglob("*"):
        if path.is_symlink() and VERSION in str(path.readlink()):
            target = str(path.readlink()).replace(VERSION, OLDER)
            path.unlink()
            path.symlink_to(target)
    for path in (folder / "DEBIAN").iterdir():
        with suppress(UnicodeDecodeError):
            path.write_text(path.read_text().replace(VERSION, OLDER))
    older = folder.parent / package.name.replace(VERSION, OLDER)
    subprocess.run(["dpkg-deb", "--build", folder, older], check=True, capture_output=True)
    return older
