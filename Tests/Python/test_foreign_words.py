"""Argument names from other packages, and the advice in the error."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from service import MakeChat
from sparkchat import AsyncSpark, InvalidArgumentError, Options, Spark
from sparkchat._requests.foreign_words import _ADVICE, ADVICE, METHODS
from sparkchat.settings import Changes

NAMED = {
    # openai
    "base_url": ["url"],
    "timeout": ["total_timeout", "first_token_timeout", "idle_timeout"],
    "max_retries": ["max_attempts"],
    "max_completion_tokens": ["max_tokens"],
    "stream": ["stream("],
    "n": ["batch("],
    "user": ["user_id"],
    "functions": ["tools"],
    "parallel_tool_calls": ["the model decides"],
    "function_call": ["tool_choice"],
    "extra_body": ["extra"],
    "organization": ["app id"],
    # langchain
    "streaming": ["stream("],
    "api_url": ["url"],
    "api_base": ["url"],
    "request_timeout": ["total_timeout"],
    "spark_app_id": ["app_id"],
    "spark_api_key": ["api_key"],
    "spark_llm_domain": ["domain"],
    "model_kwargs": ["extra"],
    "callbacks": ["sparkchat.langchain"],
    "config": ["sparkchat.langchain"],
    "stop_sequences": ["stop"],
    # requests and httpx
    "proxies": ["proxy"],
    "verify": ["ca_file"],
    "cert": ["client_certificate"],
    "headers": ["extra"],
    # others
    "qps": ["max_rate"],
    "rpm": ["max_rate", "rpm=60"],
    "concurrency": ["max_concurrency"],
    "password": ["api_password"],
    "system": ["conversation(system="],
    "debug": ["logging"],
}


def told(call: Any, name: str) -> str:
    with pytest.raises(TypeError, match=f"unexpected keyword argument '{name}'") as caught:
        call(**{name: 1})
    return str(caught.value)


@pytest.mark.parametrize("name", NAMED)
def test_each_is_told_what_is_meant(chat: MakeChat, name: str) -> None:
    client = chat()
    talk = client.conversation()
    at_client = [told(call, name) for call in (chat, client.with_options)]
    in_calls = [
        told(lambda **options: client.invoke("Hello", **options), name),
        told(lambda **options: client.stream("Hello", **options), name),
        told(lambda **options: client.batch(["Hello"], **options), name),
        told(lambda **options: talk.ask("Hello", **options), name),
    ]
    for said in [*at_client, *in_calls]:
        assert all(word in said for word in NAMED[name]), said
    is_setting = bool(set(NAMED[name]) & (Changes.__annotations__.keys() - Options.__annotations__))
    assert all(("belongs to the client" in said) == is_setting for said in in_calls)
    assert not any("belongs to the client" in said for said in at_client)


def test_only_settings_belong_to_the_client(chat: MakeChat) -> None:
    """Advice may contain a setting's name as an ordinary word, such as "model"."""
    client = chat()
    belong = {
        name
        for name in _ADVICE.keys() - {"messages"}
        if "belongs to" in told(lambda **options: client.invoke("Hello", **options), name)
    }
    assert belong == {"timeout", "max_retries", "verify", "rpm", "timeout_ms", "http_client"}


def test_the_question_is_no_setting(chat: MakeChat) -> None:
    for name in ("messages", "prompt", "input"):
        assert "first argument" in told(chat, name)


def test_none_of_them_is_a_name_of_ours() -> None:
    assert not ADVICE.keys() & Changes.__annotations__.keys()
    taken = inspect.signature(Spark.conversation).parameters.keys()
    assert ADVICE.keys() & taken == {"messages", "system"}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("temprature", "temperature"),
        ("max_token", "max_tokens"),
        ("maxTokens", "max_tokens"),
        ("topP", "top_p"),
        ("Stop", "stop"),
        ("conect_timeout", "connect_timeout"),
        ("api-key", "api_key"),
    ],
)
def test_slips_of_the_pen(chat: MakeChat, name: str, meant: str) -> None:
    assert told(chat, name).endswith(f"did you mean {meant}?")


@pytest.mark.parametrize("name", ["bogus", "files", "allow_redirects", "webhook_secret", "http2"])
def test_nothing_is_guessed(chat: MakeChat, name: str) -> None:
    assert "did you mean" not in told(chat, name)
    assert "help(sparkchat.Settings)" in told(chat, name)


@pytest.mark.parametrize("name", ["max", "4.0Ultra", "generalv3.5", "SPARK-X1"])
def test_a_model_is_no_app_id(name: str) -> None:
    for make in (lambda: Spark(name), lambda: Spark(name, "key", "secret", environment=False)):
        with pytest.raises(InvalidArgumentError, match=f"app_id is '{name}'") as caught:
            make()
        assert f"write model='{name}'" in caught.value.hint


def test_a_url_is_no_app_id(chat: MakeChat) -> None:
    with pytest.raises(InvalidArgumentError, match="app_id is a URL; write url="):
        Spark("wss://spark-api.xf-yun.com/v3.5/chat")
    with pytest.raises(InvalidArgumentError, match="which is a model"):
        chat().with_options(app_id="max")


@pytest.mark.parametrize("kind", [Spark, AsyncSpark])
@pytest.mark.parametrize(
    ("name", "method"),
    [("chat", "invoke"), ("embeddings", "embed"), ("ask", "conversation"), ("beta", "parse")],
)
def test_methods_of_other_clients(kind: Any, name: str, method: str) -> None:
    client = kind("id", "key", "secret", environment=False)
    assert not hasattr(client, name)
    with pytest.raises(AttributeError, match=rf"no attribute '{name}'; did you mean .*{method}\("):
        getattr(client, name)
    with pytest.raises(AttributeError, match=r"no attribute 'else'$"):
        getattr(client, "else")


def test_our_methods_are_not_explained_away() -> None:
    assert not [word for word in METHODS if hasattr(Spark, word)]
