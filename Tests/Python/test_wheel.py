"""The wheel: built by `make wheel`, installed alone, and used for a chat."""

from __future__ import annotations

import email
import os
import platform
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import sparkchat
from service import Service

# Prints the answer, and which jansson was loaded.
PROGRAM = """
import sys, sparkchat
url, ca_file, app_id, api_key, api_secret = sys.argv[1:]
spark = sparkchat.Spark(
    url=url, ca_file=ca_file, app_id=app_id, api_key=api_key, api_secret=api_secret
)
print(spark.invoke("6 times 7").text)
print([row.split()[-1] for row in open("/proc/self/maps") if "jansson" in row][0])
"""
ROOT = Path(__file__).resolve().parents[2]
# The C library of this machine, as "glibc 2.36".
RUNNING = tuple(map(int, (os.confstr("CS_GNU_LIBC_VERSION") or "").split()[-1].split(".")))
# Where Swift, the development files and the system's jansson may be.
HIDDEN = ["/opt/swift", "/usr/include/openssl", "/usr/include/jansson.h"]


def hiding(command: list[str]) -> list[str]:
    """Run a command without access to the build machine's files, if that is allowed here."""
    libraries = [str(path) for path in Path("/usr/lib").rglob("libjansson.so*")]
    covers = [
        f"mount --bind /dev/null {path}" if Path(path).is_file() else f"mount -t tmpfs none {path}"
        for path in [*HIDDEN, *libraries]
        if Path(path).exists() and not Path(path).is_symlink()
    ]
    script = " && ".join([*covers, 'exec "$@"'])
    unshare = ["unshare", "--user", "--map-root-user", "--mount"]
    if shutil.which("unshare") is None:
        return command
    if subprocess.run([*unshare, "true"], capture_output=True).returncode != 0:
        return command
    return [*unshare, "sh", "-c", script, "sh", *command]


def test_it_chats_where_neither_swift_nor_jansson_is(wheel_python: Path, service: Service) -> None:
    url = service.url("/v3.5/chat")
    secrets = [service.credentials[name] for name in ("app_id", "api_key", "api_secret")]
    arguments = [url, service.ca_file, *secrets]
    done = subprocess.run(
        hiding([str(wheel_python), "-I", "-c", PROGRAM, *arguments]),
        env={"PATH": os.environ["PATH"]},
        cwd="/",
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    answer, jansson = done.stdout.splitlines()
    assert "42" in answer
    assert Path(jansson).is_relative_to(wheel_python.parent.parent), "not the wheel's own"
    code = "import importlib.metadata as m; print(m.version('sparkchat'))"
    command = [wheel_python, "-I", "-c", code]
    installed = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60).stdout
    assert installed.strip() == sparkchat.__version__


def test_the_wheel_is_for_any_python_and_honest_about_the_system(
    wheels: Path, tmp_path: Path
) -> None:
    wheel = next(wheels.glob("*.whl"))
    archive = zipfile.ZipFile(wheel)
    names = archive.namelist()
    # The wheel leaves out libraries that the system updates.
    native = [Path(name).name for name in names if ".so." in name]
    assert sorted(name.partition(".so.")[0].split("-")[0] for name in native) == [
        "libjansson",
        "libsparkchat",
    ]
    archive.extractall(tmp_path)
    needed = max(glibc_of(path) for path in (tmp_path / "sparkchat" / "_native").iterdir())
    processor = platform.machine()
    assert f"-py3-none-manylinux_{needed[0]}_{needed[1]}_{processor}." in wheel.name
    # With a later C library, the Swift runtime needs later versions of its symbols.
    if RUNNING <= (2, 36):
        assert needed <= (2, 34), "RHEL 9 and Amazon Linux 2023 have glibc 2.34"


def glibc_of(library: Path) -> tuple[int, ...]:
    """Return the version of the C library that a library needs."""
    command = ["readelf", "--version-info", "--wide", library]
    told = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout
    return max(tuple(map(int, v.split("."))) for v in re.findall(r"Name: GLIBC_([\d.]+) ", told))


def test_the_wheel_is_typed_and_has_its_licences(wheels: Path) -> None:
    archive = zipfile.ZipFile(next(wheels.glob("*.whl")))
    names = set(archive.namelist())
    assert {"sparkchat/py.typed", "sparkchat_pytest.py"} <= names
    (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
    fields = email.message_from_bytes(archive.read(metadata))
    assert "Typing :: Typed" in fields.get_all("Classifier", [])
    licences = {
        name: archive.read(f"{metadata.removesuffix('METADATA')}licenses/{name}")
        for name in fields.get_all("License-File", [])
    }
    assert licences.pop("LICENSE") == (ROOT / "LICENSE").read_bytes()
    notices = (ROOT / "packaging" / "notices").glob("*.txt")
    assert licences == {f"notices/{notice.name}": notice.read_bytes() for notice in notices}


def test_the_sdist_says_what_it_needs(wheels: Path, tmp_path: Path) -> None:
    # How tarfile unpacks by default differs between patch releases of one Python.
    archive = next(wheels.glob("*.tar.gz"))
    subprocess.run(["tar", "-xzf", archive, "-C", tmp_path], check=True)
    (source,) = tmp_path.iterdir()
    assert (source / "swift" / "Package.swift").is_file()
    assert (source / "swift" / "include" / "sparkchat.h").is_file()
    # If a target's folder is missing, Swift builds nothing.
    package = (source / "swift" / "Package.swift").read_text(encoding="utf-8")
    tests = re.findall(r'testTarget\(\s*name: "(\w+)"', package)
    assert tests
    assert all((source / "swift" / "Tests" / name).is_dir() for name in tests)
    # A dry run: the Makefile finds every file that it reads.
    library = f"build/lib/libsparkchat.so.{sparkchat.__version__}"
    command = ["make", "--dry-run", "-o", "setup-build", library]
    dry = subprocess.run(command, cwd=source / "swift", capture_output=True, encoding="utf-8")
    assert (dry.returncode, dry.stderr) == (0, "")
    # Only Python's own folder is on the path, so there is no Swift.
    build = "from hatchling.build import build_wheel; build_wheel('.')"
    environment = {"PATH": str(Path(sys.executable).parent)}
    done = subprocess.run(
        [sys.executable, "-c", build],
        cwd=source,
        env=environment,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode != 0
    for missing in ("Swift 6.3", "make", "gold", "libssl-dev", "libjansson-dev"):
        assert missing in done.stderr
