"""The OpenAI-compatible server with OpenAI's own client from PyPI."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import openai
import pytest

from service import MakeAsyncChat, Service
from serving import TOOL, Serve, serve

__all__ = ["serve"]

QUESTION: list[Any] = [{"role": "user", "content": "6 times 7"}]


def client(base: str, **options: Any) -> openai.OpenAI:
    """Return OpenAI's client, without retries."""
    return openai.OpenAI(base_url=base, api_key="none", max_retries=0, **options)


def test_an_answer_and_models(serve: Serve, async_chat: MakeAsyncChat) -> None:
    ai = client(serve(async_chat()))
    answer = ai.chat.completions.create(model="max", messages=QUESTION)
    assert answer.choices[0].message.content == "6 × 7 = **42**."
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage is not None
    assert answer.usage.total_tokens > 0
    assert answer._request_id is not None
    assert answer.id.endswith(answer._request_id)
    assert "4.0Ultra" in [model.id for model in ai.models.list()]
    assert ai.models.retrieve("max").id == "max"


def test_a_stream_with_usage(serve: Serve, async_chat: MakeAsyncChat) -> None:
    stream = client(serve(async_chat())).chat.completions.create(
        model="max", messages=QUESTION, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    texts = (choice.delta.content for chunk in chunks for choice in chunk.choices)
    assert "".join(text or "" for text in texts) == "6 × 7 = **42**."
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens > 0
    assert chunks[-2].choices[0].finish_reason == "stop"


def test_the_client_s_own_reading_of_a_stream(serve: Serve, async_chat: MakeAsyncChat) -> None:
    ai = client(serve(async_chat()))
    tools: list[Any] = [TOOL]
    question: list[Any] = [{"role": "user", "content": "What is the weather in Hefei?"}]
    with ai.chat.completions.stream(model="max", messages=question, tools=tools) as stream:
        kinds = {event.type for event in stream}
        message = stream.get_final_completion().choices[0].message
    assert "tool_calls.function.arguments.done" in kinds
    assert message.tool_calls is not None
    assert message.tool_calls[0].function.name == "get_weather"


@pytest.mark.parametrize("streamed", [False, True])
def test_a_tool_and_its_result(
    serve: Serve, async_chat: MakeAsyncChat, transport: str, streamed: bool
) -> None:
    ai = client(serve(async_chat(transport=transport)))
    history: list[Any] = [{"role": "user", "content": "What is the weather in Hefei?"}]
    tools: list[Any] = [TOOL]
    if streamed:
        with ai.chat.completions.stream(model="max", messages=history, tools=tools) as stream:
            message: Any = stream.get_final_completion().choices[0].message
    else:
        first = ai.chat.completions.create(model="max", messages=history, tools=tools)
        message = first.choices[0].message
    (call,) = message.tool_calls
    assert isinstance(json.loads(call.function.arguments), dict)
    history += [message, {"role": "tool", "tool_call_id": call.id, "content": "quite sunny"}]
    last = ai.chat.completions.create(model="max", messages=history, tools=tools)
    assert "quite sunny" in (last.choices[0].message.content or "")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (11202, openai.RateLimitError),
        (11200, openai.PermissionDeniedError),
        (10013, openai.BadRequestError),
        (10012, openai.InternalServerError),
    ],
)
def test_errors(
    serve: Serve, async_chat: MakeAsyncChat, code: int, kind: type[openai.APIStatusError]
) -> None:
    ai = client(serve(async_chat(f"error:code={code}")))
    with pytest.raises(kind) as caught:
        ai.chat.completions.create(model="max", messages=QUESTION)
    body: Any = caught.value.body
    assert body["service_code"] == code
    assert body["sid"] == caught.value.request_id


def test_an_error_in_mid_stream_is_raised(serve: Serve, async_chat: MakeAsyncChat) -> None:
    ai = client(serve(async_chat("error:code=10014,after=3")))
    stream = ai.chat.completions.create(model="max", messages=QUESTION, stream=True)
    got = []
    with pytest.raises(openai.APIError, match="10014") as caught:
        got.extend(stream)
    assert got
    assert caught.value.code == "content_filter"


def test_models_keys_and_parameters_that_are_wrong(serve: Serve, async_chat: MakeAsyncChat) -> None:
    ai = client(serve(async_chat()))
    with pytest.raises(openai.NotFoundError, match='no model "gpt-5"'):
        ai.chat.completions.create(model="gpt-5", messages=QUESTION)
    with pytest.raises(openai.BadRequestError) as caught:
        ai.chat.completions.create(model="max", messages=QUESTION, n=2)
    assert caught.value.param == "n"
    with pytest.raises(openai.AuthenticationError):
        client(serve(async_chat(), api_key="another")).models.list()


def test_it_asks_again_only_where_that_helps(
    serve: Serve, async_chat: MakeAsyncChat, service: Service, tag: str
) -> None:
    def ask(scenario: str, tag: str) -> None:
        base = serve(async_chat(scenario, tag=tag))
        ai = openai.OpenAI(base_url=base, api_key="none", max_retries=1)
        ai.chat.completions.create(model="max", messages=QUESTION)

    ask("error:code=11202,times=1", f"{tag}-rate")
    with pytest.raises(openai.RateLimitError):
        ask("error:code=11201", f"{tag}-quota")
    assert len(service.records(f"{tag}-rate")) == 2
    assert len(service.records(f"{tag}-quota")) == 1


@pytest.mark.parametrize("at", ["request", "middle"])
def test_a_task_that_is_cancelled_stops_the_service(
    serve: Serve, async_chat: MakeAsyncChat, service: Service, tag: str, at: str
) -> None:
    base = serve(async_chat(f"stall:at={at}", tag=tag))

    async def main() -> None:
        async with openai.AsyncOpenAI(base_url=base, api_key="none", max_retries=0) as ai:

            async def read() -> None:
                stream = await ai.chat.completions.create(
                    model="max", messages=QUESTION, stream=True
                )
                async for _ in stream:
                    pass

            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(read(), 0.5)

    asyncio.run(main())
    (record,) = service.records(tag, wait=25)
    assert record["ended"] in ("client_close", "client_drop")


def test_many_at_once_share_one_limit(
    serve: Serve, async_chat: MakeAsyncChat, service: Service, tag: str
) -> None:
    base = serve(async_chat("slow:delay_ms=5,bytes=50", tag=tag, max_concurrency=2))

    async def main() -> list[str | None]:
        async with openai.AsyncOpenAI(base_url=base, api_key="none", max_retries=0) as ai:

            async def ask(n: int) -> str | None:
                answer = await ai.chat.completions.create(
                    model="max", messages=[{"role": "user", "content": f"{n} times 2"}]
                )
                return answer.choices[0].message.content

            return await asyncio.gather(*(ask(n) for n in range(8)))

    answers = asyncio.run(main())
    assert answers == [f"{n} × 2 = **{2 * n}**." for n in range(8)]
    assert len(service.records(tag)) == 8
