"""`make deb`: the contents of the packages, and programs that use the unpacked packages."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from doors import ask, done
from packages import VERSION, build_packages
from support.compiler import compiler
from support.service import Service

# The packages are for this Python, not for the one that runs these tests.
PYTHON = "/usr/bin/python3"


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build the packages; return them by their names."""
    if shutil.which("dpkg-buildpackage") is None:
        pytest.skip("no dpkg-buildpackage: only Debian builds the packages")
    return build_packages(tmp_path_factory.mktemp("the packages"))


@pytest.fixture(scope="module")
def unpacked(packages: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files of all packages."""
    # pkg-config doubles a sysroot that has a space in its path.
    folder = tmp_path_factory.mktemp("root")
    for package in packages.values():
        done("dpkg-deb", "-x", package, folder)
    return folder


def library_folder(root: Path) -> Path:
    """Return the folder of this architecture's libraries."""
    triplet = done("dpkg-architecture", "-qDEB_HOST_MULTIARCH").strip()
    return root / "usr" / "lib" / triplet


def needs(package: Path) -> set[str]:
    """Return the dependencies of a package."""
    return set(done("dpkg-deb", "-f", package, "Depends").strip().split(", "))


def test_each_package_needs_what_it_uses(packages: dict[str, Path]) -> None:
    assert set(packages) == {"libsparkchat0", "libsparkchat-dev", "python3-sparkchat"}
    of_library = needs(packages["libsparkchat0"])
    # Either name: Debian 12 has the second, Debian 13 the first.
    assert "libssl3t64 | libssl3" in of_library
    names = {re.split(r"[ :]", need)[0] for need in of_library}
    assert names == {"libssl3t64", "libjansson4", "libc6", "libgcc-s1", "libstdc++6"}
    assert needs(packages["libsparkchat-dev"]) == {f"libsparkchat0 (= {VERSION}-0upstream1)"}
    assert f"libsparkchat0 (>= {VERSION})" in needs(packages["python3-sparkchat"])


def test_the_library_is_for_any_openssl_3(unpacked: Path) -> None:
    # The package requires no particular OpenSSL version, so it must not use newer symbols.
    library = library_folder(unpacked) / f"libsparkchat.so.{VERSION}"
    symbols = done(compiler("objdump"), "-T", library)
    assert set(re.findall(r"OPENSSL_[\d.]+", symbols)) == {"OPENSSL_3.0.0"}


def test_dependents_get_the_version_of_what_they_call(packages: dict[str, Path]) -> None:
    symbols = done("dpkg-deb", "-I", packages["libsparkchat0"], "symbols")
    assert "libsparkchat.so.0 libsparkchat0 #MINVER#" in symbols
    assert "* Build-Depends-Package: libsparkchat-dev" in symbols
    # 0.1.0 has this symbol; later symbols have the version that added them.
    assert " sparkchat_client_new@SPARKCHAT_0 0.1.0\n" in symbols


def test_each_file_is_in_its_place(unpacked: Path) -> None:
    folder = library_folder(unpacked)
    assert (folder / "libsparkchat.so").readlink() == Path("libsparkchat.so.0")
    assert (folder / "libsparkchat.so.0").readlink() == Path(f"libsparkchat.so.{VERSION}")
    assert (folder / "cmake" / "sparkchat" / "sparkchatConfig.cmake").is_file()
    python = unpacked / "usr" / "lib" / "python3" / "dist-packages"
    assert (python / f"sparkchat-{VERSION}.dist-info" / "entry_points.txt").is_file()
    assert (python / "sparkchat" / "testing" / "_emulator" / "server.py").is_file()
    assert not (python / "sparkchat" / "_native").exists(), "the system's library is asked"
    assert (unpacked / "usr" / "share" / "man" / "man1" / "sparkchat.1.gz").is_file()
    for package in ("libsparkchat0", "libsparkchat-dev", "python3-sparkchat"):
        words = (unpacked / "usr" / "share" / "doc" / package / "copyright").read_text()
        assert "Runtime Library Exception" in words
    assert not list(unpacked.rglob("*.pyc"))


def test_a_program_uses_what_is_unpacked(unpacked: Path, service: Service) -> None:
    folder = library_folder(unpacked)
    # Outside the system's root, the system's own folders must be named.
    settings = {f"PKG_CONFIG_ALLOW_SYSTEM_{flags}": "1" for flags in ("CFLAGS", "LIBS")}
    settings |= {
        "PKG_CONFIG_LIBDIR": f"{folder}/pkgconfig",
        "PKG_CONFIG_SYSROOT_DIR": str(unpacked),
    }
    flags = shlex.split(done("pkg-config", "--cflags", "--libs", "sparkchat", env=settings))
    source = unpacked / "usr/share/doc/libsparkchat-dev/examples/c/callback.c"
    done(compiler("gcc"), source, *flags, "-o", unpacked / "callback")
    ask(unpacked / "callback", service, folder)


def test_the_command_uses_what_is_unpacked(unpacked: Path, service: Service) -> None:
    environment = {
        **service.environment(),
        "LD_LIBRARY_PATH": str(library_folder(unpacked)),
        "PYTHONPATH": str(unpacked / "usr" / "lib" / "python3" / "dist-packages"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SSL_CERT_FILE": str(service.ca_file),
        "IFLYTEK_SPARK_API_URL": service.url("wss", scenario="echo"),
    }
    command = (PYTHON, unpacked / "usr" / "bin" / "sparkchat")
    assert done(*command, "--version", env=environment).startswith(f"sparkchat {VERSION} ")
    assert done(*command, "from a package", env=environment).strip() == "from a package"
