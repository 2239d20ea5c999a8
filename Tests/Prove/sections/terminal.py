"""Both chats in tmux: pasting, Ctrl-C, wide characters, another size, colours, answers that attack.

The chats' own tests use a pseudo-terminal; here, an independent terminal shows the result.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rows import Effort, Row
from tmux import TMUX, Screen
from workbench import LIBRARY_FOLDER, ROOT, Service, Workbench, workbench

PASTED = "/new is no command here\n第一行\nthe third\n最后一行"
LONG = "一个很长的问题，要占好几行，" * 4
ATTACK = "a\x1b]52;c;ZXZpbA==\x07\x1b]0;evil\x07\x1b[2J\x1b[H\u009b2Jz"


@dataclass
class Chat:
    """One of the programs, and the requests it sent."""

    name: str
    prompt: str
    command: list[str | Path]
    environment: dict[str, str]
    service: Service
    folder: Path
    tag: str = ""

    def start(self, case: str) -> Screen:
        """Start it, and wait for its prompt."""
        self.tag = f"{self.name}-{case}"
        scenario = {"scenario": f"single:content={ATTACK}"} if case == "attack" else {}
        url = self.service.url("ws", "/v3.5/chat", tag=self.tag, **scenario)
        screen = Screen([*self.command, "--url", url], self.environment, self.folder)
        screen.wait_for(self.prompt)
        return screen

    def asked(self) -> list[str]:
        """Return the messages of the last question."""
        message = self.service.requests(self.tag)[-1]["payload"]["message"]
        return [text["content"] for text in message["text"]]


def python_chat(work: Workbench) -> Chat:
    found = {
        **work.service.environment(),
        "PYTHONPATH": str(ROOT / "bindings" / "python" / "src"),
        "SPARKCHAT_LIBRARY": str(LIBRARY_FOLDER / "libsparkchat.so.0"),
    }
    command: list[str | Path] = [sys.executable, "-m", "sparkchat"]
    return Chat("Python", "\n>", command, found, work.service, work.folder)


def c_chat(work: Workbench) -> Chat:
    command: list[str | Path] = [work.example("chat")]
    environment = work.service.environment()
    return Chat("C", "\nyou>", command, environment, work.service, work.folder)


def paste(chat: Chat, screen: Screen) -> None:
    """Pasted lines are one question, and the word exit ends the program."""
    screen.paste(PASTED)
    screen.wait_for("最后一行")
    screen.press("Enter")
    screen.wait_for(chat.prompt)
    expect(chat.asked(), [PASTED])
    screen.type("exit")
    screen.press("Enter")
    expect(screen.status(), "0")


def interrupt(chat: Chat, screen: Screen) -> None:
    """Ctrl-C keeps the text received so far; at the prompt, it discards the typed text."""
    screen.type("#scenario stall:at=middle,after=3,chunks=8,content=一二三四五六七八")
    screen.press("Enter")
    screen.wait_for("\n一二三")
    screen.press("C-c")
    assert "(stopped; the part received is kept)" in screen.wait_for(chat.prompt)
    screen.type("half a question")
    screen.wait_for("half a question")
    screen.press("C-c")
    assert "(Ctrl-D ends the chat)" in screen.wait_for(chat.prompt)
    ask(chat, screen, "接着说")
    expect(chat.asked()[1:], ["一二三", "接着说"])


def edit(chat: Chat, screen: Screen) -> None:
    """Wide characters over several rows can be deleted, even after the window is resized."""
    screen.type(LONG)
    screen.wait_for(LONG[-6:])
    screen.press("-N", "30", "BSpace")
    left = LONG[:-30]
    screen.wait_for(left[-6:])
    expect(one_line(chat, screen), left)
    screen.tmux("resize-window", "-x", "60", "-y", "20")
    screen.press("-N", "3", "BSpace")
    screen.wait_for(left[-9:-3])
    ask(chat, screen, "完")
    expect(chat.asked(), [left[:-3] + "完"])


def ask(chat: Chat, screen: Screen, text: str) -> str:
    """Type the rest of a question, and return the screen after the answer."""
    screen.type(text)
    screen.wait_for(text[-6:])
    screen.press("Enter")
    return screen.wait_for(chat.prompt)


def one_line(chat: Chat, screen: Screen) -> str:
    """Return the text after the last prompt."""
    return screen.shown("-J").rpartition(chat.prompt)[2].strip().replace("\n", "")


def colours(chat: Chat, screen: Screen) -> None:
    """Reasoning is dim, and the answer is not."""
    ask(chat, screen, "#scenario reasoning:content=done,thoughts=let me see")
    thoughts, _, answer = screen.shown("-e").rpartition("let me see")
    assert thoughts.endswith("\x1b[2m"), repr(thoughts[-20:])
    assert "\x1b[2m" not in answer, repr(answer)


def attack(chat: Chat, screen: Screen) -> None:
    """The screen, the title and the clipboard stay as they are."""
    before = screen.tmux("display", "-p", "#{pane_title}")
    greeting = screen.shown()
    shown = ask(chat, screen, "Hello")
    assert shown.startswith(greeting), shown
    assert "a]52;c;ZXZpbA==]0;evil[2J[H2Jz" in screen.shown("-J"), shown
    expect(screen.tmux("display", "-p", "#{pane_title}"), before)
    expect(screen.tmux("list-buffers"), "")


CASES: list[Callable[[Chat, Screen], None]] = [paste, interrupt, edit, colours, attack]


def expect(found: object, expected: object) -> None:
    assert found == expected, f"found {found!r}, expected {expected!r}"


def attempt(chat: Chat, case: Callable[[Chat, Screen], None], row: Row) -> None:
    row.tried += 1
    try:
        with chat.start(case.__name__) as screen:
            case(chat, screen)
    except (AssertionError, LookupError) as failure:
        row.failures.append(f"{case.__name__}: {failure}")


def run(effort: Effort) -> list[Row]:
    if not effort.long:
        return [Row("tmux", skipped="in the long form only")]
    if TMUX is None:
        return [Row("tmux", skipped="tmux is not installed; `make prove` installs it")]
    rows = []
    with workbench() as work:
        for chat in (python_chat(work), c_chat(work)):
            row = Row(f"the chat in {chat.name}")
            for case in CASES:
                attempt(chat, case, row)
            rows.append(row)
    return rows
