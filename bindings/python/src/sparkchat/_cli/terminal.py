"""What a chat in the terminal prints, and what can be typed into it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from .._requests.ending import ending_of
from ..errors import SparkError
from ..events import Citation, Event, Reasoning, ServiceWarning, Text
from .options import INTERRUPTED

if TYPE_CHECKING:
    from ..client import Spark
    from ..conversation import Conversation

_HELP = """\
/save FILE   write the conversation to a file
/load FILE   go on with a conversation from a file
/model NAME  ask another model from now on; without a name, tell which it is
/new         forget the conversation
/help        tell this
Ctrl-C stops an answer, Ctrl-D ends the chat."""
_DIM, _NORMAL = "\x1b[2m", "\x1b[22m"


class Terminal:
    """Prints answers as they come in."""

    def __init__(self, out: TextIO, err: TextIO, limit: int | None = None) -> None:
        self._out = out
        self._err = err
        self._limit = limit
        self._is_in_line = False
        self._can_dim = out.isatty() and not os.environ.get("NO_COLOR")
        self._is_dim = False

    def answer(self, spark: Spark, question: str, system: str | None) -> int:
        """Answer one question, and return the exit status."""
        try:
            self._show(spark.conversation(system=system), question)
        except SparkError as error:
            self.report(error)
            return 1
        except KeyboardInterrupt:
            return INTERRUPTED
        return 0

    def chat(self, spark: Spark, system: str | None) -> int:
        """Take questions until there are no more, and return the exit status."""
        with contextlib.suppress(ImportError):
            # Gives `input` a history, and editing.
            import readline  # noqa: F401
        session = _Session(spark, system)
        self._say(f"{spark.domain} at {spark.url.partition('?')[0]}; /help tells more")
        while True:
            try:
                line = input("> ").strip()
            except KeyboardInterrupt:
                self._say("\nCtrl-D ends the chat")
                continue
            except EOFError:
                self._say()
                return 0
            try:
                if line.startswith("/"):
                    self._say(session.command(line))
                elif line:
                    self._show(session.talk, line)
            except KeyboardInterrupt:
                self._say("\n(stopped; the question is forgotten)")
            except (SparkError, OSError, UnicodeError) as error:
                self.report(error)

    def report(self, error: Exception) -> None:
        """Say what went wrong, and what to do about it."""
        if self._is_in_line:
            self._say()
        message = error.message if isinstance(error, SparkError) else str(error)
        print(f"error: {message}", file=self._err)
        if isinstance(error, SparkError):
            if error.hint:
                print(f"hint: {error.hint}", file=self._err)
            if error.sid:
                print(f"sid: {error.sid}", file=self._err)
        self._err.flush()

    def _show(self, talk: Conversation, question: str) -> None:
        sources: list[Citation] = []
        try:
            with talk.stream(question) as stream:
                for event in stream:
                    self._print(event, sources)
        finally:
            self._dim(False)
        self._say()
        if ending := ending_of(stream.response, self._limit, "--max-tokens"):
            print(ending, file=self._err, flush=True)
        for source in sources:
            index = "" if source.index is None else f"[{source.index}] "
            self._say(f"{index}{source.title} {source.url}")

    def _print(self, event: Event, sources: list[Citation]) -> None:
        if isinstance(event, Reasoning):
            self._dim(True)
            self._write(event.reasoning)
        elif isinstance(event, Text):
            self._dim(False)
            self._write(event.content)
        elif isinstance(event, Citation):
            sources.append(event)
        elif isinstance(event, ServiceWarning):
            print(f"\nwarning {event.code}: {event.message}", file=self._err, flush=True)

    def _dim(self, is_dim: bool) -> None:
        """Reasoning is a paragraph of its own, dimmed where the terminal can."""
        if is_dim == self._is_dim:
            return
        self._is_dim = is_dim
        if self._can_dim:
            self._write(_DIM if is_dim else _NORMAL)
        if not is_dim:
            self._write("\n\n")

    def _say(self, text: str = "") -> None:
        self._write(text + "\n")

    def _write(self, text: str) -> None:
        # What dims a terminal moves nothing.
        if text not in (_DIM, _NORMAL):
            self._is_in_line = not text.endswith("\n")
        self._out.write(text)
        self._out.flush()


class _Session:
    """A conversation that can be saved, and go on with another model."""

    def __init__(self, spark: Spark, system: str | None) -> None:
        self._spark = spark
        self._system = system
        self.talk = spark.conversation(system=system)

    def command(self, line: str) -> str:
        """Do what a line with a slash says, and return what there is to tell."""
        name, _, argument = line.partition(" ")
        argument = argument.strip()
        if name == "/help":
            return _HELP
        if name == "/new":
            self.talk = self._spark.conversation(system=self._system)
            return "a new conversation"
        if name == "/model":
            return self._change_model(argument)
        if name in ("/save", "/load"):
            if not argument:
                return f"{name} needs the name of a file"
            path = Path(argument).expanduser()
            return self._save(path) if name == "/save" else self._load(path)
        return f"there is no {name}; /help tells what there is"

    def _change_model(self, name: str) -> str:
        if name:
            spark = self._spark.with_options(model=name, url=None, domain=None, transport=None)
            talk = spark.conversation()
            talk.restore(self.talk.save())
            self._spark, self.talk = spark, talk
        return f"{self._spark.domain} at {self._spark.url.partition('?')[0]}"

    def _save(self, path: Path) -> str:
        path.write_text(self.talk.save(), encoding="utf-8")
        return f"{len(self.talk.messages)} messages are in {path}"

    def _load(self, path: Path) -> str:
        self.talk.restore(path.read_text(encoding="utf-8"))
        return f"{len(self.talk.messages)} messages are from {path}"
