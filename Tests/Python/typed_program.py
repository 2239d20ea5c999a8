"""What users write, with all its types. Type checkers read it; nothing runs it."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from typing import TypedDict

from sparkchat import (
    AsyncSpark,
    AsyncStream,
    Conversation,
    Embedding,
    Image,
    Message,
    MessageLike,
    Options,
    ParsedResponse,
    Response,
    Settings,
    Spark,
    SparkError,
    Stream,
    Text,
    ToolResult,
    Transport,
    Usage,
    models,
)


@dataclass
class River:
    """A river."""

    name: str
    length_km: float


class Trip(TypedDict):
    """A trip."""

    rivers: list[River]


def look(what: str) -> int:
    """Look."""
    return len(what)


async def look_again(what: str) -> int:
    """Look."""
    return len(what)


def sync_program() -> None:
    """Use all that `Spark` has."""
    chat = Spark("app", "key", "secret", model="x1", temperature=0.5, thinking="auto")
    stream: Stream = chat.stream([("system", "Be brief."), Message("user", "Hi")], max_tokens=5)
    for event in stream:
        text: str = event.content
        if isinstance(event, Text):
            print(event.content.upper(), text)
        elif event.kind == 6:
            print(event)
    talk: Conversation = chat.conversation(tools=[look, {"name": "f"}], tool_choice="look")
    answer: Response = talk.ask("Hello", temperature=0.5)
    history: list[MessageLike] = ["Hi", answer, ToolResult("call-1", "x"), Image(b"")]
    history.append({"role": "assistant", "content": None, "tool_calls": []})
    for text in talk.stream("Hello").text():
        print(text.upper(), chat.invoke(history, response_format={"type": "json_object"}))
    names: list[str] = [model.name for model in models() if model.http is not None]
    tokens: int | None = chat.invoke({"role": "user", "content": "Hi"}).usage.total_tokens
    seconds: float | None = answer.timings.first_text
    print(names, tokens, seconds, chat.transport is Transport.HTTP)

    answers: list[Response] = chat.batch(["Hi", [Message("user", "Hi")]], max_concurrency=2)
    print([answer.text for answer in answers])
    vector: list[float] = chat.embed("Hi")
    vectors: list[Embedding] = chat.embed(word for word in ("Hi", "Ho"))
    some: list[Embedding | Exception] = chat.embed(["Hi"], return_exceptions=True)
    print(vector[0], vectors[0].response.sid, some)
    for result in chat.batch(["Hi"], return_exceptions=True, on_progress=print):
        if isinstance(result, Exception):
            logging.warning("%s", result)
        else:
            print(result.sid)

    river: ParsedResponse[River] = chat.parse("A river?", River, temperature=0.1)
    length: float = river.parsed.length_km
    trip: Trip = chat.parse("A trip?", Trip).parsed
    numbers: list[int] = chat.parse("Numbers?", list[int]).parsed
    print(length, trip["rivers"][0].name, numbers, river.sid)

    options: Options = {"temperature": 0.5, "search": True}
    settings: Settings = {"model": "4.0Ultra", "total_timeout": 60, "max_rate": 2}
    with Spark(**settings) as other:
        copy: Spark = other.with_options(model="max", api_key="other", top_k=None)
        print(copy.invoke("Hi", **options), copy.invoke("Hi", stop=["."]))
        with copy.connect() as warm:
            warm_stream: Stream = warm.stream("Hello", stop=".")
            print(warm_stream.finish().to_dict()["text"])
        total: Usage | int = sum(one.usage for one in chat.batch(["Hi"]))
        print(total)


async def async_program() -> None:
    """Use all that `AsyncSpark` has."""
    async with AsyncSpark(transport="http") as chat:
        stream: AsyncStream = chat.stream("Hello")
        async with stream:
            async for event in stream:
                print(event.content.upper())
        async for text in chat.stream("Hello").text():
            print(text.upper())
        async with await chat.connect() as warm:
            print((await warm.invoke("Hello")).text.upper())
            await warm.close()
        async with contextlib.aclosing(chat.batch_iter(["Hello"])) as batch:
            await batch.close()
        async with contextlib.aclosing(await chat.connect()) as warm:
            await warm.aclose()
        talk = chat.conversation(system="Be brief.", tools=[look, look_again])
        answer: Response = await talk.ask("Hello")
        async for event in talk.stream("Hello"):
            print(event.kind)
        answers: list[Response] = await chat.batch(["Hi"])
        results: list[Response | Exception] = await chat.batch(["Hi"], return_exceptions=True)
        vector: Embedding = await chat.embed("Hi", domain="query")
        vectors: list[Embedding] = await chat.embed(["Hi"])
        river: River = (await chat.parse("A river?", River)).parsed
        other: AsyncSpark = chat.with_options(temperature=0.5)
        try:
            await other.invoke("Hi")
        except SparkError as error:
            print(error.hint.upper(), error.response and error.response.text)
        print(answer.text, answers, results, river.name, vector.response.sid, vectors)
        await stream.close()
        await talk.stream("Hello").close()
        await other.close()
        await chat.aclose()
