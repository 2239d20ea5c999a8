"""Pydantic AI with `sparkchat serve`."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from openai import AsyncOpenAI
from pydantic import BaseModel
from pydantic_ai import Agent, BinaryContent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider
from served import (
    BASE_URL,
    FAILS,
    FAILS_IN_MIDDLE,
    MODEL,
    STALLS,
    STALLS_IN_MIDDLE,
    WEATHER,
    check,
    is_cancelled,
    raises,
    run,
)

IMAGE = Path(os.environ["IMAGE"])


def agent(model: str = MODEL, **options: Any) -> Agent[None, Any]:
    """Return an agent whose client does not retry."""
    client = AsyncOpenAI(base_url=BASE_URL, api_key="none", max_retries=0)
    return Agent(OpenAIChatModel(model, provider=OpenAIProvider(openai_client=client)), **options)


class Greeting(BaseModel):
    """A greeting."""

    answer: str


def an_answer() -> None:
    """A plain answer has its text and usage; earlier messages are sent, too."""
    asked = agent(system_prompt="Be brief.", instructions="Be kind.").run_sync("6 times 7")
    check("42" in asked.output, asked)
    usage = asked.usage() if callable(asked.usage) else asked.usage
    check(usage.output_tokens > 0, usage)
    named = agent().run_sync("My name is Ada.", message_history=asked.all_messages())
    again = agent().run_sync("What is my name?", message_history=named.all_messages())
    check("Ada" in again.output, again)


async def a_stream() -> None:
    """A stream yields pieces, with usage."""
    async with agent().run_stream("6 times 7") as stream:
        pieces = [text async for text in stream.stream_text(delta=True, debounce_by=None)]
        usage = stream.usage() if callable(stream.usage) else stream.usage
    check("42" in "".join(pieces) and len(pieces) > 3, pieces)
    check(usage.output_tokens > 0, usage)


async def a_tool() -> None:
    """The agent calls a tool, and answers with its result."""
    calls: list[str] = []

    def get_weather(city: str = "Hefei") -> str:
        """Look up the weather in a city."""
        calls.append(city)
        return f"quite sunny in {city}"

    asked = await agent(tools=[get_weather]).run(WEATHER)
    check("quite sunny" in asked.output, asked)
    async with agent(tools=[get_weather]).run_stream(WEATHER) as stream:
        check("quite sunny" in await stream.get_output(), stream)
    check(len(calls) == 2, calls)


def answers_of_a_type() -> None:
    """They work by a tool that is called by name."""
    asked = agent(output_type=Greeting).run_sync("Say hello with the final result")
    check(isinstance(asked.output, Greeting), asked)


def reasoning() -> None:
    """The reasoning is a separate part."""
    asked = agent("x1").run_sync("6 times 7")
    kinds = [part.part_kind for message in asked.all_messages() for part in message.parts]
    check("thinking" in kinds and "42" in asked.output, kinds)


def an_image() -> None:
    """An image is sent to the service."""
    picture = BinaryContent(IMAGE.read_bytes(), media_type="image/png")
    asked = agent("image").run_sync(["What is this?", picture])
    check("A PNG image of 64 x 48 pixels" in asked.output, asked)


def errors() -> None:
    """They are raised, even in mid-stream."""

    async def stream(question: str) -> None:
        async with agent().run_stream(question) as asked:
            async for _ in asked.stream_text(delta=True):
                pass

    raises(lambda: agent().run_sync(FAILS), "11202")
    raises(lambda: asyncio.run(stream(FAILS)), "11202")
    raises(lambda: asyncio.run(stream(FAILS_IN_MIDDLE)), "10014")
    raises(lambda: agent("gpt-5").run_sync("Hello"), "there is no model")


async def cancelling() -> None:
    """A cancelled task disconnects; the service's records show whether it stops."""
    await is_cancelled(agent().run(f"{STALLS}pydantic"))

    async def read(question: str) -> None:
        async with agent().run_stream(question) as asked:
            async for _ in asked.stream_text(delta=True):
                pass

    await is_cancelled(read(f"{STALLS}pydantic-stream"))
    await is_cancelled(read(f"{STALLS_IN_MIDDLE}pydantic-stream-in-middle"))


run([an_answer, a_stream, a_tool, answers_of_a_type, reasoning, an_image, errors, cancelling])
