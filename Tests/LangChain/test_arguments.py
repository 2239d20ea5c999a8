"""Invalid arguments of the class and of a call: the error names them, and nothing is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from service import Service
from sparkchat import InvalidArgumentError
from sparkchat.langchain import ChatSparkLLM

Make = Callable[..., ChatSparkLLM]

# A test that sends a request here gets a ConnectError.
NOBODY = "ws://127.0.0.1:1/v3.5/chat"
NAN = float("nan")
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"temperature": 5}, "temperature is 5.0; use"),
    ({"temperature": NAN}, "temperature is nan; use"),
    ({"top_k": 0}, "top_k is 0; use"),
    ({"max_tokens": 0}, "max_tokens is 0; use"),
    ({"top_p": 7}, "top_p is 7.0; use"),
    ({"timeout": "x"}, "timeout\n.*valid number"),
    ({"timeout": -1}, "timeout is -1.0 s; use"),
    ({"max_retries": "x"}, "max_retries\n.*valid integer"),
    ({"stop": [""]}, "stop has an empty sequence"),
    ({"model_kwargs": {"a": NAN}}, "model_kwargs cannot be written as JSON"),
    ({"model_kwargs": {"temperature": 99}}, "model_kwargs has 'temperature'"),
    ({"model_kwargs": {"stop": ["a"]}}, "model_kwargs has 'stop'"),
    ({"model_kwargs": 5}, "model_kwargs\n.*dictionary"),
    ({"client_kwargs": 5}, "client_kwargs\n.*dictionary"),
    ({"client_kwargs": {"bogus": 1}}, "client_kwargs has 'bogus'; it takes ca_directory, ca_file"),
    ({"client_kwargs": {"top_k": 1}}, "client_kwargs has 'top_k', which has its own argument"),
    ({"model": "lite", "spark_llm_domain": "x"}, "model and spark_llm_domain are the same"),
    ({"timeout": 1, "request_timeout": 2}, "timeout and request_timeout are the same"),
]


@pytest.mark.parametrize(("wrong", "words"), WRONG)
def test_what_cannot_be(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        ChatSparkLLM(app_id="a", api_key="b", api_secret="c", **wrong)


@pytest.mark.parametrize(("wrong", "words"), WRONG)
def test_what_cannot_be_in_a_call(chat: Make, wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        chat(api_url=NOBODY).invoke("Hello", **wrong)


def test_files_are_looked_at_when_the_model_is_made(service: Service) -> None:
    for wrong, words in (
        ({"ca_file": "/nofile"}, "/nofile.*check the file's path"),
        ({"ca_file": 5}, "client_kwargs: "),
        ({"idle_timeout": "x"}, "client_kwargs: idle_timeout must be a number"),
    ):
        with pytest.raises(ValidationError, match=words):
            ChatSparkLLM(**service.credentials, client_kwargs=wrong)
        with pytest.raises(InvalidArgumentError, match=words):
            ChatSparkLLM(**service.credentials).invoke("Hello", client_kwargs=wrong)


def test_what_only_this_model_does_not_take(chat: Make) -> None:
    with pytest.raises(InvalidArgumentError, match=r"1\.5, which the model"):
        chat(temperature=1.5, api_url=NOBODY).invoke("Hello")


def test_arguments_that_only_a_call_has(chat: Make) -> None:
    model = chat(api_url=NOBODY)
    with pytest.raises(ValidationError, match="response_format has no schema; use"):
        model.invoke("Hello", response_format={"type": "json_schema"})
    with pytest.raises(ValidationError, match=r"tools\n.*list"):
        model.invoke("Hello", tools=5)
    with pytest.raises(ValidationError, match="stop_sequences and stop are the same"):
        model.invoke("Hello", stop=["a"], stop_sequences=["b"])


def test_tools_that_the_service_does_not_have(chat: Make) -> None:
    tool = {"name": "add", "description": "Add.", "parameters": {}}
    with pytest.raises(InvalidArgumentError, match=r"the type 'web_search'.*search=True"):
        chat().bind_tools([tool, {"type": "web_search"}])
    for choice in ({"type": "any"}, "subtract", 5):
        with pytest.raises(InvalidArgumentError, match=r'tool_choice is .*use "auto".*: add'):
            chat().bind_tools([tool], tool_choice=choice)  # type: ignore[arg-type]
