"""Vectors of texts: one, many, in order, and failures of single texts."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from service import Service
from sparkchat import (
    AsyncSpark,
    AuthenticationError,
    BatchStoppedError,
    ConfigError,
    Connection,
    ContextLengthError,
    Embedding,
    InvalidArgumentError,
    LimiterError,
    ProtocolError,
    QuotaError,
    RateLimitError,
    Spark,
    StateError,
    Status,
)
from sparkchat.testing import SparkService

Embed = Callable[..., Any]
Make = Callable[..., Embed]


@pytest.fixture(params=["sync", "async"])
def embedder(
    request: pytest.FixtureRequest, service: Service, local_settings: Callable[..., dict[str, Any]]
) -> Make:
    """Make embedding functions, with and without asyncio: `embedder("vector:kind=nan")(["a",
    "b"])`.
    """

    def make(scenario: str | None = None, tag: str | None = None, **settings: Any) -> Embed:
        query = {k: v for k, v in {"scenario": scenario, "tag": tag}.items() if v is not None}
        url = service.url("/", transport="http", **query)
        chosen = local_settings(**{"embedding_url": url, **settings})
        if request.param == "sync":
            return Spark(**chosen).embed

        def embed(*arguments: Any, **more: Any) -> Any:
            async def ask() -> Any:
                async with AsyncSpark(**chosen) as spark:
                    return await spark.embed(*arguments, **more)

            return asyncio.run(ask())

        return embed

    return make


def test_one_text_has_one_vector(embedder: Make) -> None:
    embed = embedder()
    vector = embed("Hello")
    assert isinstance(vector, Embedding)
    assert isinstance(vector, list)
    assert len(vector) == 2560
    assert all(type(number) is float for number in vector)
    assert vector == embed("Hello")
    assert vector != embed("Hello", domain="query")
    assert vector.response.sid.startswith("emb")
    assert vector.response.attempts == 1


def test_many_come_in_order(embedder: Make, service: Service, tag: str) -> None:
    embed = embedder(tag=tag)
    texts = [f"text {number}" for number in range(12)]
    vectors = embed(iter(texts), max_concurrency=3)
    assert vectors == [embed(text) for text in texts]
    records = service.records(tag)
    assert {record["body"]["domain"] for record in records} == {"para"}
    # Connections are reused: there are never more than were needed at once.
    assert len({record["conn"] for record in records[:12]}) == 3
    assert vectors[-1].response.connection is Connection.WARM
    assert embed([]) == []


def test_progress_is_told(embedder: Make) -> None:
    told: list[tuple[int, int]] = []
    embedder()(["a", "b"], on_progress=lambda *numbers: told.append(numbers))
    assert told == [(1, 2), (2, 2)]


def test_failure_of_one_text_names_it(embedder: Make) -> None:
    embed = embedder()
    texts = ["short", "long " * 2000, "", "short"]
    with pytest.raises(ContextLengthError, match=r"^texts\[1\]: .*10907.*split the text") as caught:
        embed(texts)
    assert caught.value.message.startswith("texts[1]: ")
    assert caught.value.response is not None
    found = embed(texts, return_exceptions=True)
    assert [type(item) for item in found] == [
        Embedding,
        ContextLengthError,
        InvalidArgumentError,
        Embedding,
    ]
    assert str(found[2]).startswith("texts[2]: the text is empty")
    with pytest.raises(ContextLengthError, match=r"^service code 10907"):
        embed(texts[1])


def test_what_is_no_text_is_refused_before_anything_is_sent(
    embedder: Make, service: Service, tag: str
) -> None:
    embed = embedder(tag=tag)
    with pytest.raises(TypeError, match=r"^texts\[1\] must be a str, not int"):
        embed(["a", 1])
    with pytest.raises(TypeError, match="list of them, not bytes"):
        embed(b"a")
    with pytest.raises(TypeError, match="list of them, not dict"):
        embed({"a": 1})
    with pytest.raises(InvalidArgumentError, match='"para", "query"'):
        embed("a", domain="document")
    with pytest.raises(InvalidArgumentError, match="max_concurrency is 0"):
        embed(["a"], max_concurrency=0)
    assert service.records(tag, wait=0) == []


def test_half_a_surrogate_pair_is_replaced(embedder: Make) -> None:
    embed = embedder()
    assert embed("a\ud800") == embed("a\ufffd")
    assert embed("a\0b") != embed("a")


def test_refused_as_too_fast_is_tried_again(embedder: Make, service: Service, tag: str) -> None:
    scenario = "error:code=11202,times=4"
    embed = embedder(scenario, tag, max_attempts=3, retry_backoff=(0.001, 0.001))
    # However the four refusals are spread, no text needs more than three attempts.
    vectors = embed(["a", "b", "c"])
    assert sum(vector.response.attempts for vector in vectors) == 7
    with pytest.raises(RateLimitError):
        embedder("error:code=11202", max_attempts=2, retry_backoff=(0.001, 0.001))("a")


def test_failure_of_all_stops_the_batch(embedder: Make, service: Service, tag: str) -> None:
    texts = ["a"] * 300
    for rejected in (
        embedder(tag=tag, api_secret="AnotherSecret", clock_correction=False),
        embedder("error:code=11201", tag),
    ):
        with pytest.raises(BatchStoppedError) as caught:
            rejected(texts, return_exceptions=True)
        assert isinstance(caught.value.__cause__, AuthenticationError | QuotaError)
        assert caught.value.left == list(enumerate(texts))
    assert len(service.records(tag)) < 20


def test_failing_limiter_stops_the_batch(embedder: Make) -> None:
    class Failing:
        asked = 0

        def acquire(self, attempt: int) -> float:
            self.asked += 1
            raise OSError("the limiter's server is down")

        def report(self, attempt: int, status: Status, service_code: int) -> None: ...

        def release(self, attempt: int) -> None: ...

    limiter = Failing()
    with pytest.raises(BatchStoppedError) as caught:
        embedder(limiter=limiter)(["a"] * 300)
    assert isinstance(caught.value.__cause__, LimiterError)
    assert limiter.asked < 20
    with pytest.raises(LimiterError):
        embedder(limiter=limiter)("a")


@pytest.mark.parametrize("kind", ["nan", "infinite", "odd", "empty", "text", "none"])
def test_bad_vectors_are_refused(embedder: Make, kind: str) -> None:
    with pytest.raises(ProtocolError):
        embedder(f"vector:kind={kind}")("Hello")


def test_credentials(embedder: Make) -> None:
    with pytest.raises(AuthenticationError, match="check the API secret"):
        embedder(api_secret="AnotherSecret")("Hello")
    http = {"transport": "http", "app_id": None, "api_key": None, "api_secret": None}
    missing = "^app id, API key and API secret are not set, which embeddings need"
    with pytest.raises(ConfigError, match=missing):
        embedder(**http)(["a", "b"])


def test_chat_over_http_and_vectors_together(
    service: Service, local_settings: Callable[..., dict[str, Any]]
) -> None:
    settings = local_settings(transport="http") | service.credentials
    spark = Spark(**settings, embedding_url=service.url("/", transport="http", tls=True))
    assert spark.invoke("1+1").text == "1 + 1 = **2**."
    assert len(spark.embed("Hello")) == 2560


def test_vectors_are_json_and_can_be_copied(embedder: Make) -> None:
    vector = embedder()("Hello")
    assert json.loads(json.dumps(vector)) == vector
    for other in (copy.copy(vector), copy.deepcopy(vector), pickle.loads(pickle.dumps(vector))):
        assert other == vector
        assert other.response.sid == vector.response.sid
    assert Embedding().response.sid is None


def test_closed_client_embeds_nothing(service: Service) -> None:
    spark = Spark(**service.credentials, environment=False)
    spark.close()
    with pytest.raises(StateError, match="closed"):
        spark.embed("Hello")


def test_cancelled_task_closes_connections(
    service: Service, local_settings: Callable[..., dict[str, Any]]
) -> None:
    url = service.url("/", transport="http", port="blackhole")

    async def main() -> None:
        spark = AsyncSpark(**local_settings(embedding_url=url))
        task = asyncio.create_task(spark.embed(["a", "b", "c"]))
        others = 0
        # The loop continues meanwhile.
        for _ in range(20):
            await asyncio.sleep(0.001)
            others += 1
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert others == 20

    asyncio.run(main())


def test_address_of_the_environment(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IFLYTEK_SPARK_EMBEDDING_URL", service.url("/", transport="http"))
    assert len(Spark(**service.credentials).embed("Hello")) == 2560
    monkeypatch.setenv("IFLYTEK_SPARK_EMBEDDING_URL", "wss://localhost/")
    with pytest.raises(InvalidArgumentError, match="IFLYTEK_SPARK_EMBEDDING_URL"):
        Spark(**service.credentials)


def test_the_service_itself_is_asked_by_default(service: Service, tag: str) -> None:
    proxy = f"http://127.0.0.1:{service.ready['proxy_port']}"
    settings = {**service.credentials, "proxy": proxy, "ca_file": service.ca_file}
    text = f"Hello {tag}"
    assert len(Spark(**settings, environment=False).embed(text)) == 2560
    (record,) = [r for r in service.records("") if text in str(r.get("body"))]
    assert record["headers"]["Host"] == "emb-cn-huabei-1.xf-yun.com"
    assert (record["path"], record["auth"]) == ("/", "ok")
    assert record["tls"]["version"] == "TLSv1.3"


def test_local_service_has_vectors_too(tmp_path: Any) -> None:
    with SparkService() as local:
        assert "IFLYTEK_SPARK_EMBEDDING_URL" in local.environment()
        assert len(local.client().embed("Hello")) == 2560
        assert local.records()[-1]["body"]["text"] == "Hello"
