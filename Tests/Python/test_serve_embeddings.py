"""The OpenAI-compatible server: vectors of texts."""

from __future__ import annotations

import socket
from typing import Any

import httpx
import openai
import pytest

from service import Service
from serving import Serve, error_of, serve
from sparkchat import AsyncSpark

__all__ = ["serve"]

TEXTS = ["Bell invented the telephone.", "The blue whale is the largest mammal."]


def spark(service: Service, **query: str) -> AsyncSpark:
    """Return a client for vectors of the local service."""
    url = service.url("/", transport="http", **query)
    return AsyncSpark(**service.credentials, embedding_url=url, environment=False, max_attempts=1)


def embed(base: str, **body: Any) -> httpx.Response:
    """Ask for vectors."""
    document = {"model": "embedding", "input": "Hello", **body}
    return httpx.post(base + "/embeddings", json=document, timeout=30)


def test_vectors_with_openai_s_client(serve: Serve, service: Service) -> None:
    base = serve(spark(service))
    ai = openai.OpenAI(base_url=base, api_key="none", max_retries=0)
    made = ai.embeddings.create(model="embedding", input=TEXTS)
    assert [item.index for item in made.data] == [0, 1]
    question = ai.embeddings.create(model="embedding-query", input="Who invented the telephone?")
    vector = question.data[0].embedding
    assert len(vector) == 2560
    near = [sum(a * b for a, b in zip(vector, item.embedding, strict=True)) for item in made.data]
    assert near[0] > near[1]
    # By default, OpenAI's client asks for Base64.
    floats = ai.embeddings.create(model="embedding", input=TEXTS, encoding_format="float")
    assert floats.data[0].embedding == pytest.approx(made.data[0].embedding)
    names = [model.id for model in ai.models.list()]
    assert {"embedding", "embedding-query"} < set(names)
    assert ai.models.retrieve("embedding").id == "embedding"


def test_a_name_of_ones_own(serve: Serve, service: Service, tag: str) -> None:
    url = service.url("/", transport="http", tag=tag)
    ours = {
        "text-embedding-3-small": {"model": "embedding"},
        "questions": {"model": "embedding-query", "embedding_url": url},
    }
    base = serve(spark(service), models=ours)
    assert embed(base, model="text-embedding-3-small").json()["model"] == "text-embedding-3-small"
    assert embed(base, model="questions").status_code == 200
    (record,) = service.records(tag)
    assert record["body"]["domain"] == "query"


REFUSED: list[tuple[str, Any]] = [
    ("input", []),
    ("input", None),
    ("input", [1, 2]),
    ("input", [[1, 2]]),
    ("input", ["a"] * 2049),
    ("dimensions", 256),
    ("encoding_format", "hex"),
    ("model", ""),
    ("model", "max"),
]


def test_what_cannot_be_done_is_refused_by_name(serve: Serve, service: Service) -> None:
    base = serve(spark(service))
    for parameter, value in REFUSED:
        response = embed(base, **{parameter: value})
        assert response.status_code == (404 if value == "max" else 400)
        assert error_of(response)["param"] == parameter


def test_an_error_of_the_service(serve: Serve, service: Service) -> None:
    response = embed(serve(spark(service, scenario="error:code=11202")), input=TEXTS)
    error = error_of(response)
    assert (response.status_code, error["code"]) == (429, "rate_limit_exceeded")
    assert error["service_code"] == 11202
    assert "texts[0]" in error["message"]


def test_rejected_credentials(serve: Serve, service: Service) -> None:
    url = service.url("/", transport="http")
    wrong = {**service.credentials, "api_secret": "AnotherSecret"}
    response = embed(serve(AsyncSpark(**wrong, embedding_url=url, environment=False)), input=TEXTS)
    error = error_of(response)
    assert (response.status_code, error["code"]) == (401, "service_refused_credentials")


def test_without_credentials_there_are_none(serve: Serve, service: Service) -> None:
    base = serve(AsyncSpark(api_password=service.password, environment=False))
    response = embed(base)
    assert (response.status_code, error_of(response)["code"]) == (404, "model_not_found")
    models = httpx.get(base + "/models", timeout=30).json()["data"]
    assert "embedding" not in [model["id"] for model in models]


def test_a_client_that_leaves_stops_the_service(serve: Serve, service: Service) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(20)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        asks = AsyncSpark(**service.credentials, embedding_url=url, environment=False)
        base = serve(asks)
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(base + "/embeddings", json={"model": "embedding", "input": "a"}, timeout=0.5)
        connection, _ = silent.accept()
        with connection:
            connection.settimeout(20)
            while connection.recv(4096):
                pass
