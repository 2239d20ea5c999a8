"""The OpenAI-compatible server: every model of the table, and the user's own names."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

import sparkchat
from service import Service
from serving import Serve, completion, error_of, serve
from sparkchat import AsyncSpark
from sparkchat.serve import create_app

__all__ = ["serve"]

# Users have to name these by their own id or URL.
UNNAMED = {"maas", "token-plan", "coding-plan", "x2.5-4b", "x2.5-1.7b"}


def everywhere(service: Service, **settings: Any) -> AsyncSpark:
    """Return a client that reaches the local service at the real service's addresses."""
    where = {
        "proxy": f"http://127.0.0.1:{service.ready['proxy_port']}",
        "ca_file": service.ca_file,
        "environment": False,
        **service.credentials,
    }
    return AsyncSpark(**where, **settings)


def told(response: httpx.Response) -> str:
    """Return the text of an answer."""
    assert response.status_code == 200, response.text
    text: str = response.json()["choices"][0]["message"]["content"]
    return text


def test_every_model_of_the_table(serve: Serve, service: Service) -> None:
    base = serve(everywhere(service))
    listed = httpx.get(base + "/models", timeout=30).json()
    assert listed["object"] == "list"
    names = [model["id"] for model in listed["data"]]
    vectors = {"embedding", "embedding-query"}
    assert set(names) - vectors == {model.name for model in sparkchat.models()} - UNNAMED
    for model in listed["data"]:
        assert (model["object"], model["owned_by"]) == ("model", "iflytek")
        assert isinstance(model["created"], int)
        assert httpx.get(f"{base}/models/{model['id']}").json() == model
        if model["id"] == "image":
            assert "images" in model["features"]
        elif model["id"] not in vectors:
            answer = completion(base, "6 times 7", model=model["id"])
            assert "42" in told(answer)
            assert answer.json()["model"] == model["id"]
    # There is no JSON mode over WebSocket.
    assert "json_mode" not in listed["data"][0]["features"]


def test_other_names_of_models(serve: Serve, service: Service) -> None:
    base = serve(everywhere(service))
    for name in ("generalv3.5", "Spark-Max", "ULTRA", "spark-lite", "kjwx"):
        answer = completion(base, "6 times 7", model=name)
        assert "42" in told(answer)
        assert answer.json()["model"] == name


@pytest.mark.parametrize(
    ("name", "domain", "patch"),
    [
        ("maas/xdeepseekr1", "xdeepseekr1", None),
        ("maas/patch@4711", "patch", ["4711"]),
        ("lite@4711", "lite", ["4711"]),
    ],
)
def test_hosted_and_fine_tuned_models(
    serve: Serve, service: Service, name: str, domain: str, patch: list[str] | None
) -> None:
    answer = completion(serve(everywhere(service)), f"6 times 7 for {name}", model=name)
    assert answer.status_code == 200
    (request,) = (r for r in asked(service) if f"for {name}" in json.dumps(r))
    assert request["parameter"]["chat"]["domain"] == domain
    assert request["header"].get("patch_id") == patch


def asked(service: Service) -> list[dict[str, Any]]:
    """Return all requests that the service received."""
    url = f"http://127.0.0.1:{service.ready['ws_port']}/_emulator/records"
    records = httpx.get(url, timeout=30).json()
    return [json.loads(text) for record in records for text in record["requests"]]


def test_names_of_ones_own(serve: Serve, service: Service, tag: str) -> None:
    ours = {
        "ours": {"url": service.url("/v1.1/chat", tag=tag), "domain": "lite", "proxy": ""},
        "gpt-4o": {"model": "4.0Ultra", "temperature": 0.1},
        "plan/with a slash": {
            "model": "token-plan",
            "domain": "xopglm51",
            "api_password": service.ready["token_key"],
        },
    }
    base = serve(everywhere(service), models=ours)
    names = [model["id"] for model in httpx.get(base + "/models", timeout=30).json()["data"]]
    assert set(ours) < set(names)
    for name in ours:
        assert "42" in told(completion(base, "6 times 7", model=name))
        assert httpx.get(f"{base}/models/{name}").json()["id"] == name
    assert len(service.requests(tag)) == 1


MISSING = [
    *("gpt-4o", "maas", "maas/", "x2.5-4b", "max/domain", "lite@", "../max", "max\x00"),
    *("maas/x@" + "1" * 33, "max" + "@a" * 99, "a" * 10_000),
]


def test_models_that_are_not_there(serve: Serve, service: Service) -> None:
    base = serve(everywhere(service))
    for name in MISSING:
        response = completion(base, model=name)
        error = error_of(response)
        assert (response.status_code, error["code"]) == (404, "model_not_found"), name
        assert error["param"] == "model"
        assert "max, lite, v2," in error["message"]
        assert len(error["message"]) < 1500


def test_a_model_without_credentials_is_not_served(serve: Serve, service: Service) -> None:
    password = AsyncSpark(api_password=service.password, environment=False)
    base = serve(password)
    names = [model["id"] for model in httpx.get(base + "/models", timeout=30).json()["data"]]
    assert "max" in names
    assert "image" not in names
    response = completion(base, model="image")
    assert (response.status_code, error_of(response)["code"]) == (404, "model_not_found")
    assert "IFLYTEK" in response.text or "app id" in response.text.lower()


def test_mistakes_in_names_of_ones_own_show_at_once(service: Service) -> None:
    spark = everywhere(service)
    with pytest.raises(TypeError, match="modell"):
        create_app(spark, models={"ours": {"modell": "max"}})  # type: ignore[typeddict-unknown-key]
    with pytest.raises(sparkchat.ConfigError):
        create_app(spark, models={"ours": {"model": "maas"}})
    with pytest.raises(sparkchat.SparkError):
        create_app(spark, models={"ours": {"model": "nothing"}})
