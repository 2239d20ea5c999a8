"""`make install`, and a foreign Makefile that uses what it installed."""

from __future__ import annotations

import shutil
from pathlib import Path

from support.compiler import bare_environment, compiler, run
from support.header import macro
from support.paths import EXAMPLES, ROOT
from support.service import Service

FOREIGN_MAKEFILE = """\
CFLAGS := -std=c99 -Wall -Wextra -Wpedantic -Werror $(shell pkg-config --cflags sparkchat)
LDLIBS := $(shell pkg-config --libs sparkchat)

callback: callback.c
"""


def install(target: str, *variables: str) -> None:
    """Run a target; the library is built already, and is not to be built anew by a test."""
    command = [compiler("make"), "-o", "library", target, *variables]
    result = run(command, cwd=ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_foreign_makefile_builds_and_runs(tmp_path: Path, service: Service) -> None:
    prefix = tmp_path / "prefix"
    install("install", f"PREFIX={prefix}")
    project = tmp_path / "project"
    project.mkdir()
    shutil.copy(EXAMPLES / "callback.c", project)
    (project / "Makefile").write_text(FOREIGN_MAKEFILE)
    environment = {
        **service.environment(),
        "PKG_CONFIG_PATH": str(prefix / "lib" / "pkgconfig"),
        "LD_LIBRARY_PATH": str(prefix / "lib"),
        "SSL_CERT_FILE": str(service.ca_file),
        "IFLYTEK_SPARK_API_URL": service.url("wss", scenario="echo"),
    }
    result = run([compiler("make")], cwd=project, env=environment)
    assert result.returncode == 0, result.stdout + result.stderr
    result = run([project / "callback", "from a foreign project"], env=environment)
    assert result.returncode == 0, result.stderr
    assert result.stdout == "from a foreign project"


def test_destdir_libdir_and_uninstall(tmp_path: Path) -> None:
    root = tmp_path / "a root"
    variables = (f"DESTDIR={root}", "PREFIX=/usr", "LIBDIR=/usr/lib/here")
    install("install", *variables)
    version = macro("SPARKCHAT_VERSION_STRING")
    folder = root / "usr" / "lib" / "here"
    assert (folder / "libsparkchat.so").readlink() == Path("libsparkchat.so.0")
    assert (folder / "libsparkchat.so.0").readlink() == Path(f"libsparkchat.so.{version}")
    assert (folder / f"libsparkchat.so.{version}").stat().st_mode & 0o777 == 0o755
    assert (root / "usr" / "include" / "sparkchat.h").stat().st_mode & 0o777 == 0o644
    configuration = (folder / "pkgconfig" / "sparkchat.pc").read_text()
    assert "prefix=/usr\n" in configuration
    assert "libdir=/usr/lib/here\n" in configuration
    assert "@" not in configuration
    assert str(tmp_path) not in configuration
    install("uninstall", *variables)
    assert not [path for path in root.rglob("*") if not path.is_dir()]


def test_built_configuration_works_without_installing() -> None:
    folder = str(ROOT / "build" / "lib" / "pkgconfig")
    environment = {**bare_environment(), "PKG_CONFIG_PATH": folder}
    result = run([compiler("pkg-config"), "--modversion", "sparkchat"], env=environment)
    assert result.stdout.strip() == macro("SPARKCHAT_VERSION_STRING")
    result = run([compiler("pkg-config"), "--libs", "sparkchat"], env=environment)
    assert "-lsparkchat" in result.stdout
