"""Puts libsparkchat into the wheel, and its sources into the sdist."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SONAME = "libsparkchat.so.0"
# The path of a built library, or `none` to use the system's library.
VARIABLE = "SPARKCHAT_BUILD_LIBRARY"
INSTEAD = f"Or install a wheel, or set {VARIABLE} to a built library."
# The programs that a build needs, and where to get them.
PROGRAMS = {
    "swift": "Swift 6.3 (https://www.swift.org/install/linux/)",
    "make": "make (on Debian: make)",
    "pkg-config": "pkg-config (on Debian: pkg-config)",
    "strip": "strip (on Debian: binutils)",
    "ld.gold": "the linker gold (on Debian: binutils, and since Debian 13 binutils-gold)",
}
HEADERS = {
    "openssl": "the development files of OpenSSL 3 (on Debian: libssl-dev)",
    "jansson": "the development files of jansson (on Debian: libjansson-dev)",
}


class LibraryBuildHook(BuildHookInterface):
    """Makes wheels with the library: for one kind of machine, and for any Python 3."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the library; an editable install has none, and uses SPARKCHAT_LIBRARY."""
        if self.target_name == "sdist":
            self._add_tests(build_data)
            return
        if version == "editable":
            return
        if os.environ.get(VARIABLE) != "none":
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-linux_{platform.machine()}"
            build_data["force_include"][str(self._library())] = f"sparkchat/_native/{SONAME}"
        # For `sparkchat.testing`; an sdist already contains it.
        emulator = Path(self.root).parent.parent / "Tests" / "Emulator" / "spark_emulator"
        if emulator.is_dir():
            build_data["force_include"][str(emulator)] = "sparkchat/testing/_emulator"

    def _add_tests(self, build_data: dict[str, Any]) -> None:
        """Add the tests that Package.swift names: without them, Swift builds nothing."""
        for folder in (Path(self.root).parent.parent / "Tests").glob("Spark*Tests"):
            build_data["force_include"][str(folder)] = f"swift/Tests/{folder.name}"

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
        raise SystemExit("the sources of libsparkchat are not next to the Python package")

    def _build(self, folder: Path) -> Path:
        missing = self._missing(folder)
        if missing:
            raise SystemExit(
                "building sparkchat from source needs what is not here: "
                + "; ".join(missing)
                + f". {INSTEAD}"
            )
        library = f"build/lib/libsparkchat.so.{self.metadata.version}"
        # Building a wheel installs no system packages; missing ones have been reported.
        done = subprocess.run(["make", "-o", "setup-build", library], cwd=folder, check=False)
        if done.returncode != 0:
            raise SystemExit(f"libsparkchat was not built: see above. {INSTEAD}")
        return folder / library

    def _missing(self, folder: Path) -> list[str]:
        # In a checkout, make may have fetched Swift.
        fetched = map(str, folder.glob("build/swift-*/usr/bin"))
        path = os.pathsep.join([*fetched, os.environ.get("PATH", "")])
        missing = [what for name, what in PROGRAMS.items() if shutil.which(name, path=path) is None]
        for name, what in HEADERS.items():
            # Without pkg-config, this is unknown.
            known = shutil.which("pkg-config") and not subprocess.call(
                ["pkg-config", "--exists", name]
            )
            if not known:
                missing.append(what)
        return missing
