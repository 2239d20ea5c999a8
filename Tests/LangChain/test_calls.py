"""What LangChain does with a model: callbacks, caches, limits, copies, streams, and asyncio."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.caches import InMemoryCache
from langchain_core.callbacks import BaseCallbackHandler, UsageMetadataCallbackHandler
from langchain_core.load import dumps, load
from langchain_core.messages import HumanMessage, SystemMessage
from langchain_core.rate_limiters import BaseRateLimiter
from pydantic import ValidationError

from service import Service
from sparkchat import AuthenticationError, InvalidArgumentError, SparkError
from sparkchat.langchain import ChatSparkLLM
from sparkchat.langchain._clients import client_settings

Make = Callable[..., ChatSparkLLM]


class Tokens(BaseCallbackHandler):
    """Notes every token."""

    def __init__(self) -> None:
        self.tokens: list[str] = []

    def on_llm_new_token(self, token: str, **_: Any) -> None:
        self.tokens.append(token)


@pytest.mark.parametrize("stop", [["two"], ["wo", "two"], ["x", "one two"], ["three four"], []])
def test_a_stop_sequence_over_several_pieces(chat: Make, stop: list[str]) -> None:
    question = "one two three"
    ends = [question.find(item) for item in stop if item in question]
    expected = question[: min(ends, default=len(question))]
    model = chat("echo:chunks=9")
    assert "".join(chunk.content for chunk in model.stream(question, stop=stop)) == expected
    answer = model.invoke(question, stop=stop)
    assert answer.content == expected
    assert (answer.usage_metadata is None) == bool(ends)
    assert ("stop_sequence" in answer.response_metadata) == bool(ends)


def test_the_profile_is_that_of_the_model(chat: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    credentials = {"app_id": "a", "api_key": "b", "api_secret": "c"}
    for model, tools, reasons, images in (
        ("4.0Ultra", True, False, False),
        ("x1", False, True, False),
        ("image", False, False, True),
    ):
        profile = ChatSparkLLM(model=model, **credentials).profile
        assert profile is not None
        found = [profile[key] for key in ("tool_calling", "reasoning_output", "image_inputs")]
        assert found == [tools, reasons, images], model
        assert profile["max_output_tokens"] > 0
        assert profile["image_url_inputs"] is False
    url = "https://maas-coding-api.cn-huabei-1.xf-yun.com/v2"
    hosted = ChatSparkLLM(model="astron-code-latest", api_url=url, api_password="d").profile
    assert hosted is not None
    assert hosted["image_url_inputs"]
    assert "max_output_tokens" not in hosted
    # A model from the environment is known just as early.
    monkeypatch.setenv("IFLYTEK_SPARK_LLM_DOMAIN", "lite")
    assert ChatSparkLLM(**credentials).profile["name"] == "lite"
    assert ChatSparkLLM(profile={"name": "mine"}, **credentials).profile == {"name": "mine"}
    assert chat(spark_llm_domain="unheard-of").profile is None


PLAN = "https://maas-coding-api.cn-huabei-1.xf-yun.com/v2"


@pytest.mark.parametrize(
    "named",
    [
        {"model": "coding-plan", "domain": "astron-code-latest"},
        {"spark_llm_domain": "coding-plan", "domain": "astron-code-latest"},
        {"model": "astron-code-latest", "api_url": PLAN},
        {"domain": "astron-code-latest", "api_url": PLAN},
        # From the environment.
        {},
    ],
)
def test_a_model_of_a_plan(
    service: Service, monkeypatch: pytest.MonkeyPatch, named: dict[str, Any]
) -> None:
    if not named:
        monkeypatch.setenv("IFLYTEK_SPARK_API_URL", PLAN)
        monkeypatch.setenv("IFLYTEK_SPARK_LLM_DOMAIN", "astron-code-latest")
        monkeypatch.setenv("IFLYTEK_SPARK_API_PASSWORD", service.ready["coding_key"])
    else:
        # Arguments replace the URL and the model from the environment.
        monkeypatch.setenv("IFLYTEK_SPARK_API_URL", "wss://spark-api.xf-yun.com/v3.5/chat")
        monkeypatch.setenv("IFLYTEK_SPARK_LLM_DOMAIN", "generalv3.5")
        named = {**named, "api_password": service.ready["coding_key"]}
    way = {"ca_file": service.ca_file}
    model = ChatSparkLLM(
        **named, proxy=f"http://127.0.0.1:{service.ready['proxy_port']}", client_kwargs=way
    )
    answer = model.invoke("1+1")
    assert answer.content == "1 + 1 = **2**."
    assert answer.response_metadata["model_name"] == "astron-code-latest"
    assert model._get_ls_params()["ls_model_name"] == "astron-code-latest"
    if named:
        other = model.invoke("1+1", domain="xopglm51")
        assert other.response_metadata["model_name"] == "xopglm51"


def test_a_model_of_a_plan_and_another_for_one_call() -> None:
    model = ChatSparkLLM(model="coding-plan", domain="xopglm51", api_password="d")
    chosen = client_settings(model._chosen({"spark_llm_domain": "lite"}))
    assert (chosen["model"], chosen.get("domain")) == ("lite", None)
    again = model.model_copy(update={"domain": "xsparkx2"})
    assert again._client().domain == "xsparkx2"
    with pytest.raises(ValidationError, match='not one of the model "lite"'):
        ChatSparkLLM(model="lite", domain="xopglm51", api_password="d")


def test_a_stop_of_the_call_takes_the_place_of_the_models(chat: Make) -> None:
    model = chat("echo", stop=["one"])
    assert model.invoke("one two").content == ""
    assert model.invoke("one two", stop=["two"]).content == "one "
    assert model.invoke("one two", stop_sequences=["two"]).content == "one "
    with pytest.raises(ValidationError, match="empty"):
        model.invoke("Hello", stop=[""])


@pytest.mark.parametrize("is_async", [False, True])
async def test_callbacks_get_every_token(chat: Make, is_async: bool) -> None:
    handler, model = Tokens(), chat("echo", streaming=True)
    config: Any = {"callbacks": [handler]}
    answer = await model.ainvoke("abc", config) if is_async else model.invoke("abc", config)
    assert answer.content == "abc" == "".join(handler.tokens)
    assert len(handler.tokens) > 2


def test_usage_reaches_callbacks(chat: Make) -> None:
    handler = UsageMetadataCallbackHandler()
    chat(callbacks=[handler]).invoke("1+1")
    assert handler.usage_metadata["generalv3.5"]["total_tokens"] == 5


def test_a_cache_answers_the_second_time(chat: Make, service: Service, tag: str) -> None:
    model = chat(tag=tag, cache=InMemoryCache())
    assert model.invoke("1+1").content == model.invoke("1+1").content
    model.invoke("1+1", temperature=0.3)
    assert len(service.records(tag)) == 2


def test_a_rate_limiter_is_asked(chat: Make) -> None:
    class Limiter(BaseRateLimiter):
        asked = 0

        def acquire(self, *, blocking: bool = True) -> bool:
            self.asked += 1
            return True

        async def aacquire(self, *, blocking: bool = True) -> bool:
            return self.acquire()

    limiter = Limiter()
    model = chat(rate_limiter=limiter)
    model.invoke("Hello")
    list(model.stream("Hello"))
    assert limiter.asked == 2


async def test_asyncio_is_native(chat: Make) -> None:
    model = chat("echo")
    questions = [f"question {n}" for n in range(50)]
    answers = await asyncio.gather(*(model.ainvoke(question) for question in questions))
    assert [answer.content for answer in answers] == questions
    assert "".join([c.content async for c in model.astream("abc", stop=["c"])]) == "ab"


async def test_a_cancelled_task_ends_the_exchange(chat: Make, service: Service, tag: str) -> None:
    task = asyncio.create_task(chat("stall:at=middle", tag=tag).ainvoke("Hello"))
    await asyncio.to_thread(service.wait_for_questions, tag, 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(await asyncio.to_thread(service.records, tag)) == 1


def test_a_search_names_its_sources(chat: Make) -> None:
    model = chat(search=True, references=True)
    answer = model.invoke("1+1")
    assert answer.response_metadata["citations"][0]["url"] == "https://example.com/pages/1"
    (block,) = answer.content_blocks
    assert block["annotations"][1]["url"] == "https://example.com/pages/2"
    chunks = list(model.stream("1+1"))
    whole = sum(chunks[1:], chunks[0])
    assert whole.response_metadata["citations"] == answer.response_metadata["citations"]


def test_system_messages_at_the_start_become_one(chat: Make, service: Service, tag: str) -> None:
    chat(tag=tag).invoke([SystemMessage("One."), SystemMessage("Two."), HumanMessage("Hello")])
    (request,) = service.requests(tag)
    assert request["payload"]["message"]["text"][0] == {"role": "system", "content": "One.\n\nTwo."}


def test_what_cannot_be_sent_is_refused(chat: Make) -> None:
    audio = {"type": "audio", "base64": "AAAA", "mime_type": "audio/wav"}
    with pytest.raises(InvalidArgumentError, match="block 0 of message 0 has the type 'audio'"):
        chat().invoke([HumanMessage([audio])])
    far = {"type": "image", "file_id": "file-1"}
    with pytest.raises(InvalidArgumentError, match="without data or a URL"):
        chat().invoke([HumanMessage([far])])
    with pytest.raises(InvalidArgumentError, match="JSON mode"):
        chat().with_structured_output(None, method="json_mode").invoke("Hello")


def test_images_over_http(chat: Make, service: Service, tag: str) -> None:
    model = chat(tag=tag, transport="http", path="/v2", model="xopqwen36")
    url = "https://pictures.example/cat.png"
    blocks = [
        {"type": "image", "url": url},
        {"type": "image_url", "image_url": {"url": url}},
        {"type": "text", "text": "Hello"},
    ]
    with contextlib.suppress(SparkError):
        model.invoke([HumanMessage(blocks)], reasoning_effort="low")
    (request,) = service.requests(tag)
    part = {"type": "image_url", "image_url": {"url": url}}
    assert request["messages"][0]["content"] == [part, part, {"type": "text", "text": "Hello"}]
    assert request["reasoning_effort"] == "low"


def test_written_down_without_secrets_and_read_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = service.credentials
    model = ChatSparkLLM(**secrets, api_url=service.url(), temperature=0.5)
    text = dumps(model)
    assert secrets["api_key"] not in text
    assert secrets["api_secret"] not in text
    for name, value in secrets.items():
        monkeypatch.setenv(f"IFLYTEK_SPARK_{name.upper()}", value)
    written = json.loads(text)
    again = load(
        written,
        allowed_objects=[ChatSparkLLM],
        valid_namespaces=["sparkchat"],
        secrets_from_env=True,
    )
    assert again == model
    assert again.invoke("1+1").content == "1 + 1 = **2**."


def test_errors_name_the_variables_of_credentials(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = dict(service.credentials)
    monkeypatch.setenv("IFLYTEK_SPARK_API_SECRET", "OfAnotherApp")
    del given["api_secret"]
    model = ChatSparkLLM(**given, api_url=service.url(), max_retries=0)
    with pytest.raises(AuthenticationError) as caught:
        model.invoke("Hello")
    assert caught.value.hint.endswith("; the API secret comes from IFLYTEK_SPARK_API_SECRET")
    # What the model took from the environment stays its own.
    monkeypatch.setenv("IFLYTEK_SPARK_API_SECRET", service.credentials["api_secret"])
    with pytest.raises(AuthenticationError):
        model.invoke("Hello", temperature=0.5)
    right = ChatSparkLLM(**given, api_url=service.url())
    monkeypatch.setenv("IFLYTEK_SPARK_API_SECRET", "OfAnotherApp")
    assert right.invoke("1+1", api_url=service.url("/v3.5/chat")).content == "1 + 1 = **2**."


def test_tokens_are_estimated(chat: Make) -> None:
    model = chat()
    assert model.get_num_tokens("你好吗") == 2
    assert model.get_num_tokens("Hello, my friend") == 4
    assert model.get_num_tokens_from_messages([HumanMessage("你好吗")]) >= 2
    counted = chat(custom_get_token_ids=lambda text: [ord(letter) for letter in text])
    assert counted.get_token_ids("ab") == [97, 98]
    assert counted.get_num_tokens("ab") == 2
    with pytest.raises(NotImplementedError, match="not public"):
        model.get_token_ids("ab")
