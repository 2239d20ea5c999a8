"""The course of an answer, in a form that both transports share."""

from __future__ import annotations

from typing import Any

from .asking import Answer

# Over TLS: what works with TLS works without it. The same scenarios run over both transports.
SCHEMES = ("wss", "https")

# The emulator's default answer.
HELLO = (
    "Hello! I am the **Spark emulator** 🤖, a local stand-in for the chat service. "
    "What would you like to know?"
)

Course = list[tuple[Any, ...]]


def course(answer: Answer) -> Course:
    """Return the events that `ask` has printed, without IDs and with adjacent texts joined.

    How the service splits a text into pieces has no meaning.
    """
    told: Course = []
    for event in answer.events:
        kind = event["kind"]
        if kind in ("text", "reasoning"):
            before = told.pop()[1] if told and told[-1][0] == kind else ""
            told.append((kind, before + event["text"]))
        elif kind == "tool call":
            told.append((kind, event["name"], event["arguments"], event["valid"]))
        elif kind == "citation":
            told.append((kind, event["index"], event["title"], event["url"]))
        elif kind == "usage":
            told.append((kind, event["prompt"], event["completion"], event["total"]))
        elif kind == "warning":
            told.append((kind, event["code"]))
        else:
            told.append((kind,))
    return told


def ending(answer: Answer) -> tuple[str, str, int, int, str]:
    """Return how the answer ended: status, outcome, service code, whether to retry, phase."""
    return (
        answer.status,
        answer.outcome,
        answer.code,
        answer.retryable,
        answer.phase,
    )


COMPLETE = ("OK", "complete", 0, 0, "none")
