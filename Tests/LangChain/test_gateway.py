"""Which URL is asked: the environment's, a gateway's, or the model's."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from langchain_core.runnables import ConfigurableField
from pydantic import ValidationError

from service import Service
from sparkchat.langchain import ChatSparkLLM

OWN = "wss://spark-api.xf-yun.com"


@pytest.fixture(autouse=True)
def account(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in service.credentials.items():
        monkeypatch.setenv(f"IFLYTEK_SPARK_{name.upper()}", value)


@pytest.fixture
def gateway(service: Service, tag: str, monkeypatch: pytest.MonkeyPatch) -> str:
    url = service.url("/v3.5/chat", tag=tag)
    monkeypatch.setenv("IFLYTEK_SPARK_API_URL", url)
    monkeypatch.setenv("IFLYTEK_SPARK_LLM_DOMAIN", "generalv3.5")
    return url


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({}, "/v3.5/chat"),
        ({"spark_llm_domain": "generalv3"}, "/v3.1/chat"),
        ({"model": "4.0Ultra"}, "/v4.0/chat"),
        ({"model": "x1", "transport": "http"}, "/v2/chat/completions"),
        ({"transport": "http"}, "/v1/chat/completions"),
        ({"model": "coding-plan", "domain": "xsparkx2"}, "/v2/chat/completions"),
    ],
)
async def test_the_environments_gateway_is_asked_for_every_model(
    service: Service, gateway: str, tag: str, fields: dict[str, Any], path: str
) -> None:
    model = ChatSparkLLM(**fields)
    assert model.invoke("1+1").content == "1 + 1 = **2**."
    assert (await model.ainvoke("1+1")).content == "1 + 1 = **2**."
    assert ChatSparkLLM().invoke("1+1", **fields).content == "1 + 1 = **2**."
    assert [record["path"] for record in service.records(tag)] == [path] * 3
    assert ChatSparkLLM().spark_api_url == gateway


def test_a_gateway_that_was_given_is_asked_for_every_model(service: Service, tag: str) -> None:
    model = ChatSparkLLM(api_url=service.url("/v3.5/chat", tag=tag), model="x1")
    assert model.invoke("1+1").content == "1 + 1 = **2**."
    assert model.invoke("1+1", model="4.0Ultra").content == "1 + 1 = **2**."
    assert [record["path"] for record in service.records(tag)] == ["/v1/x1", "/v4.0/chat"]


def configured(model: ChatSparkLLM, **fields: str) -> ChatSparkLLM:
    """Return the model that a chain makes from one with configurable fields."""
    able = model.configurable_fields(**{name: ConfigurableField(name) for name in fields})
    found, _ = able.prepare({"configurable": fields})  # type: ignore[attr-defined]
    return found  # type: ignore[no-any-return]


@pytest.mark.parametrize("base", [OWN, "ws://gateway.example:81"])
def test_the_url_follows_a_model_that_is_configured(
    monkeypatch: pytest.MonkeyPatch, base: str
) -> None:
    monkeypatch.setenv("IFLYTEK_SPARK_API_URL", f"{base}/v3.5/chat")
    monkeypatch.setenv("IFLYTEK_SPARK_LLM_DOMAIN", "generalv3.5")
    model = ChatSparkLLM(temperature=0.5)
    other = configured(model, spark_llm_domain="4.0Ultra")
    assert other.temperature == 0.5
    assert other._identifying_params["spark_api_url"] == f"{base}/v4.0/chat"
    assert other._identifying_params["spark_llm_domain"] == "4.0Ultra"
    # The other direction, and a configuration that changes neither.
    there = configured(model, spark_api_url="wss://other.example/v2.1/chat")
    assert there._identifying_params["spark_llm_domain"] == "generalv2"
    same = configured(model, spark_user_id="somebody")
    assert same._identifying_params["spark_api_url"] == f"{base}/v3.5/chat"
    assert pickle.loads(pickle.dumps(model)).spark_api_url == f"{base}/v3.5/chat"


def test_a_url_of_the_service_that_was_given_has_to_fit() -> None:
    model = ChatSparkLLM(api_url=f"{OWN}/v3.5/chat", model="generalv3.5")
    with pytest.raises(ValidationError, match=r"does not belong to .*/v3\.5/chat"):
        configured(model, spark_llm_domain="4.0Ultra")
