"""A web application for gunicorn, whose clients are made before the workers are forked.

The process that becomes the workers' parent also uses them.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from sparkchat import AsyncSpark, Spark
from sparkchat.langchain import ChatSparkLLM

KNOWN = [("user", "My name is Li Lei."), ("assistant", "Hello, Li Lei!")]

chat = Spark()
asynchronous = AsyncSpark()
model = ChatSparkLLM()
talk = chat.conversation(KNOWN)
chat.invoke("1+1")
model.invoke("1+1")
asyncio.run(asynchronous.invoke("1+1"))


def converse(question: str) -> Iterable[str]:
    """Ask in the parent's conversation, which each worker continues separately."""
    yield talk.ask(question).text


WAYS: dict[str, Callable[[str], Iterable[str]]] = {
    "/invoke": lambda question: [chat.invoke(question).text],
    "/stream": lambda question: chat.stream(question).text(),
    "/async": lambda question: [asyncio.run(asynchronous.invoke(question)).text],
    "/langchain": lambda question: (piece.text for piece in model.stream(question)),
    "/converse": converse,
}


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer `/invoke?q=...` and similar requests; a header names the worker."""
    (question,) = parse_qs(environ["QUERY_STRING"])["q"]
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Worker", str(os.getpid()))])
    for text in WAYS[environ["PATH_INFO"]](question):
        yield text.encode()
