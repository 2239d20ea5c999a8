"""The OpenAI-compatible server: answers, as any HTTP client receives them."""

from __future__ import annotations

import base64
import json

import pytest

from pictures import png
from service import MakeAsyncChat, Service
from serving import TOOL, Serve, completion, error_of, events, serve

__all__ = ["serve"]


def test_an_answer(serve: Serve, async_chat: MakeAsyncChat, transport: str) -> None:
    response = completion(serve(async_chat(transport=transport)))
    assert response.status_code == 200
    document = response.json()
    sid = response.headers["x-request-id"]
    assert (document["object"], document["id"]) == ("chat.completion", f"chatcmpl-{sid}")
    assert document["model"] == "max"
    (choice,) = document["choices"]
    assert choice["message"] == {"role": "assistant", "content": "1 + 1 = **2**.", "refusal": None}
    assert (choice["index"], choice["finish_reason"]) == (0, "stop")
    usage = document["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] > 0


@pytest.mark.parametrize("wants_usage", [True, False])
def test_a_stream(
    serve: Serve, async_chat: MakeAsyncChat, transport: str, wants_usage: bool
) -> None:
    options = {"stream_options": {"include_usage": True}} if wants_usage else {}
    response = completion(serve(async_chat(transport=transport)), stream=True, **options)
    assert response.headers["content-type"].startswith("text/event-stream")
    *data, done = events(response)
    assert done == "[DONE]"
    chunks = [json.loads(text) for text in data]
    assert len({chunk["id"] for chunk in chunks}) == 1
    assert all(("usage" in chunk) == wants_usage for chunk in chunks)
    if wants_usage:
        last = chunks.pop()
        assert last["choices"] == []
        assert last["usage"]["total_tokens"] > 0
    choices = [choice for chunk in chunks for choice in chunk["choices"]]
    assert choices[0]["delta"]["role"] == "assistant"
    assert all("role" not in choice["delta"] for choice in choices[1:])
    assert "".join(c["delta"].get("content", "") for c in choices) == "1 + 1 = **2**."
    assert [choice["finish_reason"] for choice in choices[:-1]] == [None] * (len(choices) - 1)
    assert choices[-1]["finish_reason"] == "stop"


def test_reasoning(serve: Serve, async_chat: MakeAsyncChat) -> None:
    base = serve(async_chat(path="/v1/x1", domain="x1"))
    message = completion(base, model="x1").json()["choices"][0]["message"]
    assert message["reasoning_content"]
    assert message["content"] == "1 + 1 = **2**."
    deltas = [
        json.loads(text)["choices"][0]["delta"]
        for text in events(completion(base, model="x1", stream=True))[:-1]
    ]
    thought = "".join(delta.get("reasoning_content", "") for delta in deltas)
    assert thought == message["reasoning_content"]


@pytest.mark.parametrize("stream", [False, True])
def test_tools(serve: Serve, async_chat: MakeAsyncChat, transport: str, stream: bool) -> None:
    spark = async_chat("tools:calls=2", transport="http") if transport == "http" else async_chat()
    base = serve(spark)
    response = completion(base, "What is the weather in Hefei?", tools=[TOOL], stream=stream)
    if stream:
        choices = [json.loads(text)["choices"][0] for text in events(response)[:-1]]
        calls = [call for c in choices for call in c["delta"].get("tool_calls", ())]
        assert [call["index"] for call in calls] == list(range(len(calls)))
        reason = choices[-1]["finish_reason"]
    else:
        (choice,) = response.json()["choices"]
        calls, reason = choice["message"]["tool_calls"], choice["finish_reason"]
        assert choice["message"]["content"] is None
        assert all("index" not in call for call in calls)
    assert reason == "tool_calls"
    assert len(calls) == (2 if transport == "http" else 1)
    assert len({call["id"] for call in calls}) == len(calls)
    for call in calls:
        assert (call["type"], call["function"]["name"]) == ("function", "get_weather")
        assert isinstance(json.loads(call["function"]["arguments"]), dict)


@pytest.mark.parametrize("stream", [False, True])
def test_one_tool_call_at_a_time(serve: Serve, async_chat: MakeAsyncChat, stream: bool) -> None:
    base = serve(async_chat("tools:calls=3", transport="http"))
    options = {"tools": [TOOL], "parallel_tool_calls": False, "stream": stream}
    response = completion(base, "What is the weather in Hefei?", **options)
    assert response.text.count("get_weather") == 1
    assert '"finish_reason":"tool_calls"' in response.text


def test_tool_results_and_several_system_messages(
    serve: Serve, async_chat: MakeAsyncChat, service: Service, tag: str
) -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "developer", "content": [{"type": "text", "text": "Be kind."}]},
        {"role": "user", "content": "What is the weather?"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "sunny"},
    ]
    response = completion(serve(async_chat(transport="http", tag=tag)), messages, tools=[TOOL])
    assert "sunny" in response.json()["choices"][0]["message"]["content"]
    sent = service.requests(tag)[0]["messages"]
    assert sent[0] == {"role": "system", "content": "Be brief.\n\nBe kind."}
    assert [message["role"] for message in sent] == ["system", "user", "assistant", "tool"]


