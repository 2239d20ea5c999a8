"""Argument names from other packages, and the adapter's advice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from sparkchat._requests.foreign_words import ADVICE
from sparkchat.langchain import ChatSparkLLM
from sparkchat.langchain._words import advice

Make = Callable[..., ChatSparkLLM]
NAMED = {
    "base_url": "did you mean api_url?",
    "url": "did you mean api_url?",
    "openai_api_base": "did you mean api_url?",
    "model_name": "did you mean model?",
    "openai_api_key": "did you mean api_key?",
    "appid": "did you mean app_id?",
    "qps": "did you mean client_kwargs={'max_rate': ...}?",
    "max_rate": "did you mean client_kwargs={'max_rate': ...}?",
    "ca_bundle": "did you mean client_kwargs={'ca_file': ...}?",
    "n": "batch([question] * n)",
    "extra_body": "did you mean model_kwargs?",
    "max_completion_tokens": "did you mean max_tokens?",
    "num_retries": "did you mean max_retries?",
    "max_attempts": "did you mean max_retries?",
    "read_timeout": "did you mean timeout (",
    "system_prompt": 'begin the messages with ("system"',
    "response_model": "with_structured_output(...)",
    "temprature": "did you mean temperature?",
    "bogus": "settings of sparkchat.Spark go into client_kwargs, and other options",
}


@pytest.mark.parametrize("name", NAMED)
def test_each_is_told_what_is_meant(chat: Make, name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        chat(**{name: 1})
    assert f"no argument '{name}'; " in str(refused.value)
    assert NAMED[name] in str(refused.value)
    with pytest.raises(TypeError) as unexpected:
        chat().invoke("Hello", **{name: 1})
    assert NAMED[name] in str(unexpected.value)


def test_arguments_of_calls(chat: Make) -> None:
    with pytest.raises(ValidationError, match=r"did you mean bind_tools\(\.\.\.\)"):
        chat(tools=[])
    with pytest.raises(ValidationError, match=r"did you mean bind_tools\(\.\.\.\)"):
        chat(functions=[])


def test_only_names_that_are_there_are_told() -> None:
    from sparkchat.langchain._clients import OTHERS
    from sparkchat.langchain._fields import ALIASES, Fields

    known = {*Fields.model_fields, *ALIASES}
    for word in ADVICE.keys() - known:
        told = advice(word, known)
        assert "conversation(" not in told, word
        named = told.partition("did you mean ")[2].split("?")[0].split(" ")[0].rstrip(",:")
        assert not named or "(" in named or "=" in named or named in {*known, "callbacks"}, told
    assert "max_rate" in OTHERS
