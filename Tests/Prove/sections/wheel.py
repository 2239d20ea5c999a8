"""The wheel and the sdist in fresh environments: each Python, each extra, and from source."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from fresh import CommandFailed, Fresh, fresh, variables
from peers.environments import NotAvailable, install
from rows import Effort, Row
from spark_emulator import Emulator
from workbench import HERE, LIBRARY_FOLDER, ROOT

sys.path.append(str(ROOT / "Tests" / "Python"))

# The Python tests check these modules.
pythons: Any = import_module("interpreters").pythons
running_redis: Any = import_module("redis_server").running_redis

PACKAGE = ROOT / "bindings" / "python"
EXTRAS = HERE / "extras"
SMOKE = ROOT / "Tests" / "Python" / "smoke.py"
# A user's build must not take these from here.
LIBRARY = {"SPARKCHAT_LIBRARY": str(LIBRARY_FOLDER / "libsparkchat.so.0")}


def run(effort: Effort) -> list[Row]:
    """Try everything. `make test` has one short case."""
    trials: dict[str, Callable[[Row, Path, Path, Emulator], None]] = {
        "metadata and contents, checked by other tools": check,
        "each Python: install, use, install again, uninstall": each_python,
        "each extra, as documented": each_extra,
        "from source: sdist, folder, editable": from_source,
        "without a tool chain, or in a zip file": refused,
    }
    rows = [Row(what) for what in trials]
    if not effort.long:
        for row in rows:
            row.skipped = "long form only: Tests/Python/test_wheel.py has the short one"
        return rows
    subprocess.run(["make", "wheel"], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = (ROOT / "build" / "wheels").glob("*.whl")
    (sdist,) = (ROOT / "build" / "wheels").glob("*.tar.gz")
    with Emulator() as emulator:
        for row, trial in zip(rows, trials.values(), strict=True):
            try:
                trial(row, wheel, sdist, emulator)
            except CommandFailed as failure:
                row.failures.append(str(failure))
    return rows


def smoke(place: Fresh, emulator: Emulator, **environment: str) -> None:
    """Use a bit of everything in the installed package."""
    settings = {name: emulator.ready[name] for name in ("app_id", "api_key", "api_secret")}
    settings["url"] = variables(emulator.ready)["IFLYTEK_SPARK_API_URL"]
    place.python("-W", "error", SMOKE, json.dumps(settings | {"environment": False}), **environment)


def check(row: Row, wheel: Path, sdist: Path, _: Emulator) -> None:
    folder = ROOT / "build" / "venv-wheel-checks"
    try:
        install(folder, EXTRAS / "requirements-checks.txt", [sys.executable, "-m", "venv"])
    except NotAvailable as reason:
        row.skipped = str(reason)
        return
    names = zipfile.ZipFile(wheel).namelist()
    (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
    lines = zipfile.ZipFile(wheel).read(metadata).decode("utf-8").splitlines()
    known = (
        "import sys, trove_classifiers as t; sys.exit(set(sys.argv[1:]) - t.classifiers != set())"
    )
    classifiers = [line.partition(": ")[2] for line in lines if line.startswith("Classifier: ")]
    commands: list[list[str | Path]] = [
        [folder / "bin" / "twine", "check", "--strict", wheel, sdist],
        # The pytest plugin is next to the package, and must not load it.
        [folder / "bin" / "check-wheel-contents", "--ignore", "W009", wheel],
        [folder / "bin" / "pydistcheck", wheel],
        [folder / "bin" / "python", "-c", known, *classifiers],
    ]
    for command in commands:
        row.tried += 1
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            row.failures.append(done.stdout + done.stderr)


def each_python(row: Row, wheel: Path, _: Path, emulator: Emulator) -> None:
    found = pythons()
    row.figures = ", ".join(name.removeprefix("python") for name in found)
    for name, python in found.items():
        row.tried += 1
        with fresh(python) as place:
            before = place.files()
            for again in ([], ["--force-reinstall"]):
                place.pip("install", "--no-index", *again, wheel)
                place.pip("check")
                smoke(place, emulator)
            if "4.0Ultra" not in place.run(place.bin / "sparkchat", "models"):
                row.failures.append(f"{name}: the command `sparkchat` names no models")
            place.pip("uninstall", "--yes", "sparkchat")
            left = place.files() - before
            if left:
                row.failures.append(f"{name}: left behind: {sorted(left)}")


def each_extra(row: Row, wheel: Path, _: Path, emulator: Emulator) -> None:
    with running_redis() as redis:
        for program in sorted(EXTRAS.glob("*.py")):
            row.tried += 1
            with fresh() as place:
                place.pip("install", f"{wheel}[{program.stem}]")
                place.pip("check")
                place.python(program, redis, **variables(emulator.ready))
        row.tried += 1
        with fresh() as place:
            # The wheel is not on an index, but it is already installed.
            place.pip("install", "--no-index", wheel)
            place.pip("install", "sparkchat[redis]")
            place.python(EXTRAS / "redis.py", redis, **variables(emulator.ready))


def from_source(row: Row, _: Path, sdist: Path, emulator: Emulator) -> None:
    ways: list[tuple[list[str | Path], dict[str, str]]] = [
        ([sdist], {}),
        ([PACKAGE], {}),
        (["--editable", PACKAGE], LIBRARY),
    ]
    for arguments, environment in ways:
        row.tried += 1
        with fresh() as place:
            place.pip("install", *arguments)
            smoke(place, emulator, **environment)
            place.pip("uninstall", "--yes", "sparkchat")


def refused(row: Row, wheel: Path, sdist: Path, _: Emulator) -> None:
    def expect(words: str, place: Fresh, *command: str | Path, **environment: str) -> None:
        row.tried += 1
        try:
            place.run(*command, **environment)
        except CommandFailed as failure:
            if words in str(failure):
                return
            row.failures.append(str(failure))
        else:
            row.failures.append(f"was not refused: {' '.join(map(str, command))}")

    with fresh() as place:
        pip = (place.bin / "python", "-I", "-m", "pip", "install")
        expect("Swift 6.3", place, *pip, sdist, PATH=str(place.bin))
        inside = (place.bin / "python", "-c", "import sparkchat")
        expect("no library can be loaded from a zip file", place, *inside, PYTHONPATH=str(wheel))