def test_images(serve: Serve, async_chat: MakeAsyncChat, service: Service) -> None:
    url = "data:image/png;base64," + base64.b64encode(png(64, 48)).decode()
    parts = [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": url}},
    ]
    question = [{"role": "user", "content": parts}]
    base = serve(async_chat(path="/v2.1/image", domain="imagev3"))
    told = completion(base, question, model="image").json()["choices"][0]["message"]["content"]
    assert told.startswith("A PNG image of 64 x 48 pixels.")
    parts[1]["image_url"] = {"url": "https://pictures.example/one.png"}
    refused = completion(base, question, model="image")
    assert (refused.status_code, error_of(refused)["param"]) == (400, "messages")
    hosted = async_chat(path="/v2/chat/completions", transport="http", domain="xopqwen36")
    told = completion(serve(hosted), question, model="xopqwen36").json()
    assert "https://pictures.example/one.png" in told["choices"][0]["message"]["content"]


def test_json_mode(serve: Serve, async_chat: MakeAsyncChat) -> None:
    form = {"response_format": {"type": "json_object"}}
    answer = completion(serve(async_chat(transport="http")), "Answer in JSON.", **form).json()
    assert "answer" in json.loads(answer["choices"][0]["message"]["content"])
    refused = completion(serve(async_chat()), "Answer in JSON.", **form)
    assert (refused.status_code, error_of(refused)["param"]) == (400, "response_format")


def test_stop_sequences_stop_the_service_as_well(
    serve: Serve, async_chat: MakeAsyncChat, service: Service, tag: str
) -> None:
    base = serve(async_chat("count:n=100000", tag=tag))
    for stop in ("7", ["9", "7"]):
        (choice,) = completion(base, stop=stop).json()["choices"]
        assert choice["message"]["content"] == "0 1 2 3 4 5 6 "
        assert choice["finish_reason"] == "stop"
    choices = [
        json.loads(t)["choices"][0] for t in events(completion(base, stop="7", stream=True))[:-1]
    ]
    assert "".join(c["delta"].get("content", "") for c in choices) == "0 1 2 3 4 5 6 "
    assert choices[-1]["finish_reason"] == "stop"
    for record in service.records(tag):
        assert record["ended"] in ("client_close", "client_drop")


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_what_is_cut_has_the_reason_length(
    serve: Serve, async_chat: MakeAsyncChat, transport: str, name: str
) -> None:
    base = serve(async_chat(transport=transport))
    (choice,) = completion(base, "Who are you?", **{name: 3}).json()["choices"]
    assert choice["finish_reason"] == "length"


def test_the_user_is_told_to_the_service(
    serve: Serve, async_chat: MakeAsyncChat, service: Service, tag: str, transport: str
) -> None:
    base = serve(async_chat(transport=transport, tag=tag))
    for user in ("ada", "somebody with a name that is far too long for the service"):
        assert completion(base, user=user).status_code == 200
    told = [
        request["user"] if transport == "http" else request["header"]["uid"]
        for request in service.requests(tag)
    ]
    assert told[0] == "ada"
    assert len(told[1]) == 32
    assert "some" not in told[1]


def test_other_options_of_the_service(
    serve: Serve, async_chat: MakeAsyncChat, service: Service, tag: str
) -> None:
    base = serve(async_chat(path="/v4.0/chat", domain="4.0Ultra", tag=tag))
    answer = completion(base, model="4.0Ultra", web_search_options={}, top_k=3).json()
    (source, *_) = answer["choices"][0]["message"]["annotations"]
    assert source["url_citation"]["url"].startswith("http")
    assert service.requests(tag)[0]["parameter"]["chat"]["top_k"] == 3
    thinking = serve(async_chat(path="/v1/x1", domain="x1", tag=tag))
    for said in (
        {"thinking": {"type": "disabled"}},
        {"enable_thinking": False},
        {"reasoning_effort": "none"},
    ):
        message = completion(thinking, model="x1", **said).json()["choices"][0]["message"]
        assert "reasoning_content" not in message
