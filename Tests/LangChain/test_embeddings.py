"""Embeddings: LangChain's own tests, langchain_community's class next to ours, and retrieval."""

from __future__ import annotations

import copy
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnablePassthrough
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_tests.integration_tests import EmbeddingsIntegrationTests
from langchain_tests.unit_tests import EmbeddingsUnitTests
from pydantic import SecretStr, ValidationError

from service import Service
from sparkchat import ContextLengthError, InvalidArgumentError, RateLimitError, Spark
from sparkchat.langchain import ChatSparkLLM, SparkLLMTextEmbeddings
from sparkchat.langchain.embeddings import Arguments

Make = Callable[..., dict[str, Any]]
CREDENTIALS = {"app_id": "app", "api_key": "key", "api_secret": "secret"}


@pytest.fixture
def place(service: Service) -> Make:
    """Make arguments that lead to the local service."""

    def make(scenario: str | None = None, tag: str | None = None, **others: Any) -> dict[str, Any]:
        query = {k: v for k, v in {"scenario": scenario, "tag": tag}.items() if v is not None}
        url = service.url("/", transport="http", **query)
        return {**service.credentials, "base_url": url, **others}

    return make


class TestStandardUnit(EmbeddingsUnitTests):
    @property
    def embeddings_class(self) -> type[SparkLLMTextEmbeddings]:
        return SparkLLMTextEmbeddings

    @property
    def embedding_model_params(self) -> dict[str, Any]:
        return CREDENTIALS

    @property
    def init_from_env_params(self) -> tuple[dict[str, str], dict[str, Any], dict[str, Any]]:
        return (
            {"SPARK_APP_ID": "app", "SPARK_API_KEY": "key", "SPARK_API_SECRET": "secret"},
            {},
            {"spark_app_id": "app", "spark_api_key": "key", "spark_api_secret": "secret"},
        )


class TestStandardIntegration(EmbeddingsIntegrationTests):
    @pytest.fixture(autouse=True)
    def _place(self, place: Make) -> None:
        self.params = place()

    @property
    def embeddings_class(self) -> type[SparkLLMTextEmbeddings]:
        return SparkLLMTextEmbeddings

    @property
    def embedding_model_params(self) -> dict[str, Any]:
        return self.params


def original(**arguments: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from langchain_community.embeddings import SparkLLMTextEmbeddings as Original

        return Original(**arguments)


@pytest.mark.parametrize("domain", ["para", "query"])
def test_vectors_are_those_of_langchain_community(place: Make, domain: str) -> None:
    theirs = original(**place(domain=domain))
    ours = SparkLLMTextEmbeddings(**place(domain=domain))
    texts = ["The whale is a mammal.", "鲸鱼是哺乳动物", "a\nb"]
    assert ours.embed_documents(texts) == theirs.embed_documents(texts)
    assert ours.embed_query("Hello") == theirs.embed_query("Hello")
    assert type(ours.embed_query("Hello")) is list


def test_longer_vectors_are_cut_as_there(place: Make) -> None:
    arguments = place("vector:kind=long")
    ours = SparkLLMTextEmbeddings(**arguments, domain="para").embed_query("Hello")
    assert len(ours) == 2560
    # Their class cannot name a scenario: it appends a "?" to any URL.
    url = arguments.pop("base_url")
    spark = Spark(**arguments, embedding_url=url, keep_raw=True)
    whole = spark.embed("Hello")
    assert len(whole) == 4096
    (answer,) = whole.response.raw
    assert ours == original(**arguments)._parser_message(answer).tolist()


def test_arguments_are_those_of_langchain_community(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = type(original(**CREDENTIALS)).model_fields
    ours = SparkLLMTextEmbeddings.model_fields
    assert theirs.keys() <= ours.keys()
    assert all(ours[name].alias == field.alias for name, field in theirs.items())
    for name in ("app_id", "api_key", "api_secret"):
        monkeypatch.setenv(f"SPARK_{name.upper()}", "theirs")
        monkeypatch.setenv(f"IFLYTEK_SPARK_{name.upper()}", "ours")
    one, other = original(), SparkLLMTextEmbeddings()
    for name in theirs:
        assert getattr(one, name) == getattr(other, name)


def test_checkers_know_the_arguments() -> None:
    fields = SparkLLMTextEmbeddings.model_fields
    names = set(fields) | {field.alias for field in fields.values()} - {None}
    assert names == set(Arguments.__annotations__)


def test_each_method_has_its_domain(place: Make, service: Service, tag: str) -> None:
    embeddings = SparkLLMTextEmbeddings(**place(tag=tag))
    embeddings.embed_documents(["a"])
    embeddings.embed_query("a")
    SparkLLMTextEmbeddings(**place(tag=tag, domain="para")).embed_query("a")
    SparkLLMTextEmbeddings(**place(tag=tag, domain="query")).embed_documents(["a"])
    records = service.records(tag)
    assert [r["body"]["domain"] for r in records] == ["para", "query", "para", "query"]


async def test_native_asyncio(place: Make) -> None:
    embeddings = SparkLLMTextEmbeddings(**place())
    texts = ["a", "b", "c", "d"]
    assert await embeddings.aembed_documents(texts) == embeddings.embed_documents(texts)
    assert await embeddings.aembed_query("a") == embeddings.embed_query("a")


def test_failure_of_one_text_names_it(place: Make) -> None:
    embeddings = SparkLLMTextEmbeddings(**place())
    with pytest.raises(ContextLengthError, match=r"^texts\[1\]: "):
        embeddings.embed_documents(["a", "long " * 2000])
    # Their class puts None among the vectors for a text that failed.
    assert original(**place()).embed_documents(["a", "long " * 2000])[1] is None


def test_refused_as_too_fast_is_tried_again(place: Make) -> None:
    quick = {"retry_backoff": (0.001, 0.001)}
    arguments = place("error:code=11202,times=2", client_kwargs=quick)
    assert len(SparkLLMTextEmbeddings(**arguments).embed_documents(["a", "b"])) == 2
    arguments = place("error:code=11202", max_retries=0)
    with pytest.raises(RateLimitError):
        SparkLLMTextEmbeddings(**arguments).embed_query("a")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"api_key": None}, "not set: spark_api_key; pass them, or set SPARK_API_KEY"),
        ({"domain": "document"}, "'para' or 'query'"),
        ({"base_url": "wss://localhost/"}, "https"),
        ({"base_url": "nowhere"}, "no scheme"),
        ({"model": "max"}, "there is no argument 'model'"),
        ({"api_url": "x"}, "did you mean base_url"),
        ({"qps": 2}, "client_kwargs={'max_rate': ...}"),
        ({"max_concurrency": 0}, "greater than or equal to 1"),
        ({"timeout": -1}, "request_timeout is -1"),
        ({"client_kwargs": {"temperature": 1}}, "client_kwargs"),
        ({"client_kwargs": {"ca_file": "/nowhere"}}, "/nowhere"),
    ],
)
def test_what_cannot_be_right_is_refused(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words) as caught:
        SparkLLMTextEmbeddings(**{**CREDENTIALS, **arguments})
    assert "secret" not in str(caught.value).replace("api_secret", "")


