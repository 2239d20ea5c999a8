"""External text cannot control the terminal. Python's chat has the same cases."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from support.compiler import compile_program, run
from support.paths import EXAMPLES, TESTS
from support.workshop import SANITIZERS, Workshop
from terminal import Terminal

CASES = json.loads(TESTS.parent.joinpath("terminal_texts.json").read_text())
TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
HOSTILE = "\x1b]52;c;ZXZpbA==\x07\x1b[2J\u009b31m\rover\u202ethis\nhint: fake"
HARMLESS = "]52;c;ZXZpbA==[2J31moverthis hint: fake"
Clean = Callable[..., bytes]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Clean:
    """Return a function that cleans bytes, a given number at a time."""
    sources = [Path(__file__).with_name("clean_text.c"), EXAMPLES / "chat_text.c"]
    program = tmp_path_factory.mktemp("clean") / "clean_text"
    compile_program(program, sources, flags=SANITIZERS, link=False)

    def run_it(sent: bytes, kind: str = "text", size: int | None = None) -> bytes:
        command = [str(program), kind, *([] if size is None else [str(size)])]
        return subprocess.run(command, input=sent, capture_output=True, check=True).stdout

    return run_it


def is_removed(character: str) -> bool:
    """Return whether a character must not reach the terminal."""
    is_control = unicodedata.category(character) == "Cc" and character not in "\n\t"
    turns = unicodedata.bidirectional(character) in TURNS or "\u206a" <= character <= "\u206f"
    return is_control or turns or "\U000e0000" <= character <= "\U000e007f"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_cases(clean: Clean, case: dict[str, str]) -> None:
    for kind in ("text", "line"):
        assert clean(case["sent"].encode(), kind).decode() == case[kind]


def test_every_character(clean: Clean) -> None:
    surrogates = range(0xD800, 0xE000)
    every = [chr(number) for number in range(sys.maxunicode + 1) if number not in surrogates]
    kept = [character for character in every if not is_removed(character)]
    assert clean("".join(every).encode()) == "".join(kept).encode()


def test_bytes_that_are_no_characters(clean: Clean) -> None:
    """They are dropped one by one: alone, they may be C1 controls."""
    assert clean(bytes(range(0x80, 0x100))) == b""
    assert clean(b"a\x9b31mb") == b"a31mb"
    for wrong in (b"\xc0\x9b", b"\xe0\x82\x9b", b"\xf0\x80\x82\x9b", b"\xed\xa0\x80", b"\xf5\x80"):
        assert clean(b"a" + wrong + b"b") == b"ab"
    assert clean("你".encode()[:2] + b"b") == b"b"


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_pieces_that_end_anywhere(clean: Clean, size: int) -> None:
    """The library's pieces end between characters. Even otherwise, nothing must get through."""
    for case in CASES:
        sent = case["sent"].encode()
        for start in range(min(size, len(sent))):
            printed = clean(sent[start:], "text", size).decode()
            assert not any(map(is_removed, printed))


@pytest.mark.parametrize("how", ["text", "single", "fragments:size=1", "reasoning"])
def test_answers(workshop: Workshop, how: str) -> None:
    """Even if the wire splits them at every byte, and if the output is not a terminal."""
    sent = "|".join(case["sent"] for case in CASES)
    name, _, keys = how.partition(":")
    key = "thoughts" if how == "reasoning" else "content"
    url = workshop.service.url(
        "wss", "/v3.5/chat", scenario=f"{name}:{keys}{',' if keys else ''}{key}={sent}"
    )
    result = ask(workshop, url)
    assert result.returncode == 0, result.stderr
    said = result.stderr if how == "reasoning" else result.stdout
    assert "|".join(case["text"] for case in CASES) in said


def ask(workshop: Workshop, url: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Ask one question."""
    command = [workshop.example("chat"), "--url", url, "--ca-file", workshop.service.ca_file]
    command += [*options, "--once", f"Hello {HOSTILE}"]
    return run(command, env=workshop.service.environment())


@pytest.mark.parametrize(
    "scenario",
    [
        "error:code=10012,message={}",
        "error:code=10012,after=2,message={}",
        "function_call:name={0},arguments={0}",
        "citations",
        "status:code=401,body={}",
    ],
)
@pytest.mark.parametrize("scheme", ["wss", "https"])
def test_what_is_not_the_answer(workshop: Workshop, scenario: str, scheme: str) -> None:
    path, options = ("/v3.5/chat", []) if scheme == "wss" else ("/v1", ["--domain", "generalv3.5"])
    url = workshop.service.url(scheme, path, scenario=scenario.format(HOSTILE))
    result = ask(workshop, url, *options)
    printed = result.stdout + result.stderr
    assert "ZXZpbA==" in printed
    assert not any(map(is_removed, printed))
    assert "\nhint: fake" not in result.stderr


def test_doctor(workshop: Workshop, tmp_path: Path) -> None:
    service = workshop.service
    url = service.url("wss", "/v3.5/chat", scenario=f"error:code=10012,message={HOSTILE}")
    file = tmp_path / "recording.json"
    command = [workshop.example("chat"), "--doctor", "--url", url, "--output", file]
    result = run([*command, "--ca-file", service.ca_file], env=service.environment())
    assert "ZXZpbA==" in result.stdout
    assert not any(map(is_removed, result.stdout + file.read_text()))
    (exchange, *_) = json.loads(file.read_text())["exchanges"]
    assert HOSTILE in json.loads(exchange["messages"][0])["header"]["message"]


def test_in_a_terminal(workshop: Workshop) -> None:
    url = workshop.service.url("wss", "/v3.5/chat", scenario=f"text:content=answer {HOSTILE} end")
    command = [workshop.example("chat"), "--url", url, "--ca-file", workshop.service.ca_file]
    with Terminal(command, workshop.service.environment()) as terminal:
        terminal.wait_for("you> ")
        terminal.type("Hello\n")
        shown = terminal.wait_for(r" end\r\n.*you> ")
        assert f"answer {HARMLESS} end" in shown.replace("\r\n", " ")
        assert "\x1b]52" not in shown
        assert "\x1b[2J" not in shown
