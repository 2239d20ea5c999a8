"""Clients made from other clients: `with_options`, copies, and pickles."""

from __future__ import annotations

import asyncio
import copy
import multiprocessing
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest

from service import MakeAsyncChat, MakeChat, Service
from sparkchat import (
    AsyncSpark,
    ConfigError,
    InvalidArgumentError,
    Spark,
    StateError,
    Transport,
)
from sparkchat._runtime.secret import Secret
from test_fork import in_child
from test_secrets import KEY, PASSWORD, SECRET, looks_clean

MakeSettings = Callable[..., dict[str, Any]]


def test_other_options_for_the_same_library_object(
    chat: MakeChat, service: Service, tag: str
) -> None:
    client = chat(tag=tag, temperature=0.5, top_k=3, user_id="somebody")
    other = client.with_options(temperature=0.25, top_k=None, max_tokens=7)
    assert type(other) is Spark
    assert other._client is client._client
    other.invoke("Hello")
    client.invoke("Hello", temperature=0.75)
    sent = [request["parameter"]["chat"] for request in service.requests(tag)]
    sent.sort(key=lambda chat: chat["temperature"])
    assert (sent[0]["temperature"], sent[0]["max_tokens"], "top_k" in sent[0]) == (0.25, 7, False)
    assert (sent[1]["temperature"], "max_tokens" in sent[1], sent[1]["top_k"]) == (0.75, False, 3)
    client.close()
    assert other.invoke("Hello").text


def test_other_settings(chat: MakeChat, service: Service, tag: str) -> None:
    client = chat("stall", temperature=0.5)
    other = client.with_options(
        url=service.url(tag=tag), user_id="other", total_timeout=20, temperature=None
    )
    assert other.invoke("Hello").text
    (request,) = service.requests(tag)
    assert request["header"]["uid"] == "other"
    assert "temperature" not in request["parameter"]["chat"]


def test_a_model_takes_the_place_of_url_and_domain() -> None:
    client = Spark(
        "a1b2c3d4", KEY, SECRET, url="wss://spark-api.xf-yun.com/v3.5/chat", environment=False
    )
    assert client.with_options(temperature=0.5).url == client.url
    assert client.with_options(user_id="x").url == client.url
    other = client.with_options(model="x1")
    assert other.url == "wss://spark-api.xf-yun.com/v1/x1"
    assert other.with_options(model=None).url == "wss://spark-api.xf-yun.com/v3.5/chat"
    over_http = client.with_options(model="4.0Ultra", transport="http")
    assert over_http.transport is Transport.HTTP
    assert over_http.with_options(transport=None).transport is Transport.WEBSOCKET


def test_changes_that_are_refused(chat: MakeChat) -> None:
    client = chat()
    with pytest.raises(InvalidArgumentError):
        client.with_options(top_k=0)
    with pytest.raises(InvalidArgumentError):
        client.with_options(total_timeout=-1)
    with pytest.raises(TypeError, match=r"with_options\(\) got an unexpected keyword argument 'n'"):
        client.with_options(n=0)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unexpected keyword argument 'n'"):
        client.with_options(n=0, total_timeout=1)  # type: ignore[call-arg]
    client.close()
    for use in (client.with_options, lambda: pickle.dumps(client)):
        with pytest.raises(StateError, match="closed"):
            use()


class Named(Spark):
    """A client class that a program defines."""

    def __init__(self, name: str, settings: dict[str, Any]) -> None:
        super().__init__(**settings)
        self.name = name
        self.seen: list[str] = []


def test_a_subclass_keeps_its_attributes(local_settings: MakeSettings) -> None:
    client = Named("ours", local_settings("echo", pickle_secrets=True))
    client.seen.append("something")
    for other in (
        client.with_options(temperature=0.5),
        client.with_options(max_rate=5),
        copy.copy(client),
        copy.deepcopy(client),
        pickle.loads(pickle.dumps(client)),
    ):
        assert (type(other), other.name, other.seen) == (Named, "ours", ["something"])
        assert other.invoke("Hello").text == "Hello"
    assert copy.copy(client).seen is client.seen
    assert copy.deepcopy(client).seen is not client.seen


class Slotted(Spark):
    """A client class without a `__dict__`."""

    __slots__ = ("__hidden", "name", "unset")

    def __init__(self, name: str, settings: dict[str, Any]) -> None:
        super().__init__(**settings)
        self.name = name
        self.__hidden = [name]

    @property
    def hidden(self) -> list[str]:
        return self.__hidden


class Mixed(Slotted):
    """A client class with slots and a `__dict__`."""

    def __init__(self, name: str, settings: dict[str, Any]) -> None:
        super().__init__(name, settings)
        self.more = name


@pytest.mark.parametrize("kind", [Slotted, Mixed])
def test_a_subclass_keeps_its_slots(local_settings: MakeSettings, kind: type[Slotted]) -> None:
    client = kind("ours", local_settings("echo", pickle_secrets=True))
    for other in (
        client.with_options(temperature=0.5),
        client.with_options(max_rate=5),
        copy.copy(client),
        copy.deepcopy(client),
        pickle.loads(pickle.dumps(client)),
    ):
        assert (type(other), other.name, other.hidden) == (kind, "ours", ["ours"])
        assert getattr(other, "more", "ours") == "ours"
        assert not hasattr(other, "unset")
        assert other.invoke("Hello").text == "Hello"
    assert copy.copy(client).hidden is client.hidden
    assert copy.deepcopy(client).hidden is not client.hidden


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy])
def test_copies(chat: MakeChat, make: Callable[[Spark], Spark]) -> None:
    client = chat("echo", temperature=0.5)
    other = make(client)
    client.close()
    assert other.invoke("Hello").text == "Hello"
    assert repr(other) == repr(client)


