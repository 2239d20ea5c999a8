"""The input of each example, and the output it must print: the same for all languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from support.paths import LIBRARY

HELLO = (
    "Hello! I am the **Spark emulator** 🤖, a local stand-in for the chat service. "
    "What would you like to know?"
)
CHUNKS = 8
STORY = "Once upon a time, 从前有座山, there was a mountain. "
# The service stops in the middle: a program that does not cancel hangs. The rest is the question.
STALL = f"#scenario stall:at=middle,after=4,content={STORY},chunks={CHUNKS}\nTell me a story"
CANCELLED = r"(?P<part>.+?)\n\(cancelled\)\n"
PIECE = "All at once"
ENDING = f"#scenario single:content={PIECE}\nTell me a story"
# A byte order mark, accents and emoji of several parts, direction marks, unusual line ends, and
# unassigned characters from all planes. (No U+FFFF: Mono does not accept it as an argument.)
ODD = (
    "\ufeffe\u0301 👩\u200d👩\u200d👧 \u202eabc\u202c \u2028\u0085\u000b \ufffd\ue000\ud7ff "
    "𐀀\U0010fffd"
)
NOWHERE = "/nowhere/libsparkchat.so.0"
NOT_FOUND = r"libsparkchat\.so\.0: cannot open shared object file"
NOT_UTF8 = "wss://\udcff/"


@dataclass(frozen=True)
class Case:
    """A run of an example. Patterns must match the whole output."""

    name: str
    stdout: str = ""
    stderr: str = ""
    status: int = 0
    questions: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    is_watched: bool = True
    """Whether the program makes objects through the wrapper library."""

    def faults(self, status: int, stdout: str, stderr: str) -> list[str]:
        """Return what is wrong with how a program ended."""
        found = re.fullmatch(self.stdout, stdout, re.DOTALL)
        if status == self.status and found and re.fullmatch(self.stderr, stderr, re.DOTALL):
            part = found.groupdict().get("part", STORY[:1])
            if part != STORY and STORY.startswith(part):
                return []
        return [f"{self.name}: it ended with {status}, printed {stdout!r}, and said {stderr!r}"]


def error(message: str, hint: str = "") -> str:
    """Return the pattern of an error, with its hint, if any, on a second line."""
    return rf"error: [^\n]*{message}[^\n]*\n" + (rf"hint: [^\n]*{hint}[^\n]*\n" if hint else "")


# An answer, and another that is cancelled.
ANSWERS = (
    Case("an answer", rf"{re.escape(HELLO)}\n{CANCELLED}", questions=("Hello", STALL)),
    Case(
        "odd characters",
        rf"{re.escape(ODD)}\n{CANCELLED}",
        questions=(f"#scenario echo:chunks=3\n{ODD}", STALL),
    ),
)
# The cancel coincides with the end of the answer, or follows it.
MEETING = Case(
    "a cancel at the end",
    rf"{re.escape(HELLO)}\n{PIECE}(\n\(cancelled\))?\n",
    questions=("Hello", ENDING),
)
REFUSALS = (
    Case(
        "an unknown key",
        stderr=error("HTTP status 401", "API key"),
        status=1,
        environment={"IFLYTEK_SPARK_API_KEY": "unknown"},
    ),
    Case(
        "an error without a hint",
        stderr=error("IFLYTEK_SPARK_API_URL: the URL is not valid UTF-8"),
        status=1,
        environment={"IFLYTEK_SPARK_API_URL": NOT_UTF8},
    ),
    Case(
        "an unknown host",
        stderr=error('"unknown.invalid" could not be looked up', "check the URL's host name"),
        status=1,
        environment={"IFLYTEK_SPARK_API_URL": "wss://unknown.invalid/v3.5/chat"},
    ),
    Case(
        "another ABI",
        stderr=error("libsparkchat has another ABI version"),
        status=1,
        environment={"WATCHED_ABI": "99"},
        is_watched=False,
    ),
)


# Where the program looks for the library, by its way to find it.
LIBRARIES = {
    "SPARKCHAT_LIBRARY": (
        Case(
            "no library at SPARKCHAT_LIBRARY",
            stderr=rf"error: [^\n]*{NOWHERE}.*",
            status=1,
            environment={"SPARKCHAT_LIBRARY": NOWHERE},
            is_watched=False,
        ),
        Case(
            "SPARKCHAT_LIBRARY",
            ANSWERS[0].stdout,
            questions=ANSWERS[0].questions,
            environment={"SPARKCHAT_LIBRARY": str(LIBRARY), "LD_LIBRARY_PATH": ""},
            is_watched=False,
        ),
    ),
    "linked": (
        Case(
            "no library",
            stderr=f"[^\n]*: error while loading [^\n]*: {NOT_FOUND}.*",
            status=127,
            environment={"LD_LIBRARY_PATH": ""},
            is_watched=False,
        ),
    ),
    "addon": (
        Case(
            "no library",
            stderr=error(NOT_FOUND),
            status=1,
            environment={"LD_LIBRARY_PATH": ""},
            is_watched=False,
        ),
    ),
}


def lifetimes(lines: list[str]) -> list[str]:
    """Return what is wrong with the objects' lifetimes, as recorded by `c/watched.c`."""
    alive: set[str] = set()
    found = []
    for line in lines:
        sign, what = line[0], line[1:]
        if sign == "+":
            alive.add(what)
        elif what not in alive:
            found.append(f"{what} is {'freed' if sign == '-' else 'cancelled'} but does not live")
        elif sign == "-":
            alive.remove(what)
    return found + [f"{what} is not freed" for what in sorted(alive)]
