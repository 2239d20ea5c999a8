"""The wheel with its extras, in a fresh virtual environment: what a user's tests look like."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

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


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel, and what its extras ask for."""
    subprocess.run(["make", "wheel"], cwd=ROOT, check=True, capture_output=True, timeout=280)
    (wheel,) = (ROOT / "build" / "wheels").glob("*.whl")
    folder = tmp_path_factory.mktemp("extras")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True, timeout=120)
    python = folder / "bin" / "python"
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    pins = ROOT / "Tests" / "LangChain" / "constraints.txt"
    subprocess.run([*pip, "-c", pins, f"{wheel}[langchain,testing]"], check=True, timeout=280)
    return python


def test_a_users_tests(python: Path, tmp_path: Path) -> None:
    (tmp_path / "test_program.py").write_text(PROGRAM)
    command = [python, "-I", "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_program.py"]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True,
        timeout=120,
    )  # fmt: skip
    assert "4 passed" in done.stdout, done.stdout + done.stderr


def test_the_readmes_tests(python: Path, tmp_path: Path) -> None:
    readme = (ROOT / "bindings" / "python" / "README.md").read_text()
    program = next(re.finditer(r"```py\n(.*?)```", readme, re.DOTALL))[1]
    (tmp_path / "test_readme.py").write_text(program)
    stub = "import sparkchat\n\ndef main():\n    assert sparkchat.Spark().invoke('Hello').text\n"
    (tmp_path / "my_program.py").write_text(stub)
    done = subprocess.run(
        [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_readme.py"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
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
    done = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, timeout=60)
    assert f'pip install "sparkchat[{module.partition(".")[0]}]"' in done.stderr


def test_the_wheel_has_the_emulator_once_and_clean(python: Path) -> None:
    (package,) = (python.parent.parent / "lib").glob("python*/site-packages/sparkchat")
    assert (package / "testing" / "_emulator" / "emulator.py").is_file()
    (wheel,) = (ROOT / "build" / "wheels").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
    assert len([name for name in names if name.endswith("/emulator.py")]) == 1
