"""The terminal chat as a person uses it: prompts, dimmed reasoning, Ctrl-C."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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


def test_ctrl_c_stops_the_answer_and_not_the_program(workshop: Workshop, tag: str) -> None:
    with chatting(workshop, tag=tag) as terminal:
        terminal.wait_for(PROMPT)
        terminal.type("#scenario stall:at=middle,after=3,content=abcdefgh\n")
        terminal.wait_for("\nabcde")
        terminal.type(CTRL_C)
        terminal.wait_for(r"\(stopped\).*" + PROMPT)
        terminal.type("#scenario stall:at=request\n")
        # Ctrl-C throws away what has been typed but not read yet.
        workshop.service.wait_for_questions(tag, 2)
        terminal.type(CTRL_C)
        terminal.wait_for(r"\(stopped\).*" + PROMPT)
        terminal.type("How many questions?\n")
        # The stopped ones are not part of the conversation.
        terminal.wait_for(r"\*\*0\*\* questions")
        terminal.wait_for(PROMPT)
        terminal.type(CTRL_D)
        assert terminal.exit_code() == 0


def test_ctrl_c_at_the_prompt_ends_the_program(workshop: Workshop) -> None:
    with chatting(workshop) as terminal:
        terminal.wait_for(PROMPT)
        terminal.type(CTRL_C)
        assert terminal.exit_code() == 0


def test_ctrl_c_during_once_ends_the_program(workshop: Workshop) -> None:
    with chatting(workshop, "--once", "#scenario stall:at=middle,content=abcdefgh") as terminal:
        terminal.wait_for("abc")
        terminal.type(CTRL_C)
        assert terminal.exit_code() == 1


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
