"""Text from outside cannot control the terminal. The C chat has the same cases."""

from __future__ import annotations

import io
import json
import sys
import unicodedata
from pathlib import Path
from urllib.parse import urlencode

import pytest

from doctors import Doctor, doctor
from service import Service
from sparkchat import Citation, Reasoning, Response, ServiceWarning, SparkError, Text, ToolCall
from sparkchat._cli.clean import clean, clean_line
from sparkchat._cli.terminal import Terminal
from sparkchat._recording.readable_json import readable_json
from terminals import Typed, environment, run

__all__ = ["doctor", "environment"]

CASES = json.loads(
    Path(__file__).parents[1].joinpath("terminal_texts.json").read_text(encoding="utf-8")
)
TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
HOSTILE = "\x1b]52;c;ZXZpbA==\x07\x1b[2J\u009b31m\rover\u202ethis\nhint: fake"
HARMLESS = "]52;c;ZXZpbA==[2J31moverthis hint: fake"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_cases(case: dict[str, str]) -> None:
    sent = case["sent"]
    assert clean(sent) == case["text"]
    assert clean_line(sent) == case["line"]
    for at in range(len(sent) + 1):
        assert clean(sent[:at]) + clean(sent[at:]) == case["text"]
    document = readable_json(sent)
    assert json.loads(document) == sent
    assert clean_line(document) == document


def test_every_character() -> None:
    """Control characters, direction controls and tags are removed; all others stay."""
    for number in range(sys.maxunicode + 1):
        character = chr(number)
        is_control = unicodedata.category(character) == "Cc" and character not in "\n\t"
        turns = unicodedata.bidirectional(character) in TURNS or 0x206A <= number <= 0x206F
        is_tag = 0xE0000 <= number <= 0xE007F
        is_removed = is_control or turns or is_tag
        assert clean(character) == ("" if is_removed else character), hex(number)


def test_everything_that_is_printed() -> None:
    out, err = io.StringIO(), io.StringIO()
    terminal = Terminal(out, err)
    terminal.show([Reasoning(c) for c in HOSTILE])
    terminal.show([Text(c) for c in HOSTILE])
    terminal.show_rest(
        Response(
            text="an answer",
            finish_reason=HOSTILE,
            tool_calls=(ToolCall("id", HOSTILE, HOSTILE),),
            citations=(Citation(1, HOSTILE, HOSTILE),),
            warning=ServiceWarning(10019, HOSTILE),
        )
    )
    terminal.report(SparkError(HOSTILE, hint=HOSTILE, sid=HOSTILE))
    terminal.report(OSError(HOSTILE))
    text = HARMLESS.replace(" hint", "\nhint")
    assert out.getvalue() == f"{text}\n"
    assert clean(err.getvalue()) == err.getvalue()
    thoughts, _, lines = err.getvalue().partition("\n\n")
    assert thoughts == text
    assert lines.splitlines() == [
        f'The service ended the answer with "{HARMLESS}", so it may not be whole;'
        " ask again if it is not.",
        f"tool: {HARMLESS}",
        f"  with: {HARMLESS}",
        f"[1] {HARMLESS} {HARMLESS}",
        f"warning 10019: {HARMLESS}",
        f"error: {HARMLESS}",
        f"hint: {HARMLESS}",
        f"sid: {HARMLESS}",
        f"error: {HARMLESS}",
    ]


@pytest.mark.parametrize("how", ["text", "single", "fragments:size=1", "reasoning"])
def test_answers(environment: dict[str, str], how: str) -> None:
    """This is true even if the wire splits them at every byte and the output is not a terminal."""
    sent = "|".join(case["sent"] for case in CASES)
    name, _, keys = how.partition(":")
    key = "thoughts" if how == "reasoning" else "content"
    scenario = f"{name}:{keys}{',' if keys else ''}{key}={sent}"
    done = run({**environment, "LOCAL_QUERY": urlencode({"scenario": scenario})}, "Hello")
    assert done.returncode == 0
    said = done.stderr if how == "reasoning" else done.stdout
    assert said.strip() == "|".join(case["text"] for case in CASES)


@pytest.mark.parametrize(
    "scenario",
    [
        "error:code=10012,message={}",
        "error:code=10012,after=2,message={}",
        "function_call:name={0},arguments={0}",
        "citations",
    ],
)
@pytest.mark.parametrize("transport", ["websocket", "http"])
def test_what_is_not_the_answer(
    environment: dict[str, str], service: Service, scenario: str, transport: str
) -> None:
    query = urlencode({"scenario": scenario.format(HOSTILE)})
    password = {"LOCAL_PASSWORD": service.password} if transport == "http" else {}
    done = run({**environment, **password, "LOCAL_QUERY": query}, "--transport", transport, HOSTILE)
    printed = done.stdout + done.stderr
    assert "ZXZpbA==" in printed
    assert clean(printed) == printed
    assert "\nhint: fake" not in done.stderr


def test_in_a_terminal(environment: dict[str, str]) -> None:
    scenario = urlencode({"scenario": f"text:content=answer {HOSTILE} end"})
    with Typed({**environment, "LOCAL_QUERY": scenario}) as typed:
        typed.expect("> ")
        said = typed.ask("Hello")
        assert f"answer {HARMLESS} end" in said.replace("\n", " ")
        # readline sends other sequences itself.
        assert "\x1b]52" not in said
        assert "\x1b[2J" not in said
        assert typed.end() == 0


def test_doctor(doctor: Doctor) -> None:
    for arguments in ((), ("--json",)):
        scenario = f"error:code=10012,message={HOSTILE}"
        done = doctor(*arguments, environment=None, scenario=scenario)
        written = done.file.read_text(encoding="utf-8")
        assert "ZXZpbA==" in done.said
        assert clean(done.said + written) == done.said + written
        message = json.loads(done.recording["exchanges"][0]["messages"][0])["header"]["message"]
        assert message == HOSTILE
