"""Secrets appear in no cache key, in no trace, and in nothing that is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.caches import InMemoryCache
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.load import dumps
from langchain_core.tracers.run_collector import RunCollectorCallbackHandler
from pydantic import SecretStr

from service import Service
from sparkchat import AuthenticationError
from sparkchat.langchain import ChatSparkLLM

Make = Callable[..., ChatSparkLLM]

# By both names of each argument, and in a URL.
MARK = "S3CRET"
SECRETS: dict[str, str] = {
    "api_key": f"key-{MARK}",
    "api_secret": f"secret-{MARK}",
    "api_password": f"password-{MARK}",
    "proxy": f"http://user:pass-{MARK}@127.0.0.1:1",
}
BY_FIELD = {f"spark_{name}": value for name, value in SECRETS.items()}
URL = {"api_url": f"ws://127.0.0.1:1/v3.5/chat?authorization=url-{MARK}"}


class Everything(BaseCallbackHandler):
    """Keeps everything that callbacks receive."""

    raise_error = True

    def __init__(self) -> None:
        self.told = ""

    def on_chat_model_start(self, *args: Any, **kwargs: Any) -> None:
        self.told += repr((args, kwargs))

    def on_llm_error(self, *args: Any, **kwargs: Any) -> None:
        self.told += repr((args, kwargs))


@pytest.mark.parametrize("named", [SECRETS, BY_FIELD], ids=["alias", "field"])
@pytest.mark.parametrize("way", ["model", "call", "bound"])
@pytest.mark.parametrize("streaming", [False, True])
def test_secrets_show_nowhere(named: dict[str, str], way: str, streaming: bool) -> None:
    arguments: dict[str, Any] = {**named, **URL}
    others = {"app_id": "app", "max_retries": 0}
    cache = InMemoryCache()
    given = arguments if way == "model" else {"api_key": "k", "api_secret": "s"}
    model = ChatSparkLLM(**given, **others, cache=cache)
    asked: Any = model.bind(**arguments) if way == "bound" else model
    kwargs = arguments if way == "call" else {}
    everything, runs = Everything(), RunCollectorCallbackHandler()
    config: Any = {"callbacks": [everything, runs]}
    with pytest.raises(Exception) as caught:
        list(asked.stream("Hi", config, **kwargs)) if streaming else asked.invoke(
            "Hi", config, **kwargs
        )
    (run,) = runs.traced_runs
    shown = [
        everything.told,
        run.model_dump_json(),
        repr(run.error),
        str(caught.value),
        repr(asked),
        str(asked),
        dumps(asked),
        json.dumps(asked.to_json(), default=repr),
        repr(model._identifying_params),
        repr(model._get_llm_string(**kwargs)),
        repr(model._get_ls_params(**kwargs)),
        repr(cache._cache),
    ]
    assert everything.told
    assert [text for text in shown if MARK in text] == []


def test_bound_secrets_count(chat: Make, service: Service) -> None:
    wrong = chat(api_secret="wrong")
    with pytest.raises(AuthenticationError):
        wrong.invoke("1+1")
    right = wrong.bind(**service.credentials)
    assert right.invoke("1+1").content == "1 + 1 = **2**."
    assert wrong.invoke("1+1", api_secret=SecretStr(service.credentials["api_secret"])).content


def test_a_cache_tells_models_apart(chat: Make, service: Service, tag: str) -> None:
    cache = InMemoryCache()
    # The cached answer of one account serves another account, but not another model.
    for arguments in (
        {},
        {"api_secret": "wrong"},
        {"temperature": 0.5},
        {"client_kwargs": {"patch_id": "p"}},
        {"api_url": service.url("/v3.5/chat", tag=tag, scenario="echo")},
    ):
        chat(**{"tag": tag, "cache": cache, **arguments}).invoke("1+1")
    assert len(service.records(tag)) == 4
