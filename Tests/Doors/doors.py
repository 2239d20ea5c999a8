"""What the tests of the doors share: the documents' examples, installing, and foreign projects."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from support.compiler import bare_environment, compiler, run
from support.courses import HELLO
from support.header import macro
from support.paths import EXAMPLES, ROOT
from support.service import Service

PAGE = ROOT / "docs" / "install.md"
# Programs that `make` has installed for the tests, such as cmake, meson and ninja.
PROGRAMS = Path(sys.executable).parent


def block(page: Path, language: str, part: str) -> str:
    """Return a page's code block in a language: the first that contains a part."""
    shown = rf"^```{language}\n(.*?)^```$"
    found: list[str] = re.findall(shown, page.read_text(), re.DOTALL | re.MULTILINE)
    return next(text for text in found if part in text)


def done(*command: str | Path, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> str:
    """Run a command that must succeed, and return its output."""
    settings = bare_environment()
    settings["PATH"] = f"{PROGRAMS}:{settings['PATH']}"
    result = run(command, cwd=cwd, env={**settings, **(env or {})})
    assert result.returncode == 0, f"{command}\n{result.stdout}{result.stderr}"
    return result.stdout


def make(target: str, *variables: str, env: Mapping[str, str] | None = None) -> None:
    """Run a target of the project's Makefile."""
    done(compiler("make"), target, *variables, env=env)


def tar(folder: Path) -> Path:
    """Make the tar of a release, as `make dist` does, in an empty folder."""
    version = {
        "VERSION": macro("SPARKCHAT_VERSION_STRING"),
        "SOVERSION": macro("SPARKCHAT_ABI_VERSION"),
        "SOURCE_DATE_EPOCH": "1767225600",
    }
    done(ROOT / "scripts" / "tar.sh", folder, env=version)
    (made,) = folder.iterdir()
    return made


def project(folder: Path) -> Path:
    """Make a folder with the documents' project in it: a program, and files for CMake and Meson."""
    folder.mkdir(parents=True)
    shutil.copy(EXAMPLES / "callback.c", folder / "hello.c")
    (folder / "CMakeLists.txt").write_text(block(PAGE, "cmake", "hello.c"))
    (folder / "meson.build").write_text(block(PAGE, "meson", "hello.c"))
    return folder


def with_cmake(source: Path, *options: str, cmake: str | Path = PROGRAMS / "cmake") -> Path:
    """Build a project with CMake; return the program."""
    build = source / "build-cmake"
    done(cmake, "-S", source, "-B", build, *options)
    done(cmake, "--build", build)
    return build / "hello"


def with_meson(source: Path, *options: str) -> Path:
    """Build a project with Meson; return the program."""
    build = source / "build-meson"
    done("meson", "setup", *options, build, source)
    done("meson", "compile", "-C", build)
    return build / "hello"


def only(libdir: Path) -> dict[str, str]:
    """Return an environment in which pkg-config finds this library and no other package."""
    return {"PKG_CONFIG_LIBDIR": str(libdir / "pkgconfig")}


def with_pkg_config(source: Path, libdir: Path) -> Path:
    """Build a program as documented, with no other package to find; return it."""
    command = block(PAGE, "sh", "cc hello.c").strip()
    # As the page recommends for a prefix with spaces.
    done("sh", "-euc", f'eval "{command}"', cwd=source, env=only(libdir))
    return source / "hello"


def ask(program: Path, service: Service, libdir: Path | None = None) -> None:
    """Ask the local service; without a libdir, the program finds the library on its own."""
    environment = {
        **service.environment(),
        "SSL_CERT_FILE": str(service.ca_file),
        "IFLYTEK_SPARK_API_URL": service.url("wss"),
    }
    if libdir:
        environment["LD_LIBRARY_PATH"] = str(libdir)
    result = run([program, "Hello"], env=environment)
    assert (result.returncode, result.stdout) == (0, HELLO), result.stderr


def files(folder: Path) -> set[str]:
    """Return all files and links below a folder."""
    found = (Path(place) / name for place, _, names in os.walk(folder) for name in names)
    return {str(path.relative_to(folder)) for path in found}