def test_the_async_client_has_them_too(async_chat: MakeAsyncChat) -> None:
    client = async_chat("echo", pickle_secrets=True)
    others = [
        client.with_options(temperature=0.5),
        client.with_options(user_id="x"),
        copy.copy(client),
        pickle.loads(pickle.dumps(client)),
    ]
    for other in others:
        assert type(other) is AsyncSpark
        assert asyncio.run(other.invoke("Hello")).text == "Hello"


@pytest.mark.parametrize("name", ["api_key", "api_secret", "api_password", "proxy"])
def test_secrets_are_pickled_on_request_only(name: str) -> None:
    secrets: dict[str, Any] = {"api_key": KEY, "api_secret": SECRET, "api_password": PASSWORD}
    secrets["proxy"] = "http://me:SENTINEL@localhost"
    client = Spark("a1b2c3d4", **secrets, environment=False)
    with pytest.raises(TypeError, match=name) as caught:
        pickle.dumps(client)
    assert looks_clean(str(caught.value))
    open_one = client.with_options(pickle_secrets=True)
    other = pickle.loads(pickle.dumps(open_one))
    assert other._settings[name].reveal() == secrets[name]
    assert repr(other) == repr(client)
    # The copy can be pickled, too.
    assert pickle.loads(pickle.dumps(other)).url == client.url


def test_none_resets_every_setting(
    chat: MakeChat, monkeypatch: pytest.MonkeyPatch, service: Service
) -> None:
    client = chat(pickle_secrets=True)
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(client.with_options(pickle_secrets=None))
    with pytest.raises(ConfigError, match="API secret"):
        client.with_options(api_secret=None)
    monkeypatch.setenv("IFLYTEK_SPARK_API_SECRET", service.credentials["api_secret"])
    other = client.with_options(api_secret=None, environment=None)
    assert other.invoke("1+1").text == "1 + 1 = **2**."
    assert client.with_options(limiter=None).invoke("1+1").text == "1 + 1 = **2**."
    for wrong in ("environment", "pickle_secrets"):
        with pytest.raises(TypeError, match=f"{wrong} must be a bool, not int"):
            client.with_options(**{wrong: 1})


def test_a_secret_shows_nowhere() -> None:
    secret = Secret("the API key", KEY)
    assert secret.reveal() == KEY
    assert looks_clean(repr(secret), str(secret), f"{secret}")
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="a secret cannot be pickled"):
            attempt(secret)


def test_credentials_of_the_environment_are_taken_where_it_is_unpickled(
    monkeypatch: pytest.MonkeyPatch, service: Service, tag: str
) -> None:
    for name, value in service.credentials.items():
        monkeypatch.setenv(f"IFLYTEK_SPARK_{name.upper()}", value)
    client = Spark(url=service.url(tag=tag), temperature=0.25, max_attempts=2)
    pickled = pickle.dumps(client)
    assert service.credentials["api_secret"].encode() not in pickled
    other = pickle.loads(pickled)
    assert other.invoke("Hello").text
    assert service.requests(tag)[0]["parameter"]["chat"]["temperature"] == 0.25
    monkeypatch.delenv("IFLYTEK_SPARK_API_SECRET")
    with pytest.raises(ConfigError, match="IFLYTEK_SPARK_API_SECRET"):
        pickle.loads(pickled)
    with pytest.raises(ConfigError, match="IFLYTEK_SPARK_API_SECRET"):
        client.with_options(max_attempts=1)


def ask(job: tuple[Spark, str]) -> str:
    client, question = job
    return client.invoke(question).text


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_clients_go_to_other_processes(chat: MakeChat, method: str) -> None:
    client = chat("echo", pickle_secrets=True)
    client.invoke("Hello")
    questions = [f"question {number}" for number in range(6)]
    context = multiprocessing.get_context(method)
    with context.Pool(2) as pool:
        jobs = [(client, question) for question in questions]
        assert pool.map_async(ask, jobs).get(60) == questions
    with ProcessPoolExecutor(2, mp_context=context) as executor:
        assert list(executor.map(ask, jobs, timeout=60)) == questions


def test_copies_in_a_child(chat: MakeChat) -> None:
    client = chat("echo")

    def work() -> None:
        for other in (
            copy.copy(client),
            client.with_options(temperature=0.5),
            client.with_options(user_id="child"),
        ):
            assert other.invoke("Hello").text == "Hello"

    in_child(work)


def test_one_client_for_each_worker_of_a_server_that_forks(local_settings: MakeSettings) -> None:
    """The pattern from the README: make a client on first use, and again in each process."""
    from functools import cache
    from os import getpid

    @cache
    def client_of(process: int) -> Spark:
        return Spark(**local_settings("echo"))

    assert client_of(getpid()).invoke("Hello").text == "Hello"

    def work() -> None:
        assert client_of(getpid()).invoke("Hello").text == "Hello"
        assert client_of(getpid()) is client_of(getpid())

    in_child(work)
    in_child(work)
