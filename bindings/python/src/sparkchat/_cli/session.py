"""A chat: questions, and commands that begin with a slash."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import SparkError
from .ctrl_c import CtrlC
from .prompt import Prompt
from .terminal import Terminal

if TYPE_CHECKING:
    from ..client import Spark

_HELP = """\
/save FILE   write the conversation to a file
/load FILE   continue a conversation from a file
/model NAME  switch to another model; without a name, show the current one
/new         forget the conversation
/help        show this help
//...        ask a question that begins with a slash; only one slash is sent
exit, quit   end the chat, as Ctrl-D does
Pasted lines are one question. Ctrl-C stops an answer, and keeps the part received so far."""
_ENDS = ("exit", "quit", "/exit", "/quit")


class Session:
    """A conversation that can be saved, and continued with another model."""

    def __init__(self, spark: Spark, system: str | None, terminal: Terminal) -> None:
        self._spark = spark
        self._system = system
        self._terminal = terminal
        self._talk = spark.conversation(system=system)
        self._ctrl_c = CtrlC()

    def run(self) -> None:
        """Answer questions until the input ends."""
        prompt = Prompt()
        self._terminal.say(f"{self._where()}; /help lists the commands")
        try:
            while self._take_next(prompt):
                pass
        finally:
            self._ctrl_c.close()

    def _take_next(self, prompt: Prompt) -> bool:
        """Read a line, and act on it. False: it was the last one."""
        try:
            with self._ctrl_c:
                line = prompt.read()
            if line.lower() in _ENDS:
                return False
            self._take(line)
        except KeyboardInterrupt:
            self._terminal.say()
            self._terminal.say("(Ctrl-D ends the chat)")
        except EOFError:
            self._terminal.say()
            return False
        except (SparkError, UnicodeError) as error:
            self._terminal.report(error)
        return True

    def _take(self, line: str) -> None:
        if not line.startswith("/") or "\n" in line:
            if line:
                self._ask(line)
            return
        if line.startswith("//"):
            self._ask(line[1:])
            return
        try:
            with self._ctrl_c:
                said = self._command(line)
        except OSError as error:
            self._terminal.report(error)
            return
        for told in said.splitlines():
            self._terminal.say(told)

    def _ask(self, question: str) -> None:
        before = len(self._talk.messages)
        stream = self._talk.stream(question)
        try:
            with self._ctrl_c, stream:
                self._terminal.show(stream)
        except KeyboardInterrupt:
            part = stream.response.text
            if part and len(self._talk.messages) == before:
                self._talk.add([("user", question), ("assistant", part)])
            if not part:
                self._terminal.say()
            kept = "the part received is kept" if part else "the question is forgotten"
            self._terminal.say(f"(stopped; {kept})")
        else:
            self._terminal.show_rest(stream.response)

    def _command(self, line: str) -> str:
        """Run a command that begins with a slash, and return its output."""
        name, _, argument = line.partition(" ")
        argument = argument.strip()
        if name == "/help":
            return _HELP
        if name == "/new":
            self._talk = self._spark.conversation(system=self._system)
            return "a new conversation"
        if name == "/model":
            return self._change_model(argument)
        if name in ("/save", "/load"):
            if not argument:
                return f"{name} needs the name of a file"
            path = Path(argument).expanduser()
            return self._save(path) if name == "/save" else self._load(path)
        return f"there is no {name}; /help lists the commands"

    def _change_model(self, name: str) -> str:
        if name:
            spark = self._spark.with_options(model=name, domain=None, transport=None)
            talk = spark.conversation()
            talk.restore(self._talk.save())
            self._spark, self._talk = spark, talk
        return self._where()

    def _save(self, path: Path) -> str:
        path.write_text(self._talk.save(), encoding="utf-8")
        return f"{len(self._talk.messages)} messages saved to {path}"

    def _load(self, path: Path) -> str:
        self._talk.restore(path.read_text(encoding="utf-8"))
        return f"{len(self._talk.messages)} messages loaded from {path}"

    def _where(self) -> str:
        return f"{self._spark.domain} at {self._spark.url.partition('?')[0]}"
