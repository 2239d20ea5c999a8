"""The terminal chat as a user sees it: prompts, dimmed reasoning, Ctrl-C."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.workshop import Workshop
from terminal import Terminal

CTRL_C, CTRL_D = "\x03", "\x04"
PROMPT = "you> "


@contextmanager
def chatting(workshop: Workshop, *options: str, tag: str = "") -> Iterator[Terminal]:
    """Start the chat in a terminal."""
    service = workshop.service
    command: list[str | Path] = [workshop.example("chat"), "--url", service.url("wss", tag=tag)]
    command += ["--ca-file", service.ca_file, *options]
    with Terminal(command, service.environment()) as terminal:
        yield terminal


def questions(workshop: Workshop, tag: str) -> list[str]:
    """Return the questions that the service received."""
    requests = workshop.service.requests(tag)
    return [request["payload"]["message"]["text"][-1]["content"] for request in requests]


def test_ctrl_c_stops_the_answer_and_not_the_program(workshop: Workshop, tag: str) -> None:
    with chatting(workshop, tag=tag) as terminal:
        terminal.wait_for(PROMPT)
        terminal.type("#scenario stall:at=request\n")
        # Ctrl-C discards typed text that is still unread.
        workshop.service.wait_for_questions(tag, 1)
        terminal.type(CTRL_C)
        terminal.wait_for(r"\(stopped; the question is forgotten\).*" + PROMPT)
        terminal.type("How many questions?\n")
        # The stopped question is not part of the conversation.
        terminal.wait_for(r"\*\*0\*\* questions")
        terminal.wait_for(PROMPT)
        terminal.type(CTRL_D)
        assert terminal.exit_code() == 0


def test_ctrl_c_keeps_the_part_that_came(workshop: Workshop, tag: str) -> None:
    with chatting(workshop, tag=tag) as terminal:
        terminal.wait_for(PROMPT)
        terminal.type("#scenario stall:at=middle,after=3,chunks=8,content=abcdefgh\n")
        terminal.wait_for("abcdefgh.*abc")
        terminal.type(CTRL_C)
        terminal.wait_for(r"\(stopped; the part received is kept\).*" + PROMPT)
        terminal.type("Continue.\n")
        terminal.wait_for(PROMPT)
        terminal.type(CTRL_D)
        assert terminal.exit_code() == 0
    asked = workshop.service.requests(tag)[-1]["payload"]["message"]["text"]
    assert [message["content"] for message in asked[1:]] == ["abc", "Continue."]


def test_ctrl_c_at_the_prompt_drops_what_is_typed(workshop: Workshop, tag: str) -> None:
    with chatting(workshop, tag=tag) as terminal:
        terminal.wait_for(PROMPT)
        terminal.type("half a question")
        terminal.wait_for("half a question")
        terminal.type(CTRL_C)
        terminal.wait_for(r"\(Ctrl-D ends the chat\).*" + PROMPT)
        terminal.type("whole\n")
        terminal.wait_for("whole.*" + PROMPT)
        terminal.type(CTRL_D)
        assert terminal.exit_code() == 0
    assert questions(workshop, tag) == ["whole"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_that_ends_the_program_at_the_prompt(
    workshop: Workshop, number: signal.Signals
) -> None:
    with chatting(workshop) as terminal:
        terminal.wait_for(PROMPT)
        terminal.type("half a question")
        terminal.wait_for("half a question")
        assert not terminal.is_as_usual()
        terminal.send(number)
        assert terminal.exit_code() == -number
        assert terminal.is_as_usual()
        assert terminal.shown.endswith("\033[?2004l\r\n")


def test_a_nul_that_is_typed_is_left_out(workshop: Workshop, tag: str) -> None:
    with chatting(workshop, tag=tag) as terminal:
        terminal.wait_for(PROMPT)
        terminal.type("a\x16\0b\n")
        terminal.wait_for(PROMPT)
        terminal.type(CTRL_D)
        assert terminal.exit_code() == 0
    assert questions(workshop, tag) == ["ab"]


def test_ctrl_c_during_once_ends_the_program(workshop: Workshop) -> None:
    with chatting(workshop, "--once", "#scenario stall:at=middle,content=abcdefgh") as terminal:
        terminal.wait_for("abc")
        terminal.type(CTRL_C)
        assert terminal.exit_code() == 130


@pytest.mark.parametrize("word", ["exit", "Quit", "/exit", "quit "])
def test_words_that_end_it(workshop: Workshop, word: str) -> None:
    with chatting(workshop) as terminal:
        terminal.wait_for(PROMPT)
        terminal.type(f"{word}\n")
        assert terminal.exit_code() == 0


def test_what_is_pasted_is_one_question(workshop: Workshop, tag: str) -> None:
    pasted = "/help is no command here\n第一行\n\tindented\nthe last"
    with chatting(workshop, tag=tag) as terminal:
        assert "\x1b[?2004h" in terminal.wait_for(PROMPT)
        # Bracketed paste, as a terminal sends it after the program has enabled it.
        terminal.type("\x1b[200~" + pasted.replace("\n", "\r") + "\x1b[201~")
        terminal.wait_for("the last")
        terminal.type("\r")
        assert "\x1b[?2004l" in terminal.wait_for(PROMPT)
        terminal.type(CTRL_D)
        assert terminal.exit_code() == 0
    assert questions(workshop, tag) == [pasted]


def test_what_is_typed_can_be_taken_back(workshop: Workshop, tag: str) -> None:
    with chatting(workshop, tag=tag) as terminal:
        terminal.wait_for(PROMPT)
        terminal.type(
            "\x7f\x15\x17all of it\x15你好吗\x7f two words\x17\x17one\x1b[A\x1bOB\x1bx.\n"
        )
        terminal.wait_for(r"\(tokens.*" + PROMPT)
        terminal.type("\x1b[200~ab\rc\x1b[201~\x7f\x7f\x7f 9\n")
        terminal.wait_for(r"\(tokens.*" + PROMPT)
        terminal.type(CTRL_D)
        assert terminal.exit_code() == 0
    assert questions(workshop, tag) == ["你好 one.", "a 9"]


def test_the_terminal_is_left_as_it_was(workshop: Workshop) -> None:
    with chatting(workshop) as terminal:
        terminal.wait_for(PROMPT)
        assert not terminal.is_as_usual()
        terminal.type(CTRL_D)
        assert terminal.exit_code() == 0
        assert terminal.is_as_usual()


def test_reasoning_is_dimmed_in_a_terminal(workshop: Workshop) -> None:
    with chatting(workshop) as terminal:
        terminal.wait_for(PROMPT)
        terminal.type("#scenario reasoning:thoughts=let me see,content=done\n")
        shown = terminal.wait_for(r"done\r\n\(tokens")
        assert "\033[2mlet me see\033[0m\r\ndone" in shown
        terminal.wait_for(PROMPT)


def test_dimming_ends_when_the_answer_is_stopped(workshop: Workshop) -> None:
    with chatting(workshop) as terminal:
        terminal.wait_for(PROMPT)
        terminal.type("#scenario drop:after=1\n")
        terminal.wait_for(PROMPT)
        assert terminal.shown.count("\033[2m") == terminal.shown.count("\033[0m")


def test_answers_do_not_steer_the_terminal(workshop: Workshop) -> None:
    with chatting(workshop) as terminal:
        terminal.wait_for(PROMPT)
        terminal.type("#scenario text:content=a\x16\x1b[31mb\n")
        terminal.wait_for(r"a\[31mb\r\n\(tokens")
