"""Compares sparkchat.hpp with sparkchat.h: nothing is missing, and nothing leaks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from program import STRICT
from support.compiler import WARNINGS, compiler, run
from support.header import enumerations, functions
from support.paths import HEADER

CXX_HEADER = HEADER.with_suffix(".hpp")
# Functions that C++ does not need, and why.
OMITTED = {
    "sparkchat_conversation_tool_call_count": "the ids are read until there are no more",
}
# `auto` is a keyword of C++.
RENAMED = {"auto": "automatic"}


def preprocessed(*flags: str) -> str:
    """Return the header after preprocessing, with everything that it includes."""
    command = [compiler("clang++"), "-std=c++20", "-E", *flags, "-x", "c++", str(CXX_HEADER)]
    result = run(command)
    assert result.returncode == 0, result.stderr
    return result.stdout


def own_lines() -> str:
    """Return the header after preprocessing, without what it includes."""
    lines = []
    is_own = False
    for line in preprocessed().splitlines():
        if mark := re.match(r'# \d+ "(.*?)"', line):
            is_own = mark[1].endswith(CXX_HEADER.name)
        elif is_own:
            lines.append(line)
    return "\n".join(lines)


def macros(source: Path, text: str) -> set[str]:
    """Return the macros that are defined after a piece of C++."""
    source.write_text(text)
    command = [compiler("clang++"), "-std=c++20", "-E", "-dM", f"-I{HEADER.parent}", str(source)]
    return set(re.findall(r"^#define (\w+)", run(command).stdout, re.MULTILINE))


def test_every_function_is_used() -> None:
    used = set(re.findall(r"\bsparkchat_\w+", own_lines()))
    missing = {function.name for function in functions()} - used
    assert missing == set(OMITTED)


def test_enumerations_are_those_of_c() -> None:
    found = {
        name: set(re.findall(r"(\w+) = SPARKCHAT_", body))
        for name, body in re.findall(
            r"enum class (\w+) : int \{(.*?)\}", CXX_HEADER.read_text(), re.DOTALL
        )
    }
    expected = {
        name.removeprefix("sparkchat_"): {
            RENAMED.get(word, word)
            for word in (member.lower().removeprefix("err_") for member in members)
        }
        for name, members in enumerations().items()
    }
    assert found == expected
    # Each enumerator has the constant of the same name.
    for word, constant in re.findall(r"(\w+) = (SPARKCHAT_\w+)", CXX_HEADER.read_text()):
        assert RENAMED.get(constant.lower().rsplit("_")[-1], constant.lower()).endswith(word)


def test_no_macro_leaks(tmp_path: Path) -> None:
    own = CXX_HEADER.read_text()
    includes = "\n".join(re.findall(r"^#include <.*>$", own, re.MULTILINE))
    before = macros(tmp_path / "before.cpp", f'#include "sparkchat.h"\n{includes}\n')
    after = macros(tmp_path / "after.cpp", "#include <sparkchat.hpp>\n")
    assert after - before == {"SPARKCHAT_HPP"}


@pytest.mark.parametrize(
    ("flag", "reason"), [("-fno-exceptions", "needs exceptions"), ("-std=c++14", "needs C++17")]
)
def test_what_it_cannot_do_without(flag: str, reason: str) -> None:
    command = [compiler("g++"), "-std=c++17", flag, "-fsyntax-only", "-x", "c++", str(CXX_HEADER)]
    result = run(command)
    assert result.returncode != 0
    assert reason in result.stderr.partition("#error")[2].splitlines()[0]


def test_the_oldest_standard(tmp_path: Path) -> None:
    """Uses g++, because the cases are compiled with clang++."""
    source = tmp_path / "alone.cpp"
    source.write_text("#include <sparkchat.hpp>\n#include <sparkchat.hpp>\n")
    command = [compiler("g++"), "-std=c++17", *WARNINGS, *STRICT, "-fsyntax-only"]
    result = run([*command, f"-I{HEADER.parent}", str(source)])
    assert (result.returncode, result.stderr) == (0, "")
