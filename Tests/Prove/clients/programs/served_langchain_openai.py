"""langchain-openai with `sparkchat serve`."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any

from langchain_core.messages import HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel
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


def chat(model: str = MODEL, **options: Any) -> ChatOpenAI:
    """Return a chat model without retries."""
    return ChatOpenAI(model=model, base_url=BASE_URL, api_key="none", max_retries=0, **options)


def look_up(city: str) -> str:
    """Look up the weather in a city."""
    return f"quite sunny in {city}"


get_weather: Any = tool("get_weather")(look_up)


class Greeting(BaseModel):
    """A greeting."""

    answer: str


def an_answer() -> None:
    """A plain answer has its text, usage, model and finish reason."""
    message = chat().invoke([SystemMessage("Be brief."), HumanMessage("6 times 7")])
    check("42" in message.text, message)
    check(message.usage_metadata["total_tokens"] > 0, message)
    check(message.response_metadata["finish_reason"] == "stop", message)
    check(message.response_metadata["model_name"] == MODEL, message)


def a_stream() -> None:
    """A stream yields pieces, with usage."""
    chunks = list(chat(stream_usage=True).stream("6 times 7"))
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole = whole + chunk
    check("42" in whole.text and len(chunks) > 3, whole)
    check(whole.usage_metadata["total_tokens"] > 0, whole)


def a_tool() -> None:
    """A call has its id, and its result is sent back."""
    for is_streamed in (False, True):
        bound = chat(streaming=is_streamed).bind_tools([get_weather])
        history: list[Any] = [HumanMessage(WEATHER)]
        history.append(bound.invoke(history))
        (call,) = history[-1].tool_calls
        history.append(ToolMessage(get_weather.invoke(call["args"]), tool_call_id=call["id"]))
        check("quite sunny" in bound.invoke(history).text, history)


def answers_of_a_type() -> None:
    """They work by a tool that is called by name; a schema is refused with a clear message."""
    structured = chat().with_structured_output(Greeting, method="function_calling")
    check(isinstance(structured.invoke("Say hello"), Greeting), "no Greeting")
    by_schema = chat().with_structured_output(Greeting, method="json_schema")
    raises(lambda: by_schema.invoke("Say hello"), "the service has no schemas")


def stop_sequences() -> None:
    """The text ends before them."""
    check(chat().invoke("6 times 7", stop=[" ="]).text == "6 × 7", "the text continues")


def an_image() -> None:
    """An image is sent to the service."""
    data = base64.b64encode(IMAGE.read_bytes()).decode()
    parts = [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}},
    ]
    message = chat("image").invoke([HumanMessage(parts)])
    check("A PNG image of 64 x 48 pixels" in message.text, message)


def errors() -> None:
    """They are raised, even in mid-stream."""
    raises(lambda: chat().invoke(FAILS), "11202")
    raises(lambda: list(chat().stream(FAILS)), "11202")
    raises(lambda: list(chat().stream(FAILS_IN_MIDDLE)), "10014")
    raises(lambda: chat("gpt-5").invoke("Hello"), "there is no model")
    raises(lambda: chat(n=2).invoke("Hello"), "n has a value")


async def many_at_once() -> None:
    """Concurrent answers do not mix."""
    messages = await chat().abatch([f"{n} times 7" for n in range(20)])
    texts = [message.text for message in messages]
    check(texts == [f"{n} × 7 = **{7 * n}**." for n in range(20)], texts)


async def cancelling() -> None:
    """A cancelled task disconnects; the service's records show whether it stops."""
    await is_cancelled(chat().ainvoke(f"{STALLS}langchain"))
    await is_cancelled(anext(chat().astream(f"{STALLS}langchain-stream")))

    async def read() -> None:
        async for _ in chat().astream(f"{STALLS_IN_MIDDLE}langchain-stream-in-middle"):
            pass

    await is_cancelled(read())


def embeddings() -> None:
    """Related texts have near vectors."""
    vectors = OpenAIEmbeddings(
        model="embedding", base_url=BASE_URL, api_key="none", check_embedding_ctx_length=False
    )
    facts = vectors.embed_documents(["Bell invented the telephone.", "The whale is a mammal."])
    question = vectors.embed_query("Who invented the telephone?")
    near = [sum(a * b for a, b in zip(question, fact, strict=True)) for fact in facts]
    check(near[0] > near[1], near)


run(
    [
        *(an_answer, a_stream, a_tool, answers_of_a_type, stop_sequences, an_image, errors),
        *(many_at_once, cancelling, embeddings),
    ]
)
