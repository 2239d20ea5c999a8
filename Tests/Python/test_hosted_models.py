"""Hosted models: plans at their own addresses, images over HTTP, and how much a model thinks."""

from __future__ import annotations

import base64
import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

from pictures import png
from service import Service
from sparkchat import (
    ConfigError,
    Image,
    InvalidArgumentError,
    InvalidRequestError,
    Spark,
    SparkError,
)

HOST = "https://{}.cn-huabei-1.xf-yun.com/v2"


@pytest.mark.parametrize(
    ("settings", "host", "key"),
    [
        ({"model": "x2.5"}, "maas-api", "maas_password"),
        ({"model": "spark-x2.5"}, "maas-api", "maas_password"),
        ({"model": "maas", "domain": "xopqwen36"}, "maas-api", "maas_password"),
        ({"model": "token-plan", "domain": "xsparkx2"}, "maas-token-api", "token_key"),
        ({"model": "coding-plan", "domain": "xopglm51"}, "maas-coding-api", "coding_key"),
        (
            {"url": HOST.format("maas-coding-api"), "domain": "astron-code-latest"},
            "maas-coding-api",
            "coding_key",
        ),
        (
            {"url": HOST.format("maas-token-api"), "model": "xsparkx2flash"},
            "maas-token-api",
            "token_key",
        ),
    ],
)
def test_a_plan_at_its_own_address(
    service: Service, tag: str, settings: dict[str, str], host: str, key: str
) -> None:
    spark = Spark(
        **settings,
        api_password=service.ready[key],
        proxy=f"http://127.0.0.1:{service.ready['proxy_port']}",
        ca_file=service.ready["ca_file"],
        user_id=tag,
        environment=False,
    )
    assert spark.url == HOST.format(host) + "/chat/completions"
    assert spark.invoke("1 + 1?", thinking=True).reasoning
    answer = spark.invoke("1 + 1?", thinking=False, max_tokens=100)
    assert answer.text and not answer.reasoning


def hosted(service: Service, tag: str, **settings: Any) -> Spark:
    return Spark(
        api_password=service.password,
        url=service.url("/v2", transport="http", tag=tag),
        model="coding-plan",
        environment=False,
        **settings,
    )


def test_images_over_http(service: Service, tag: str, tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(png(72, 48))
    data = "data:image/png;base64," + base64.b64encode(png(64, 48)).decode()
    spark = hosted(service, tag, domain="xopqwen36")
    question = {
        "role": "user",
        "content": [
            {"type": "image_url", "image_url": {"url": data}},
            {"type": "text", "text": "What is it?"},
        ],
    }
    assert "64 x 48" in spark.invoke(question).text
    assert "64 x 48" in spark.invoke([Image(data), Image(path), "What is it?"]).text
    one, two = (json.loads(record["requests"][0]) for record in service.records(tag))
    assert one["messages"] == [question]
    parts = two["messages"][0]["content"]
    assert [part["type"] for part in parts] == ["image_url", "image_url", "text"]
    assert parts[0]["image_url"]["url"] == data


def test_a_model_that_takes_no_images(service: Service, tag: str) -> None:
    spark = hosted(service, tag, domain="xsparkx2")
    with pytest.raises(InvalidRequestError, match="if the model does not accept images, "):
        spark.invoke([Image(png(64, 48)), "What is it?"])
    # The hint does not blame images if there are none.
    with pytest.raises(InvalidRequestError) as refused:
        spark.invoke("#scenario status:code=400\nHello")
    assert "images" not in refused.value.hint


def test_an_image_by_url_is_the_services_to_fetch(service: Service, tag: str) -> None:
    spark = hosted(service, tag, domain="xopqwen36")
    url = "https://pictures.example/cat.png?size=big"
    with spark.stream([Image(url), "What is it?"]) as stream, contextlib.suppress(SparkError):
        for _ in stream:
            pass
    (request,) = service.requests(tag)
    assert request["messages"][0]["content"][0] == {"type": "image_url", "image_url": {"url": url}}


def test_images_in_a_conversation(service: Service, tag: str) -> None:
    talk = hosted(service, tag, domain="xopqwen36").conversation()
    talk.ask("Hello")
    talk.add([Image(png(60, 60)), Image(png(64, 48))])
    assert "60 x 60" in talk.ask("What are they?").text
    other = hosted(service, tag, domain="xopqwen36").conversation()
    other.restore(talk.save())
    assert other.messages == talk.messages
    assert talk.messages[2:4] == [Image(png(60, 60)), Image(png(64, 48))]
    other.add(Image("https://pictures.example/cat.png"))
    assert other.messages[-1] == Image("https://pictures.example/cat.png")


def test_an_effort_is_for_hosted_models(service: Service, tag: str) -> None:
    spark = hosted(service, tag, domain="xsparkx2")
    spark.invoke("Hello", reasoning_effort="low")
    (request,) = service.requests(tag)
    assert request["reasoning_effort"] == "low"
    other = Spark(**service.credentials, url=service.url("/x2"), environment=False)
    with pytest.raises(InvalidArgumentError, match=r"reasoning_effort.*HTTP"):
        other.invoke("Hello", reasoning_effort="low")
    with pytest.raises(InvalidArgumentError, match="reasoning_effort is empty"):
        spark.invoke("Hello", reasoning_effort="")


@pytest.mark.parametrize("path", ["/anthropic", "", "/v1"])
def test_a_plan_has_one_shape(path: str) -> None:
    host = "https://maas-coding-api.cn-huabei-1.xf-yun.com"
    with pytest.raises(ConfigError, match=f"{host}/v2"):
        Spark(api_password="key", url=host + path, domain="xsparkx2", environment=False)
