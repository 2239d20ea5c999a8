"""`make install` and `make uninstall`, and finding the installed library."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from doors import ask, done, files, make, only, project, with_cmake, with_meson, with_pkg_config
from support.compiler import bare_environment, compiler, run
from support.header import macro
from support.paths import ROOT
from support.service import Service

# Debian's sudo sets this path; Swift is rarely in it.
SUDO = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}


def test_installs_what_is_built_without_swift(tmp_path: Path) -> None:
    root = tmp_path / "a root"
    version = macro("SPARKCHAT_VERSION_STRING")
    variables = (f"DESTDIR={root}", "PREFIX=/usr", "LIBDIR=/usr/lib/here")
    before = files(ROOT / "build" / "lib")
    make("install", *variables, env=SUDO)
    assert files(ROOT / "build" / "lib") == before
    folder = root / "usr" / "lib" / "here"
    assert (folder / "libsparkchat.so").readlink() == Path("libsparkchat.so.0")
    assert (folder / "libsparkchat.so.0").readlink() == Path(f"libsparkchat.so.{version}")
    assert (folder / f"libsparkchat.so.{version}").stat().st_mode & 0o777 == 0o755
    assert (root / "usr" / "include" / "sparkchat.h").stat().st_mode & 0o777 == 0o644
    texts = [path.read_text() for path in root.rglob("*") if path.suffix in (".pc", ".cmake")]
    assert len(texts) == 3
    assert not re.search(rf"@\w+@|{re.escape(str(tmp_path))}", "".join(texts))
    # With this prefix, pkg-config omits the system's folders.
    assert "\nprefix=/usr\nlibdir=/usr/lib/here\n" in "".join(texts)
    (folder / "cmake" / "sparkchat" / "mine").touch()
    make("uninstall", *variables, env=SUDO)
    assert files(root) == {"usr/lib/here/cmake/sparkchat/mine"}


def test_says_what_to_do_where_nothing_is_built(tmp_path: Path) -> None:
    for name in ("Makefile", "scripts", "include", "packaging"):
        (tmp_path / name).symlink_to(ROOT / name)
    command = [compiler("make"), "install", f"PREFIX={tmp_path / 'prefix'}"]
    result = run(command, cwd=tmp_path, env=bare_environment())
    assert result.returncode != 0
    assert "Run `make` first" in result.stderr
    assert not (tmp_path / "prefix").exists()


@pytest.mark.parametrize("variables", [{"LIBDIR": "lib64"}, {"PREFIX": "somewhere"}])
def test_relative_paths_are_refused(tmp_path: Path, variables: dict[str, str]) -> None:
    given = [f"{name}={value}" for name, value in {"PREFIX": tmp_path, **variables}.items()]
    result = run([compiler("make"), "install", *given], cwd=ROOT, env=bare_environment())
    assert result.returncode != 0
    assert "have to begin with /" in result.stderr
    assert not files(tmp_path)


def test_cmake_and_meson_find_a_moved_prefix(tmp_path: Path, service: Service) -> None:
    make("install", f"PREFIX={tmp_path / 'prefix'}")
    prefix = (tmp_path / "prefix").rename(tmp_path / "moved to a place")
    source = project(tmp_path / "a project")
    ask(with_cmake(source, f"-DCMAKE_PREFIX_PATH={prefix}"), service)
    ask(with_meson(source, "--pkg-config-path", f"{prefix}/lib/pkgconfig"), service, prefix / "lib")


@pytest.mark.parametrize("built", [False, True], ids=["installed", "not installed"])
def test_pkg_config_needs_no_other_package(tmp_path: Path, service: Service, built: bool) -> None:
    prefix = ROOT / "build" if built else tmp_path / "a prefix"
    if not built:
        make("install", f"PREFIX={prefix}")
    ask(with_pkg_config(project(tmp_path / "a project"), prefix / "lib"), service, prefix / "lib")
    alone = only(prefix / "lib")
    shown = done("pkg-config", "--modversion", "sparkchat", env=alone)
    assert shown.strip() == macro("SPARKCHAT_VERSION_STRING")
    libraries = [
        re.findall(r"(?:^| )-l(\w+)", done("pkg-config", *options, "sparkchat", env=alone))
        for options in (["--libs"], ["--libs", "--static"])
    ]
    assert libraries == [["sparkchat"]] * 2