async def test_what_is_no_list_of_texts(place: Make) -> None:
    embeddings = SparkLLMTextEmbeddings(**place())
    wrong: list[tuple[Any, str]] = [
        ("abc", r"texts must be a list, not str.*embed_query"),
        (b"abc", "not bytes"),
        ({"a": 1}, "not dict"),
        (None, "not NoneType"),
        (["a", 5], r"texts\[1\] must be a str, not int"),
    ]
    for texts, words in wrong:
        with pytest.raises(InvalidArgumentError, match=words):
            embeddings.embed_documents(texts)
        with pytest.raises(InvalidArgumentError, match=words):
            await embeddings.aembed_documents(texts)
    for text in (["a"], None, b"a"):
        with pytest.raises(InvalidArgumentError, match="text must be a str"):
            embeddings.embed_query(text)  # type: ignore[arg-type]
        with pytest.raises(InvalidArgumentError, match="text must be a str"):
            await embeddings.aembed_query(text)  # type: ignore[arg-type]
    assert embeddings.embed_documents([]) == []


def test_all_that_is_missing_is_told_at_once() -> None:
    with pytest.raises(ValidationError, match="SPARK_APP_ID, SPARK_API_KEY, SPARK_API_SECRET"):
        SparkLLMTextEmbeddings()


def test_secrets_show_nowhere(monkeypatch: pytest.MonkeyPatch, place: Make) -> None:
    given = SparkLLMTextEmbeddings(**CREDENTIALS)
    assert given.spark_api_secret == SecretStr("secret")
    assert "key'" not in repr(given).replace("api_key", "")
    with pytest.raises(TypeError, match="spark_api_key, spark_api_secret"):
        pickle.dumps(given)
    arguments = place()
    for name in CREDENTIALS:
        monkeypatch.setenv(f"SPARK_{name.upper()}", arguments[name])
    taken = SparkLLMTextEmbeddings(base_url=arguments["base_url"])
    data = pickle.dumps(taken)
    assert arguments["api_secret"].encode() not in data
    for other in (pickle.loads(data), copy.copy(taken), copy.deepcopy(taken)):
        assert other == taken
        assert other.embed_query("a") == taken.embed_query("a")


FACTS = [
    "Alexander Graham Bell invented the telephone in 1876.",
    "The blue whale is the largest mammal.",
    "合肥是安徽省的省会",
]


def test_retrieval_chain(
    place: Make, chat: Callable[..., ChatSparkLLM], tag: str, service: Service
) -> None:
    store = InMemoryVectorStore(SparkLLMTextEmbeddings(**place()))
    store.add_documents(
        [Document(page_content=fact, metadata={"at": n}) for n, fact in enumerate(FACTS)]
    )
    found = store.similarity_search("Who invented the telephone?", k=1)
    assert [document.metadata["at"] for document in found] == [0]
    prompt = ChatPromptTemplate.from_template("Facts: {facts}\n\nQuestion: {question}")
    retriever = store.as_retriever(search_kwargs={"k": 1}) | (
        lambda documents: "\n".join(d.page_content for d in documents)
    )
    question = RunnablePassthrough()
    chain = {"facts": retriever, "question": question} | prompt | chat(tag=tag) | StrOutputParser()
    assert "Spark emulator" in chain.invoke("Which is the largest whale?")
    (request,) = [text for record in service.records(tag) for text in record["requests"]]
    assert FACTS[1] in request
    assert FACTS[0] not in request


async def test_retrieval_in_asyncio(place: Make) -> None:
    store = InMemoryVectorStore(SparkLLMTextEmbeddings(**place()))
    await store.aadd_texts(FACTS)
    (found,) = await store.asimilarity_search("安徽省的省会是哪里", k=1)
    assert found.page_content == FACTS[2]
