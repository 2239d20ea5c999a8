"""The wheel: built by `make wheel`, installed where nothing else is, and chatting from there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import sparkchat
from service import Service

# Prints the answer, and whose jansson was loaded.
PROGRAM = """
import sys, sparkchat
url, ca_file, app_id, api_key, api_secret = sys.argv[1:]
spark = sparkchat.Spark(
    url=url, ca_file=ca_file, app_id=app_id, api_key=api_key, api_secret=api_secret
)
print(spark.invoke("6 times 7").text)
print([line.split()[-1] for line in open("/proc/self/maps") if "jansson" in line][0])
"""
# Where Swift, the development files and the system's jansson may be.
HIDDEN = ["/opt/swift", "/usr/include/openssl", "/usr/include/jansson.h"]


def hiding(command: list[str]) -> list[str]:
    """Run a command where the build machine's files cannot be seen, if that is allowed here."""
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
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    answer, jansson = done.stdout.splitlines()
    assert "42" in answer
    assert Path(jansson).is_relative_to(wheel_python.parent.parent), "the wheel brings its own"
    code = "import importlib.metadata as m; print(m.version('sparkchat'))"
    command = [wheel_python, "-I", "-c", code]
    installed = subprocess.run(command, capture_output=True, text=True, timeout=60).stdout
    assert installed.strip() == sparkchat.__version__


def test_the_wheel_is_for_any_python_and_honest_about_the_system(wheels: Path) -> None:
    wheel = next(wheels.glob("*.whl"))
    assert "-py3-none-manylinux_2_" in wheel.name
    names = zipfile.ZipFile(wheel).namelist()
    assert "sparkchat/_native/libsparkchat.so.0" in names
    assert {"sparkchat/py.typed", "sparkchat_pytest.py"} <= set(names)
    # What is updated with the system stays with the system.
    assert not [name for name in names if "libssl" in name or "libcrypto" in name]


def test_the_sdist_says_what_it_needs(wheels: Path, tmp_path: Path) -> None:
    # tarfile's own way to unpack differs between patch releases of one Python.
    archive = next(wheels.glob("*.tar.gz"))
    subprocess.run(["tar", "-xzf", archive, "-C", tmp_path], check=True)
    (source,) = tmp_path.iterdir()
    assert (source / "swift" / "Package.swift").is_file()
    assert (source / "swift" / "include" / "sparkchat.h").is_file()
    # Only Python's own folder is on the path: no Swift.
    build = "from hatchling.build import build_wheel; build_wheel('.')"
    environment = {"PATH": str(Path(sys.executable).parent)}
    done = subprocess.run(
        [sys.executable, "-c", build], cwd=source, env=environment, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "needs Swift 6.3" in done.stderr
    assert "libjansson-dev" in done.stderr
