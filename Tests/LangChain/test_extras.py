"""The wheel with its extras in a fresh virtual environment, as users' tests have it."""

from __future__ import annotations

import email
import re
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from conftest import ROOT

PROGRAM = """
import asyncio
import subprocess
import sys
import zipfile

import pytest

import sparkchat
from sparkchat.langchain import ChatSparkLLM
from sparkchat.testing import record, replay


def test_a_client(spark, spark_service):
    assert spark.invoke("1+1").text == "1 + 1 = **2**."
    assert spark_service.requests()


def test_a_failure(spark_service):
    url = spark_service.url(scenario="error:code=11202")
    with pytest.raises(sparkchat.RateLimitError):
        spark_service.client(url=url, max_attempts=1).invoke("Hello")


def test_a_program(spark_environment):
    code = "import sparkchat; print(sparkchat.Spark().invoke('1+1'))"
    assert b"**2**" in subprocess.run([sys.executable, "-c", code], capture_output=True).stdout
    assert ChatSparkLLM().invoke("1+1").content == "1 + 1 = **2**."


def test_a_recording(spark_service, tmp_path):
    settings = spark_service.settings("http")
    with record(tmp_path / "a.json", **settings) as recorder:
        said = recorder.client().invoke("Hello").text
    with replay(tmp_path / "a.json") as service:
        assert service.client().invoke("Hello").text == said
"""


OTHER_PROJECT = """
import sys


def test_nothing_is_loaded():
    assert [name for name in sys.modules if name.startswith("sparkchat.")] == []
    assert "sparkchat" not in sys.modules


def test_a_client(spark):
    pass
"""


def needed(wheel: Path, extras: set[str]) -> Iterator[Distribution]:
    """Yield the packages that a wheel requires, and those that they require, as installed here."""
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        asked = email.message_from_bytes(archive.read(metadata)).get_all("Requires-Dist", [])
    todo, seen = [(text, extras) for text in asked], set()
    while todo:
        text, extras = todo.pop()
        wanted = Requirement(text)
        if wanted.marker and not any(wanted.marker.evaluate({"extra": e}) for e in extras | {""}):
            continue
        found = distribution(wanted.name)
        assert wanted.specifier.contains(found.version), (text, found.version)
        todo += [(more, wanted.extras) for more in found.requires or []] * (wanted.name not in seen)
        seen.add(wanted.name)
        yield found


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment that has only the wheel and what its extras require."""
    subprocess.run(["make", "wheel"], cwd=ROOT, check=True, capture_output=True, timeout=280)
    (wheel,) = (ROOT / "build" / "wheels").glob("*.whl")
    folder = tmp_path_factory.mktemp("extras")
    venv.create(folder, symlinks=True)
    pip = [sys.executable, "-m", "pip", "--python", folder, "install", "--quiet", "--no-index"]
    subprocess.run([*pip, "--no-deps", "--no-compile", wheel], check=True, timeout=280)
    (packages,) = (folder / "lib").glob("python*/site-packages")
    for found in needed(wheel, {"langchain", "testing"}):
        tops = {Path(file.parts[0]) for file in found.files or [] if file.parts[0] != ".."}
        for top in tops - {Path("__pycache__")}:
            if not (packages / top).exists():
                (packages / top).symlink_to(found.locate_file(top))
    return folder / "bin" / "python"


def test_a_users_tests(python: Path, tmp_path: Path) -> None:
    (tmp_path / "test_program.py").write_text(PROGRAM, encoding="utf-8")
    command = [python, "-I", "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_program.py"]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PATH": "/usr/bin:/bin"}, capture_output=True, encoding="utf-8",
        timeout=120,
    )  # fmt: skip
    assert "4 passed" in done.stdout, done.stdout + done.stderr


def test_other_projects_do_not_notice_the_plugin(python: Path, tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text(OTHER_PROJECT, encoding="utf-8")
    done = subprocess.run(
        [python, "-I", "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_other.py"],
        cwd=tmp_path,
        # As if the library were missing.
        env={"PATH": "/usr/bin:/bin", "SPARKCHAT_LIBRARY": str(tmp_path / "missing.so")},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert "1 passed, 1 error" in done.stdout, done.stdout + done.stderr
    assert "missing.so" in done.stdout


def test_a_local_service_in_a_terminal(python: Path, tmp_path: Path) -> None:
    environment = {"PATH": f"{python.parent}:/usr/bin:/bin", "no_proxy": "example.com"}
    command = [python, "-m", "sparkchat.testing", "--max-rate", "0.001", "--quiet"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, encoding="utf-8"
    ) as service:
        assert service.stdout is not None
        lines = []
        while not (lines and lines[-1].startswith("#     -d")):
            lines.append(service.stdout.readline())
            assert lines[-1], "the service has ended"
        try:
            ask = 'python -m sparkchat --model 4.0Ultra "6 times 7"'
            # The second question exceeds the rate limit.
            script = f"{''.join(lines)}\necho $no_proxy\n{ask}\n{ask}\n"
            done = subprocess.run(
                ["sh", "-c", script],
                env=environment,
                capture_output=True,
                encoding="utf-8",
                timeout=120,
            )
        finally:
            service.terminate()
        assert service.wait(30) == 0
    assert "127.0.0.1,example.com\n6 times 7 = **42**." in done.stdout.replace("×", "times"), done
    assert done.stderr.startswith("error: ")
    assert "AppIdQpsOverFlowError" in done.stderr


def test_a_local_service_behind_a_shell(python: Path, tmp_path: Path) -> None:
    script = """
eval "$(python -m sparkchat.testing --print-env)"
python -m sparkchat --model 4.0Ultra "6 times 7"
kill "$SPARK_EMULATOR_PID"
"""
    done = subprocess.run(
        ["sh", "-ec", script],
        cwd=tmp_path,
        env={"PATH": f"{python.parent}:/usr/bin:/bin"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.replace("×", "times").startswith("6 times 7 = **42**.")


def test_the_readmes_tests(python: Path, tmp_path: Path) -> None:
    readme = (ROOT / "bindings" / "python" / "README.md").read_text(encoding="utf-8")
    programs = re.findall(r"```py\n(.*?)```", readme, re.DOTALL)
    (program,) = (found for found in programs if "def test_the_program" in found)
    (tmp_path / "test_readme.py").write_text(program, encoding="utf-8")
    stub = "import sparkchat\n\ndef main():\n    assert sparkchat.Spark().invoke('Hello').text\n"
    (tmp_path / "my_program.py").write_text(stub, encoding="utf-8")
    done = subprocess.run(
        [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_readme.py"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert "3 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "missing"), [("langchain", "langchain_core"), ("testing.service", "aiohttp")]
)
def test_a_missing_extra_is_named(python: Path, module: str, missing: str) -> None:
    code = f"""
import sys
import zipfile
sys.modules[{missing!r}] = None
import sparkchat.{module} as module
if hasattr(module, "SparkService"):
    module.SparkService()
"""
    done = subprocess.run(
        [python, "-I", "-c", code], capture_output=True, encoding="utf-8", timeout=60
    )
    assert f"`{module.partition('.')[0]}` of the wheel that `make wheel` builds" in done.stderr


def test_the_wheel_has_the_emulator_once_and_clean(python: Path) -> None:
    (package,) = (python.parent.parent / "lib").glob("python*/site-packages/sparkchat")
    assert (package / "testing" / "_emulator" / "emulator.py").is_file()
    (wheel,) = (ROOT / "build" / "wheels").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
    assert len([name for name in names if name.endswith("/emulator.py")]) == 1
