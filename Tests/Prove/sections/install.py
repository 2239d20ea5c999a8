"""Installing, finding and releasing: each layout of a prefix, moved, with each way to find it.

The suite `Tests/Doors` is the short form.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import doors
from rows import Effort, Row
from support.compiler import run as run_program
from support.header import macro
from support.paths import ROOT
from support.service import Service

NOBODY = 65534
# The library's folder below the prefix; the third is a link to a folder at another depth.
LAYOUTS = {
    "lib": "lib",
    "lib64": "lib64",
    "a link": "linked",
    "multiarch": "lib/x86_64-linux-gnu",
    "a deep folder": "lib/a vendor/of things",
}
SYSTEM_CMAKE = Path("/usr/bin/cmake")
CMAKES = [doors.PROGRAMS / "cmake", *([SYSTEM_CMAKE] if SYSTEM_CMAKE.exists() else [])]
MAJOR, MINOR, PATCH = (
    int(macro(f"SPARKCHAT_VERSION_{part}")) for part in ("MAJOR", "MINOR", "PATCH")
)
SERIES = f"{MAJOR}.{MINOR}"
# Requests of find_package, and whether this version matches.
VERSIONS = {
    "": True,
    SERIES: True,
    f"{SERIES}.{PATCH}": True,
    f"{SERIES}.{PATCH} EXACT": True,
    f"{SERIES}...<{MAJOR + 2}": True,
    f"0.0...{SERIES}.{PATCH}": True,
    f"{MAJOR}": MAJOR > 0,
    f"{SERIES}.{PATCH + 9}": False,
    f"{MAJOR}.{MINOR + 1}": False,
    f"{SERIES}0": False,
    f"{MAJOR + 1}": False,
    f"{MAJOR}.{MINOR + 1}...<{MAJOR + 2}": False,
    f"0.0...<{SERIES}": False,
    "COMPONENTS static": False,
    "OPTIONAL_COMPONENTS static": True,
}
FINDING = """\
cmake_minimum_required(VERSION 3.19)
project(finding LANGUAGES C)
"""
FIND = """\
find_package(sparkchat {0} QUIET)
message(STATUS "{0}=${{sparkchat_FOUND}}")
unset(sparkchat_DIR CACHE)
"""
CARRIED = """\
set_target_properties(hello PROPERTIES INSTALL_RPATH "$ORIGIN/../lib")
install(TARGETS hello)
install(IMPORTED_RUNTIME_ARTIFACTS sparkchat::sparkchat)
"""


@contextmanager
def trying(row: Row, what: str) -> Iterator[None]:
    """Count a trial, and record its failure in the row."""
    row.tried += 1
    try:
        yield
    except (AssertionError, OSError) as failure:
        row.failures.append(f"{what}: {failure}")


def installed(folder: Path, libdir: str) -> Path:
    """Install into a prefix, move it, and return its new path."""
    first, second = folder / "prefix", folder / "moved & renamed"
    if libdir == "linked":
        (first / "lib" / "deeper").mkdir(parents=True)
        (first / libdir).symlink_to("lib/deeper")
    doors.make("install", f"PREFIX={first}", f"LIBDIR={first / libdir}")
    return first.rename(second)


def try_layout(folder: Path, service: Service, libdir: str, row: Row) -> None:
    """Find the library in one layout with every tool."""
    folder.mkdir()
    prefix = installed(folder, libdir)
    lib = prefix / libdir
    pkg_config = ("--pkg-config-path", str(lib / "pkgconfig"))
    ways: dict[str, Callable[[Path], Path]] = {
        "pkg-config": lambda source: doors.with_pkg_config(source, lib),
        "Meson": lambda source: doors.with_meson(source, *pkg_config),
    }
    place = f"-Dsparkchat_DIR={lib / 'cmake' / 'sparkchat'}"
    for cmake in CMAKES:
        ways[str(cmake)] = lambda source, cmake=cmake: doors.with_cmake(source, place, cmake=cmake)  # type: ignore[misc]
    if libdir in ("lib", "lib/x86_64-linux-gnu"):
        found = f"-DCMAKE_PREFIX_PATH={prefix}"
        ways["CMAKE_PREFIX_PATH"] = lambda source: doors.with_cmake(source, found)
    for number, (name, build) in enumerate(ways.items()):
        with trying(row, f"{libdir}, {name}"):
            doors.ask(build(doors.project(folder / f"a project {number}")), service, lib)
    with trying(row, f"{libdir}, uninstall"):
        doors.make("uninstall", f"PREFIX={prefix}", f"LIBDIR={lib}")
        assert not [name for name in doors.files(prefix) if "sparkchat" in name]


def layouts(folder: Path, service: Service) -> Row:
    """Return a row of all layouts."""
    row = Row("layouts, moved, found by CMake, Meson and pkg-config")
    for number, libdir in enumerate(LAYOUTS.values()):
        try_layout(folder / f"layout {number}", service, libdir, row)
    row.figures = ", ".join([*LAYOUTS, f"{len(CMAKES)} versions of CMake"])
    return row


def versions(folder: Path) -> Row:
    """Return a row of requested versions."""
    row = Row("versions in find_package")
    source = folder / "versions"
    source.mkdir()
    (source / "CMakeLists.txt").write_text(FINDING + "".join(map(FIND.format, VERSIONS)))
    for number, cmake in enumerate(CMAKES):
        options = (f"-DCMAKE_PREFIX_PATH={ROOT / 'build'}", "-B", str(source / str(number)))
        said = doors.done(cmake, "-S", source, *options)
        for asked, fits in VERSIONS.items():
            row.tried += 1
            if f"-- {asked}={1 if fits else 0}" not in said.replace("FALSE", "0").splitlines():
                row.failures.append(f"{cmake}: {asked!r} should be {fits}: {said}")
    return row


def broken(folder: Path) -> Row:
    """Return a row of incomplete prefixes."""
    row = Row("a part of the prefix is missing")
    for name in ("libsparkchat.so.*.*.*", "sparkchat.h"):
        with trying(row, name):
            prefix = folder / f"without {name[:9]}"
            doors.make("install", f"PREFIX={prefix}")
            (missing,) = prefix.rglob(name)
            missing.unlink()
            source = doors.project(folder / f"a project without {name[:9]}")
            place = f"-DCMAKE_PREFIX_PATH={prefix}"
            cmake = doors.PROGRAMS / "cmake"
            result = run_program([cmake, "-S", source, "-B", source / "build", place])
            assert result.returncode != 0, "CMake found it"
            words = " ".join(result.stderr.split())
            assert f"{missing.name} is missing" in words, result.stderr
    return row


def carried(folder: Path, service: Service) -> Row:
    """Return a row of an application that is shipped with the library."""
    row = Row("an application with the library next to it")
    with trying(row, "install(IMPORTED_RUNTIME_ARTIFACTS)"):
        source = doors.project(folder / "carried")
        text = (source / "CMakeLists.txt").read_text().replace("3.16", "3.21")
        (source / "CMakeLists.txt").write_text(text + CARRIED)
        doors.with_cmake(source, f"-DCMAKE_PREFIX_PATH={ROOT / 'build'}")
        place = folder / "an application"
        doors.done("cmake", "--install", source / "build-cmake", "--prefix", place)
        doors.ask(place / "bin" / "hello", service)
        (library,) = (place / "lib").glob("libsparkchat.so.*.*.*")
        assert (place / "lib" / "libsparkchat.so.0").resolve() == library
    return row


def others(folder: Path) -> Row:
    """Return a row of installing as other users: through sudo, and without write permission."""
    row = Row("sudo, and another user")
    if os.geteuid() != 0:
        row.skipped = "only root can be others"
        return row
    if shutil.which("sudo"):
        with trying(row, "sudo"):
            doors.done("sudo", "make", "install", f"PREFIX={folder / 'by sudo'}")
            assert "lib/libsparkchat.so" in doors.files(folder / "by sudo")
    folder.chmod(0o755)
    own, foreign = folder / "nobody's own", folder / "not nobody's"
    for place in (own, foreign):
        place.mkdir()
    os.chown(own, NOBODY, NOBODY)
    for place in (own, foreign):
        with trying(row, place.name):
            command = ["make", "install", f"PREFIX={place / 'prefix'}"]
            result = run_program(command, cwd=ROOT, user=NOBODY, group=NOBODY, extra_groups=[])
            assert (result.returncode == 0) == (place == own), result.stdout + result.stderr
            assert place == own or "Permission denied" in result.stderr
    return row


def release(folder: Path, service: Service) -> Row:
    """Return a row of `make dist`: two identical runs, matching sums, and a tar that works."""
    row = Row("make dist")
    dist = ROOT / "build" / "dist"
    command = ["make", "-o", "library", "dist"]
    sums = []
    for number in range(2):
        with trying(row, f"make dist, {number}"):
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
            sums.append((dist / "SHA256SUMS").read_text())
            doors.done("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=dist)
            assert len(sums[-1].splitlines()) == len(list(dist.iterdir())) - 1
            assert sums[0] == sums[-1], "\n".join(sums)
    with trying(row, "the tar, with CMake"):
        (tar,) = dist.glob("libsparkchat-*.tar.gz")
        doors.done("tar", "-xf", tar, "-C", folder)
        (prefix,) = folder.glob("libsparkchat-*")
        place = f"-DCMAKE_PREFIX_PATH={prefix}"
        doors.ask(doors.with_cmake(doors.project(folder / "of a tar"), place), service)
    row.figures = ", ".join(
        f"{path.name} {path.stat().st_size:,}" for path in sorted(dist.iterdir())
    )
    return row


def run(effort: Effort) -> list[Row]:
    """Try everything with one service. A space in every path reveals missing quotes."""
    if not effort.long:
        return [Row("layouts", skipped="a short case of each is in Tests/Doors")]
    with tempfile.TemporaryDirectory(prefix="sparkchat install ") as name:
        folder = Path(name)
        service = Service(folder)
        try:
            return [
                layouts(folder, service),
                versions(folder),
                broken(folder),
                carried(folder, service),
                others(folder),
                release(folder, service),
            ]
        finally:
            service.stop()
