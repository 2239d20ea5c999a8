"""Runs the OpenAI-compatible server in a thread of the test."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import uvicorn

from sparkchat import AsyncSpark
from sparkchat.serve import create_app

TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Look up the weather.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
        "strict": True,
    },
}

Serve = Callable[..., str]
"""Serves a client of the local service, and returns the base URL."""


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve a client, with arguments of `create_app`, and return the base URL."""
    with contextlib.ExitStack() as running:

        def start(spark: AsyncSpark, **options: Any) -> str:
            return running.enter_context(serving(create_app(spark, **options)))

        yield start


@contextlib.contextmanager
def serving(app: Any) -> Iterator[str]:
    """Run an application with uvicorn, and yield the base URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive()
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        finally:
            server.should_exit = True
            thread.join()


def completion(
    base: str, question: str | list[dict[str, Any]] = "1+1", **body: Any
) -> httpx.Response:
    """Ask for a chat completion, as any HTTP client would."""
    messages = [{"role": "user", "content": question}] if isinstance(question, str) else question
    headers = body.pop("headers", {})
    document = {"model": "max", "messages": messages, **body}
    return httpx.post(f"{base}/chat/completions", json=document, headers=headers, timeout=30)


def events(response: httpx.Response | str) -> list[str]:
    """Return the data of a stream of server-sent events."""
    text = response if isinstance(response, str) else response.text
    parts = text.split("\n\n")
    assert parts.pop() == ""
    assert all(part.startswith("data: ") for part in parts)
    return [part.removeprefix("data: ") for part in parts]


def error_of(response: httpx.Response) -> dict[str, Any]:
    """Return the error in a response, which has every field of an error."""
    error: dict[str, Any] = response.json()["error"]
    assert {"message", "type", "param", "code", "service_code", "sid"} == error.keys()
    return error
