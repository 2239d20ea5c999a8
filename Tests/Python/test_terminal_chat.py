"""The chat of `python -m sparkchat`, in a terminal."""

from __future__ import annotations

import signal
from pathlib import Path
from urllib.parse import urlencode

import pytest

from service import Service
from sparkchat._cli.ctrl_c import CtrlC
from terminals import LOCAL_CLIENT, Typed, environment, typed

__all__ = ["environment", "typed"]


def test_it_remembers_and_forgets(typed: Typed) -> None:
    greeting = typed.expect("> ")
    assert "generalv3.5 at ws://127.0.0.1" in greeting
    assert "SecretNotReal" not in greeting
    typed.ask("My name is Ada.")
    assert "Ada" in typed.ask("What is my name?")
    assert "a new conversation" in typed.ask("/new")
    assert "Ada" not in typed.ask("What is my name?")
    typed.ask("")
    assert typed.end() == 0


def test_saving_loading_and_other_models(typed: Typed, tmp_path: Path) -> None:
    typed.expect("> ")
    assert "generalv3.5 at" in typed.ask("/model")
    typed.ask("My name is Ada.")
    assert "2 messages saved to" in typed.ask("/save ~/talk.json")
    assert "Ada" in (tmp_path / "talk.json").read_text(encoding="utf-8")
    typed.ask("/new")
    assert "2 messages loaded from" in typed.ask(f"/load {tmp_path}/talk.json")
    assert "4.0Ultra at" in typed.ask("/model 4.0Ultra")
    assert "Ada" in typed.ask("What is my name?")
    for line, said in {
        "/load nothing.json": "error: nothing.json: No such file or directory",
        f"/load {LOCAL_CLIENT}": "error: ",
        "/save /nowhere/talk.json": "error: ",
        "/save": "needs the name of a file",
        "/model none-such": "error: ",
        "/dance": "there is no /dance",
        "/help": "Ctrl-D",
    }.items():
        assert said in typed.ask(line), line
    assert "Ada" in typed.ask("What is my name?")
    assert typed.end() == 0


def test_ctrl_c_stops_an_answer_and_not_the_chat(
    service: Service, environment: dict[str, str], tag: str
) -> None:
    with Typed({**environment, "LOCAL_QUERY": urlencode({"tag": tag})}) as typed:
        typed.expect("> ")
        typed.ask("My name is Ada.")
        typed.type("#scenario stall:at=first\n")
        # From now on, Ctrl-C stops the answer; at the prompt, it would drop the typed line.
        service.wait_for_questions(tag, 2)
        typed.type("Half a quest\x03")
        typed.expect("(stopped; the question is forgotten)\n")
        typed.expect("> ")
        assert "Ada" in typed.ask("What is my name?")
        typed.type("half a line")
        typed.expect("half a line")
        typed.interrupt("Ctrl-D ends the chat")
        typed.settle()
        assert "Ada" in typed.ask("What is my name?")
        assert typed.end() == 0
    asked = service.requests(tag)[-1]["payload"]["message"]["text"]
    assert not [message for message in asked if "stall" in message["content"]]


def test_ctrl_c_keeps_the_part_that_came(
    service: Service, environment: dict[str, str], tag: str
) -> None:
    with Typed({**environment, "LOCAL_QUERY": urlencode({"tag": tag})}) as typed:
        typed.expect("> ")
        typed.type("#scenario stall:at=middle,after=3,chunks=8,content=abcdefgh\n")
        typed.expect("abcdefgh")
        typed.expect("abc")
        typed.type("\x03")
        typed.expect("(stopped; the part received is kept)\n")
        typed.expect("> ")
        typed.ask("Continue.")
        assert typed.end() == 0
    before, part, now = service.requests(tag)[-1]["payload"]["message"]["text"]
    assert before["content"].startswith("#scenario")
    assert part == {"role": "assistant", "content": "abc"}
    assert now["content"] == "Continue."


