"""Models that are copied, pickled, or used in a child process, and their new environment."""

from __future__ import annotations

import copy
import gc
import os
import pickle
import signal
import threading
import weakref
from collections.abc import Callable

import pytest

from service import Service
from sparkchat.langchain import ChatSparkLLM

Make = Callable[..., ChatSparkLLM]


@pytest.fixture
def account(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials in the environment."""
    for name, value in service.credentials.items():
        monkeypatch.setenv(f"IFLYTEK_SPARK_{name.upper()}", value)


def test_copies_ask_for_themselves(chat: Make) -> None:
    model = chat("echo")
    for other in (copy.copy(model), copy.deepcopy(model), model.model_copy()):
        assert other.invoke("abc").content == "abc"


def test_a_pickle_has_secrets_on_request_only(
    chat: Make, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TypeError, match="spark_api_key, spark_api_secret, which is not pickled"):
        pickle.dumps(chat())
    told = pickle.dumps(chat("echo", client_kwargs={"pickle_secrets": True}))
    assert pickle.loads(told).invoke("abc").content == "abc"
    for name, value in service.credentials.items():
        monkeypatch.setenv(f"IFLYTEK_SPARK_{name.upper()}", value)
    model = ChatSparkLLM(api_url=service.url())
    text = pickle.dumps(model)
    assert service.credentials["api_secret"].encode() not in text
    assert pickle.loads(text).invoke("1+1").content == "1 + 1 = **2**."


@pytest.mark.usefixtures("account")
def test_a_pickle_takes_url_and_model_from_where_it_is_read(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IFLYTEK_SPARK_API_URL", "wss://here.example.com/v1.1/chat")
    monkeypatch.setenv("IFLYTEK_SPARK_LLM_DOMAIN", "lite")
    text = pickle.dumps(ChatSparkLLM(temperature=0.5))
    given = pickle.dumps(ChatSparkLLM(model="4.0Ultra", profile={"name": "mine"}))
    assert b"here.example.com" not in text
    monkeypatch.setenv("IFLYTEK_SPARK_API_URL", service.url())
    monkeypatch.setenv("IFLYTEK_SPARK_LLM_DOMAIN", "generalv3.5")
    again = pickle.loads(text)
    assert again.invoke("1+1").content == "1 + 1 = **2**."
    assert (again.spark_llm_domain, again.temperature) == ("generalv3.5", 0.5)
    assert again.profile == ChatSparkLLM().profile
    other = pickle.loads(given)
    assert (other.spark_llm_domain, other.spark_api_url) == ("4.0Ultra", None)
    assert other.profile == {"name": "mine"}


@pytest.mark.usefixtures("account")
def test_a_model_takes_the_place_of_the_environments_url(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IFLYTEK_SPARK_API_URL", "wss://here.example.com/v1.1/chat")
    monkeypatch.setenv("IFLYTEK_SPARK_LLM_DOMAIN", "lite")
    lite = ChatSparkLLM()
    assert lite._identifying_params["spark_api_url"] == "wss://here.example.com/v1.1/chat"
    for other in (
        lite._chosen({"spark_llm_domain": "4.0Ultra"}),
        lite.model_copy(update={"spark_llm_domain": "4.0Ultra"})._chosen(),
    ):
        assert other["spark_llm_domain"] == "4.0Ultra"
        assert "spark_api_url" not in other
    # This call is answered because it has its own URL.
    assert lite.invoke("1+1", api_url=service.url()).content == "1 + 1 = **2**."
    # Arguments from the caller stay.
    given = ChatSparkLLM(api_url=service.url("/v3.5/chat"))
    assert given.invoke("1+1", model="generalv3.5").content == "1 + 1 = **2**."


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_forked_child_asks_for_itself(chat: Make) -> None:
    model = chat("echo")
    model.invoke("parent")
    child = os.fork()
    if child == 0:
        os._exit(0 if model.invoke("child").content == "child" else 1)
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_fork_while_a_client_is_made(chat: Make) -> None:
    model = chat("echo")
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        # A thread that makes a client holds this lock.
        with model._clients._lock:
            held.set()
            over.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        os._exit(0 if model.invoke("child").content == "child" else 1)
    over.set()
    thread.join()
    assert os.waitpid(child, 0)[1] == 0


def test_models_go_away(chat: Make) -> None:
    clients = weakref.ref(chat()._clients)
    gc.collect()
    assert clients() is None
