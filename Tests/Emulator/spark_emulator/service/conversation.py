"""The conversation in the form that the skills use, and helpers for every skill."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .pictures import Picture
from .request import ChatRequest

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_ROLE_ENGLISH = re.compile(r"\byou are (?:a |an |the )?([^.,;!?\n]{1,60})", re.IGNORECASE)
_ROLE_CHINESE = re.compile(r"你(?:现在)?是(?:一[个位名只])?([^,，。;；!！?？\n]{1,40})")


@dataclass(frozen=True)
class Conversation:
    """The last question, the earlier messages, and the language to answer in."""

    question: str
    earlier: tuple[str, ...]
    last_answer: str
    instruction: str
    chinese: bool
    picture: Picture | None = None

    @property
    def number(self) -> int:
        """The number of this question, from 1."""
        return len(self.earlier) + 1

    def say(self, english: str, chinese: str) -> str:
        """Return the text in the question's language."""
        return chinese if self.chinese else english


def conversation_of(request: ChatRequest) -> Conversation:
    """Return the conversation of a request."""
    spoken = [m for m in request.messages if m.is_spoken]
    users = [m.content for m in spoken if m.role == "user"]
    answers = [m.content for m in spoken if m.role == "assistant"]
    systems = [m.content for m in spoken if m.role == "system"]
    question = users[-1] if users else request.question
    return Conversation(
        question=question,
        earlier=tuple(users[:-1]),
        last_answer=answers[-1] if answers else "",
        instruction=systems[0] if systems else "",
        chinese=_CHINESE.search(question) is not None,
        picture=next((m.picture for m in request.messages if m.picture is not None), None),
    )


def quote(text: str, longest: int = 120) -> str:
    """Put a text in quotation marks, on one line, shortened if necessary."""
    line = " ".join(text.split())
    if len(line) > longest:
        line = line[:longest] + "…"
    return f"“{line}”"


def role_prefix(talk: Conversation) -> str:
    """Show that the system message was read: name its role, or quote it."""
    if not talk.instruction:
        return ""
    match = _ROLE_CHINESE.search(talk.instruction) or _ROLE_ENGLISH.search(talk.instruction)
    if match:
        role = match.group(1).strip()
        return talk.say(f"*(speaking as {role})* ", f"*(以{role}的身份)* ")
    said = quote(talk.instruction, 60)
    return talk.say(f"*(following the instruction {said})* ", f"*(按照指示{said})* ")
