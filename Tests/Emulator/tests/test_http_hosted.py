"""What the hosted services accept and answer in 2026."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from http_client import V1, V2, HttpAnswer, HttpTarget
from plans import ask_plan as ask
from spark_emulator.scenarios import SCENARIOS, Kind, Transport
from test_images import jpeg, png


def test_no_granted_order(http: HttpTarget) -> None:
    answer = ask(http, "maas", scenario="error:code=11200,message=no order")
    assert (answer.status, answer.json) == (403, {"error": {"code": 11200, "message": "no order"}})
    assert ask(http, "open", scenario="error:code=11200").status == 500


def test_a_stream_of_2026(http: HttpTarget) -> None:
    answer = ask(http, "maas", "Hello")
    first, *middle = answer.documents[:-1]
    last = answer.documents[-1]
    for document in (first, *middle):
        assert list(document) == ["id", "object", "created", "model", "choices"]
        assert "finish_reason" not in document["choices"][0]
    assert first["choices"][0]["delta"]["role"] == "assistant"
    assert not any("role" in document["choices"][0]["delta"] for document in [*middle, last])
    assert (last["choices"][0]["finish_reason"], last["id"][:3]) == ("stop", "cht")
    assert last["usage"]["prompt_tokens_details"] == {"cached_tokens": 0}
    assert last["usage"]["completion_tokens_details"] == {"reasoning_tokens": 0}
    assert answer.done


# All except the one that Python cannot read.
SHAPES = [
    name
    for name, found in SCENARIOS.items()
    if Transport.HTTP in found.variants
    and found.variants[Transport.HTTP].kind is Kind.SHAPE
    and name != "deep_json"
]


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("path", [V1, V2])
def test_shapes_of_answers_are_there_as_well(http: HttpTarget, name: str, path: str) -> None:
    answer = ask(http, "maas", "Hello", path=path, scenario=name)
    assert (answer.status, answer.done) == (200, True)
    assert "Spark" in answer.text


@pytest.mark.parametrize("model", ["spark-x2.5", "xopdeepseekr1"])
def test_reasoning_is_billed(http: HttpTarget, model: str) -> None:
    answer = ask(http, "maas", "Hello", model=model)
    assert answer.usage["completion_tokens_details"]["reasoning_tokens"] > 0
    spent = ask(http, "maas", "Hello", model=model, max_tokens=4)
    assert (spent.text, spent.documents[-1]["choices"][0]["finish_reason"]) == ("", "length")
    assert spent.usage["completion_tokens_details"] == {"reasoning_tokens": 4}


@pytest.mark.parametrize(
    ("model", "members", "thinks"),
    [
        ("spark-x2.5", {}, True),
        ("spark-x2.5", {"enable_thinking": False}, False),
        ("spark-x2.5", {"thinking": {"type": "disabled"}}, True),
        ("xsparkx2flash", {}, True),
        ("xsparkx2flash", {"enable_thinking": False}, False),
        ("xopglm51", {}, False),
        ("xopglm51", {"enable_thinking": True, "reasoning_effort": "high"}, True),
    ],
)
def test_thinking(http: HttpTarget, model: str, members: dict[str, Any], thinks: bool) -> None:
    answer = ask(http, "maas", "Hello", model=model, **members)
    assert (answer.status, bool(answer.reasoning)) == (200, thinks)


@pytest.mark.parametrize(
    "members", [{"enable_thinking": "no"}, {"enable_thinking": 0}, {"reasoning_effort": 3}]
)
def test_members_that_are_refused(http: HttpTarget, members: dict[str, Any]) -> None:
    answer = ask(http, "maas", **members)
    assert (answer.status, answer.error["code"]) == (400, 10004)
    assert "code: 10004, msg: SchemaCheckError:" in answer.error["message"]


TIME = {"type": "function", "function": {"name": "get_time", "description": "Tells the time"}}


@pytest.mark.parametrize(
    ("model", "obeys"),
    [("spark-x2.5", False), ("xsparkx2", False), ("xopglm51", False), ("xopkimik26", False),
     ("xopqwen36", True)],
)  # fmt: skip
def test_a_required_call(http: HttpTarget, model: str, obeys: bool) -> None:
    answer = ask(http, "maas", "Hello", model=model, tools=[TIME], tool_choice="required")
    called = any("tool_calls" in part for part in answer.parts)
    assert (answer.status, called, bool(answer.text)) == (200, obeys, not obeys)
    asked = ask(http, "maas", "What time is it?", model=model, tools=[TIME], tool_choice="auto")
    assert asked.documents[-1]["choices"][0]["finish_reason"] == "tool_calls"


@pytest.mark.parametrize("model", ["spark-x2.5", "xopqwen36"])
def test_a_choice_must_be_a_string(http: HttpTarget, model: str) -> None:
    choice = {"type": "function", "function": {"name": "get_time"}}
    answer = ask(http, "maas", model=model, tools=[TIME], tool_choice=choice)
    assert answer.status == 400
    assert (
        "RequestParamsError:'$.parameter.cbm.tool_choice' type must be string"
        in (answer.error["message"])
    )


def data_url(kind: str, data: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def seen(http: HttpTarget, url: Any, model: str = "xopqwen36", role: str = "user") -> HttpAnswer:
    parts = [{"type": "text", "text": "1+1"}, {"type": "image_url", "image_url": url}]
    messages = [{"role": role, "content": parts}, {"role": "user", "content": "1+1"}]
    return ask(http, "maas", messages=messages, model=model)


@pytest.mark.parametrize(
    ("url", "text"),
    [
        (data_url("png", png(64, 48)), "A PNG image of 64 x 48 pixels. "),
        (data_url("jpeg", jpeg(80, 50)), "A JPEG image of 80 x 50 pixels. "),
        ("https://example.com/cat.png", "An image at https://example.com/cat.png. "),
    ],
)
def test_images(http: HttpTarget, url: str, text: str) -> None:
    assert seen(http, {"url": url}).text == f"{text}1 + 1 = **2**."
    for model in ("spark-x2.5", "xsparkx2"):
        refused = seen(http, {"url": url}, model)
        assert refused.status == 400
        assert "content[1].type' value is invalid" in refused.error["message"]


@pytest.mark.parametrize(
    "url",
    [{}, "https://example.com/", {"url": 7}, {"url": "ftp://example.com/cat.png"},
     {"url": "data:image/gif;base64,aGk="}, {"url": "data:image/png;base64,aGk="}],
)  # fmt: skip
def test_images_that_are_refused(http: HttpTarget, url: Any) -> None:
    assert seen(http, url).status == 400
    assert seen(http, {"url": "https://example.com/"}, role="system").status == 400