def test_ctrl_c_many_times(typed: Typed) -> None:
    typed.expect("> ")
    typed.ask("My name is Ada.")
    for _ in range(5):
        typed.type("#scenario stall:at=middle,after=3,chunks=8,content=abcdefgh\n")
        typed.expect("abcdefgh")
        typed.expect("abc")
        for _ in range(9):
            typed.process.send_signal(signal.SIGINT)
        typed.expect("(stopped; the part received is kept)\n")
        typed.expect("> ")
        # Signals that arrive later reach the prompt.
        typed.interrupt("Ctrl-D ends the chat")
        typed.settle()
    assert "Ada" in typed.ask("What is my name?")
    assert typed.end() == 0


def test_a_second_ctrl_c_at_once_is_a_keyboard_interrupt() -> None:
    ctrl_c = CtrlC()
    try:
        with pytest.raises(KeyboardInterrupt), ctrl_c:
            raise SystemError("returned a result with an exception set") from KeyboardInterrupt()
        with pytest.raises(SystemError), ctrl_c:
            raise SystemError("something else")
    finally:
        ctrl_c.close()


def test_a_question_that_begins_with_a_slash(
    service: Service, environment: dict[str, str], tag: str
) -> None:
    with Typed({**environment, "LOCAL_QUERY": urlencode({"tag": tag})}) as typed:
        typed.expect("> ")
        assert "\n//..." in typed.ask("/help")
        typed.ask("//help, what is it?")
        typed.ask("///")
        assert typed.end() == 0
    asked = [r["payload"]["message"]["text"][-1]["content"] for r in service.requests(tag)]
    assert asked == ["/help, what is it?", "//"]


def test_what_is_pasted_is_one_question(
    service: Service, environment: dict[str, str], tag: str
) -> None:
    pasted = "/help is no command here\n第一行\n\tindented\nthe last"
    with Typed({**environment, "LOCAL_QUERY": urlencode({"tag": tag})}) as typed:
        assert "\x1b[?2004h" in typed.expect("> ")
        # As a terminal sends a paste once the program has enabled this mode.
        typed.type("\x1b[200~" + pasted.replace("\n", "\r") + "\x1b[201~")
        typed.expect("the last")
        typed.type("\r")
        typed.expect("> ")
        assert typed.end() == 0
    (request,) = service.requests(tag)
    assert [message["content"] for message in request["payload"]["message"]["text"]] == [pasted]


@pytest.mark.parametrize("word", ["exit", "Quit", "/exit", " quit "])
def test_words_that_end_it(typed: Typed, word: str) -> None:
    typed.expect("> ")
    typed.type(f"{word}\n")
    assert typed.process.wait(30) == 0


def test_questions_can_be_had_back(typed: Typed) -> None:
    typed.expect("> ")
    typed.ask("6 times 7")
    typed.type("\x1b[A")
    typed.expect("6 times 7")
    typed.type("0\n")
    assert "420" in typed.expect("> ")
    assert typed.end() == 0


def test_answers_alone_are_on_the_standard_output(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """This is true of a chat as well: `sparkchat > answers.txt` writes nothing else to the file."""
    answers = tmp_path / "answers.txt"
    with answers.open("wb") as out, Typed(environment, "--model", "x1", out=out) as typed:
        typed.expect("> ")
        typed.type("1+1\n/help\n/dance\n")
        typed.expect("/dance;")
        typed.expect("> ")
        assert typed.end() == 0
    assert answers.read_text(encoding="utf-8") == "1 + 1 = **2**.\n"


def test_errors_do_not_end_the_chat(typed: Typed) -> None:
    typed.expect("> ")
    typed.ask("My name is Ada.")
    said = typed.ask("#scenario error:code=10013")
    assert "error: " in said
    assert "sid: cht" in said
    assert "Traceback" not in said
    assert "Ada" in typed.ask("What is my name?")
    assert typed.end() == 0


@pytest.mark.parametrize("can_dim", [True, False])
def test_reasoning_is_dimmed(environment: dict[str, str], can_dim: bool) -> None:
    colours = {} if can_dim else {"NO_COLOR": "1"}
    with Typed({**environment, **colours}, "--model", "x1", "--system", "Be brief.") as typed:
        typed.expect("> ")
        said = typed.ask("1+1")
        thoughts, _, answer = said.partition("\x1b[22m\n\n" if can_dim else "\n\n")
        assert ("\x1b[2m" in thoughts) is can_dim
        assert len(thoughts) > 10
        assert "**2**" in answer
        assert "\x1b[2m" not in answer
        assert typed.end() == 0
