"""Puts libsparkchat into the wheel: built already, or built now, with Swift, from its sources."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SONAME = "libsparkchat.so.0"
# Names a library that has been built for this machine, or says `none`: the system has one.
VARIABLE = "SPARKCHAT_BUILD_LIBRARY"
BUILD = ("swift", "build", "-c", "release", "--product", "sparkchat", "--disable-local-rpath")


class LibraryBuildHook(BuildHookInterface):
    """A wheel holds the library, so it is for one kind of machine, and for any Python 3."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the library; an editable install finds it where SPARKCHAT_LIBRARY says."""
        if version == "editable":
            return
        if os.environ.get(VARIABLE) != "none":
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-linux_{platform.machine()}"
            build_data["force_include"][str(self._library())] = f"sparkchat/_native/{SONAME}"
        # For `sparkchat.testing`; in an sdist it lies there already.
        emulator = Path(self.root).parent.parent / "Tests" / "Emulator" / "spark_emulator"
        if emulator.is_dir():
            build_data["force_include"][str(emulator)] = "sparkchat/testing/_emulator"

    def _library(self) -> Path:
        chosen = os.environ.get(VARIABLE)
        if chosen:
            library = Path(chosen).resolve()
            if not library.is_file():
                raise SystemExit(f"{VARIABLE}={chosen}: there is no such file")
            return library
        return self._build(self._sources())

    def _sources(self) -> Path:
        """Return the folder of Package.swift: in an sdist, or in a checkout of the project."""
        root = Path(self.root)
        for folder in (root / "swift", root.parent.parent):
            if (folder / "Package.swift").is_file():
                return folder
        raise SystemExit("the sources of libsparkchat are not beside the Python package")

    def _build(self, folder: Path) -> Path:
        if shutil.which("swift") is None:
            raise SystemExit(
                "building sparkchat from source needs Swift 6.3 (https://www.swift.org/install/linux/)"
                " and the development files of OpenSSL 3 and jansson (on Debian: libssl-dev,"
                f" libjansson-dev). Or install a wheel, or set {VARIABLE} to a built library."
            )
        subprocess.run(BUILD, cwd=folder, check=True)
        shown = subprocess.run(
            [*BUILD, "--show-bin-path"], cwd=folder, check=True, capture_output=True, text=True
        )
        built = Path(shown.stdout.strip()) / "libsparkchat.so"
        stripped = built.with_name(SONAME)
        subprocess.run(["strip", "--strip-unneeded", "-o", stripped, built], check=True)
        return stripped
