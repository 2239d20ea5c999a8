"""The programs of bindings/cpp, of the header and of the documents."""

from __future__ import annotations

import re
from pathlib import Path

from program import STRICT
from support.compiler import WARNINGS, bare_environment, compile_program, compiler, run
from support.paths import HEADER, ROOT
from support.service import Service

EXAMPLES = ROOT / "bindings" / "cpp"
CXX_HEADER = HEADER.with_suffix(".hpp")
DOCUMENTS = ("docs/cpp.md", "docs/cpp.zh-CN.md")
# The code before the pieces of the documents.
OTHER_ABI = "int sparkchat_abi_version(void); int sparkchat_abi_version(void) { return 99; }\n"
BEFORE = """\
#include <sparkchat.hpp>
#include <iostream>
#include <thread>
using namespace std::chrono_literals;
"""


def build(target: Path, source: Path) -> Path:
    """Compile a program."""
    flags = ("-std=c++17", *STRICT)
    return compile_program(target, [source], with_compiler="clang++", flags=flags)


def surroundings(service: Service, **query: str) -> dict[str, str]:
    """Return an environment in which the examples ask the local service."""
    return {
        **service.environment(),
        "SSL_CERT_FILE": str(service.ca_file),
        "IFLYTEK_SPARK_API_URL": service.url("wss", **query),
    }


def blocks(document: str) -> list[str]:
    """Return the C++ code of a document."""
    return re.findall(r"```cpp\n(.*?)```", (ROOT / document).read_text(), re.DOTALL)


def example_of_the_header() -> str:
    """Return the program that the header begins with."""
    match = re.search(r"@example\n(.*?)@endexample", CXX_HEADER.read_text(), re.DOTALL)
    assert match, "the header has no @example"
    return re.sub(r"^ \*(   )?", "", match[1], flags=re.MULTILINE).strip() + "\n"


def test_first_program(tmp_path: Path, service: Service) -> None:
    for document in DOCUMENTS:
        assert blocks(document)[0] == example_of_the_header()
    source = tmp_path / "first.cpp"
    source.write_text(example_of_the_header())
    program = build(tmp_path / "first", source)
    environment = surroundings(service, scenario="echo")
    result = run([program], env=environment)
    assert (result.returncode, result.stdout, result.stderr) == (0, "Hello\n", "")
    result = run([program], env={**environment, "IFLYTEK_SPARK_API_KEY": "unknown"})
    assert (result.returncode, result.stdout) == (1, "")
    assert "401" in result.stderr


def test_pieces_of_documents_compile(tmp_path: Path) -> None:
    pieces = [piece for document in DOCUMENTS for piece in blocks(document)[1:]]
    assert len(pieces) > 10
    functions = [
        f"void piece_{number}(const sparkchat::client &);\n"
        f"void piece_{number}([[maybe_unused]] const sparkchat::client &client) {{\n{piece}}}\n"
        for number, piece in enumerate(pieces)
    ]
    source = tmp_path / "pieces.cpp"
    source.write_text(BEFORE + "".join(functions))
    command = [compiler("clang++"), "-std=c++20", *WARNINGS, "-fsyntax-only"]
    result = run([*command, f"-I{HEADER.parent}", source])
    assert result.returncode == 0, result.stderr


def test_chat(tmp_path: Path, service: Service) -> None:
    program = build(tmp_path / "chat", EXAMPLES / "chat.cpp")
    questions = "My name is Ada.\n\nWhat is my name?\n"
    result = run([program], env=surroundings(service), input=questions)
    assert result.returncode == 0, result.stderr
    assert "Ada" in result.stdout.splitlines()[-1]
    assert "tokens for the last answer" in result.stderr
    refused = surroundings(service, scenario="error:code=11200,message=not yours")
    result = run([program], env=refused, input="Hello\n")
    assert (result.returncode, result.stdout) == (0, "")
    assert "error: " in result.stderr
    assert "not yours" in result.stderr
    assert "\nhint: " in result.stderr
    assert run([program]).returncode == 1
    # A library of another ABI is refused.
    source = tmp_path / "other.c"
    source.write_text(OTHER_ABI)
    flags = ("-shared", "-fPIC")
    other = compile_program(tmp_path / "other.so", [source], flags=flags, link=False)
    result = run([program], env={**bare_environment(), "LD_PRELOAD": str(other)})
    assert result.returncode != 0
    assert "libsparkchat has another ABI version" in result.stderr


def test_tools(tmp_path: Path, service: Service) -> None:
    program = build(tmp_path / "tools", EXAMPLES / "tools.cpp")
    environment = surroundings(service, scenario="function_call:times=1", tag=tmp_path.name)
    result = run([program], env=environment)
    assert result.returncode == 0, result.stderr
    assert '"celsius": 21' in result.stdout
    assert "get_weather({" in result.stderr
    assert "(4 messages)" in result.stderr


def test_loop(tmp_path: Path, service: Service) -> None:
    program = build(tmp_path / "loop", EXAMPLES / "loop.cpp")
    result = run([program], env=surroundings(service, scenario="echo"), input="one\ntwo\n")
    assert result.returncode == 0, result.stderr
    assert sorted(result.stdout.splitlines()) == ["> one", "> two"]
    refused = surroundings(service, scenario="error:code=11200,message=not yours")
    result = run([program], env=refused, input="one\n")
    assert (result.returncode, result.stdout) == (0, "")
    assert "not yours" in result.stderr
