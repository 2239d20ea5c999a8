"""The examples in the documents run, and do what the documents say."""

from __future__ import annotations

import builtins
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import sparkchat
from pictures import png
from service import ROOT, Service

PACKAGE = ROOT / "bindings" / "python"

LOCAL_CLIENT = Path(__file__).with_name("local_client.py")


def run(
    command: list[str],
    service: Service,
    environment: dict[str, str],
    folder: Path | None = None,
    python: str | Path = sys.executable,
) -> subprocess.CompletedProcess[str]:
    credentials = {
        f"IFLYTEK_SPARK_{name.upper()}": value for name, value in service.credentials.items()
    }
    credentials["IFLYTEK_SPARK_EMBEDDING_URL"] = service.url("/", transport="http")
    return subprocess.run(
        [python, *command],
        env={**environment, **credentials, "PYTHONWARNINGS": "error"},
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


def examples() -> list[tuple[str, int, str]]:
    """Return the examples: the document, the number within it, and the program."""
    documents = [PACKAGE / "README.md", ROOT / "README.md", ROOT / "README.zh-CN.md"]
    documents += [ROOT / "docs" / "scale.md", ROOT / "docs" / "scale.zh-CN.md"]
    found = []
    for document in documents:
        programs = re.findall(
            r"```python\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL
        )
        name = str(document.relative_to(ROOT))
        found += [(name, number, program) for number, program in enumerate(programs)]
    return found


# A part of each program, and a part of its output.
EXPECTED = {
    "\nfor chunk in chat.stream": "Hello!",
    "My name is Li Lei": "Li Lei",
    "chat.with_options": "3 of 3\nWhat is 1+1? 1 + 1 = **2**",
    "reasoning_effort": "6 × 7 = **42**",
    "asyncio.gather": "1 + 4 = **5**",
    "match event": "complete ch",
    "chat.embed(": "Bell invented the telephone in 1876. 2560 emb",
    "def get_weather(city: str, day": "sunny",
    "async def get_weather": "sunny in Hefei",
    "ToolResult(": "get_weather says: sunny",
    "chat.parse(": "I am the **Spark emulator**",
    'model="image"': "64 x 48",
    "json.loads(": "{'answer': ",
    "except SparkError": "Hello!",
    "answer.timings": "1 cold ",
    "stop=": "6 × 7  =",
    "Spark().connect()": "warm {",
    "logging.basicConfig": "'sid': 'cht",
    "batch_iter(": "19 + 1 = **20**.",
    "FileLimiter(": "Hello!",
    "os.fork()": "Hello!",
    "ProcessPoolExecutor": "Hello!",
}


@pytest.mark.parametrize(
    ("document", "program"),
    [pytest.param(name, program, id=f"{name}-{at}") for name, at, program in examples()],
)
def test_the_examples_of_the_documents_run(
    service: Service, wheel_python: Path, tmp_path: Path, document: str, program: str
) -> None:
    """They need nothing except the wheel."""
    path = tmp_path / "example.py"
    path.write_text(program, encoding="utf-8")
    picture = tmp_path / "photo.png"
    picture.write_bytes(png(64, 48))
    local = {"LOCAL_BASE": service.base(), "IFLYTEK_SPARK_API_PASSWORD": service.password}
    where = {"PATH": os.environ["PATH"], **local}
    done = run([str(LOCAL_CLIENT), str(path)], service, where, tmp_path, wheel_python)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout
    if document == "bindings/python/README.md":
        (expected,) = (said for part, said in EXPECTED.items() if part in program)
        assert expected in done.stdout


def test_the_documents_name_exceptions_that_exist() -> None:
    for document in (PACKAGE / "README.md", ROOT / "README.md", ROOT / "README.zh-CN.md"):
        names = set(re.findall(r"`([A-Z]\w+Error)`", document.read_text(encoding="utf-8")))
        missing = {n for n in names if not hasattr(sparkchat, n) and not hasattr(builtins, n)}
        assert names
        assert not missing, document


def demo(service: Service, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    local = {"SPARKCHAT_DEMO_BASE": service.base(tls=True), "SPARKCHAT_DEMO_CA": service.ca_file}
    return run([str(PACKAGE / "demo.py")], service, {**environment, **local})


def test_the_demo_runs(service: Service, clean_python: dict[str, str]) -> None:
    done = demo(service, clean_python)
    assert (done.returncode, done.stderr) == (0, "")
    plain, streamed, other = re.split(r"^== .*\n", done.stdout, flags=re.MULTILINE)[1:]
    assert plain == streamed
    assert plain.startswith("Hello!")
    assert other.startswith("Hello!")


def test_the_demo_prints_what_the_one_in_c_prints(
    service: Service, clean_python: dict[str, str], tmp_path: Path
) -> None:
    program = tmp_path / "langchain_page"
    source = ROOT / "bindings" / "c" / "langchain_page.c"
    library = Path(os.environ["SPARKCHAT_LIBRARY"]).parent
    options = [f"-I{ROOT / 'include'}", f"-L{library}", f"-Wl,-rpath,{library}", "-lsparkchat"]
    subprocess.run(["cc", str(source), "-o", str(program), *options], check=True)
    from_c = subprocess.run(
        [str(program), "--ca-file", service.ca_file],
        env={
            **os.environ,
            **{f"IFLYTEK_SPARK_{k.upper()}": v for k, v in service.credentials.items()},
            "SPARKCHAT_DEMO_BASE": service.base(tls=True),
        },
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert from_c.stderr == ""
    assert demo(service, clean_python).stdout == from_c.stdout


def test_the_demo_reports_errors(service: Service, clean_python: dict[str, str]) -> None:
    done = run(
        [str(PACKAGE / "demo.py")],
        service,
        {**clean_python, "SPARKCHAT_DEMO_BASE": "ws://127.0.0.1:1"},
    )
    assert done.returncode == 1
    assert "error: " in done.stderr
    assert "hint: " in done.stderr
    assert "Traceback" not in done.stderr


def test_the_examples_of_the_docstrings_run(service: Service, clean_python: dict[str, str]) -> None:
    local = {"LOCAL_BASE": service.base()}
    program = str(Path(__file__).with_name("run_doctests.py"))
    done = run([str(LOCAL_CLIENT), program], service, {**clean_python, **local})
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert int(done.stdout.split()[0]) >= 30
