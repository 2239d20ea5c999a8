"""The default answer over HTTP: streams, documents, and differences between models."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from client import Target
from http_client import V1, V2, HttpTarget
from spark_emulator import Emulator

SID = re.compile(r"cha[0-9a-f]{8}@dx[0-9a-f]{11}[0-9a-f]{6}[02-9a-f]")
X2, AGENT = "/x2/chat/completions", "/agent/v1/chat/completions"


@pytest.mark.parametrize("tls", [False, True])
def test_streams_like_the_service(http: HttpTarget, tls: bool) -> None:
    answer = http.ask("1+1", tls=tls)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert (answer.text, answer.done) == ("1 + 1 = **2**.", True)
    assert answer.raw.startswith(b'data:{"code":0,"message":"Success","sid":"cha')
    for document in answer.documents:
        assert SID.fullmatch(document["sid"])
        assert (document["id"], document["code"]) == (document["sid"], 0)
        (choice,) = document["choices"]
        assert list(choice) == ["delta", "index"]
        assert choice["delta"]["role"] == "assistant"
        assert not {"object", "model"} & set(document)
    assert len({document["sid"] for document in answer.documents}) == 1
    assert not any("usage" in document for document in answer.documents[:-1])
    assert answer.usage == {"prompt_tokens": 1, "completion_tokens": 4, "total_tokens": 5}


def test_one_document(http: HttpTarget) -> None:
    answer = http.ask("1+1", stream=False)
    assert answer.headers["Content-Type"] == "application/json"
    assert list(answer.json) == ["code", "message", "sid", "choices", "usage"]
    message = {"role": "assistant", "content": "1 + 1 = **2**."}
    assert answer.json["choices"] == [{"message": message, "index": 0}]
    assert answer.json["usage"]["total_tokens"] == 5


@pytest.mark.parametrize(
    ("path", "model"),
    [
        (V1, "lite"), (V1, "general"), (V1, "generalv3"), (V1, "pro-128k"), (V1, "generalv3.5"),
        (V1, "max-32k"), (V1, "4.0Ultra"), (V2, "x1"), (V2, "spark-x"), (V2, "x1-preview"),
        (X2, "spark-x"), (AGENT, "spark-x"), (V1, "spark-x2.5"), (V1, "spark-x2.5-4b"),
        (V1, "spark-x2.5-1.7b"), (V1, "patch"), (V2, "xdeepseekv3"), (V1, "xdeepseekr1"),
    ],
)  # fmt: skip
def test_every_model_answers(http: HttpTarget, path: str, model: str) -> None:
    reasons = "spark-x" in model or model.startswith("x1") or model.endswith("r1")
    for stream in (True, False):
        answer = http.ask("Hello", path=path, model=model, stream=stream)
        assert "Spark emulator" in answer.text
        assert bool(answer.reasoning) is reasons
        assert answer.usage["total_tokens"] > 0


@pytest.mark.parametrize(
    ("path", "model"),
    [(V1, "x1"), (V2, "lite"), (X2, "x1"), (AGENT, "4.0Ultra"), (V1, "generalv2"), (V1, "kjwx"),
     (V1, "multilang"), (V1, "imagev3"), (V1, "gpt-4"), (X2, "xdeepseekr1"), (V1, "")],
)  # fmt: skip
def test_unknown_models(http: HttpTarget, path: str, model: str) -> None:
    answer = http.ask(path=path, model=model)
    assert answer.status == 400
    error = answer.error
    message, _, sid = error.pop("message").partition(" (sid: ")
    assert message == f"invalid param model:{model}"
    assert SID.fullmatch(sid.removesuffix(")"))
    assert error == {"type": "invalid_request_error", "param": None, "code": "10005"}


def test_no_such_page(http: HttpTarget, target: Target) -> None:
    from urllib.error import HTTPError
    from urllib.request import urlopen

    for path in ("/v1/", "/v1/models", V1):
        with pytest.raises(HTTPError) as caught:
            urlopen(f"http://{target.host()}{path}", timeout=5)
        assert (caught.value.code, caught.value.read()) == (404, b"404 page not found")
    assert http.ask(path=f"{V1}/chat/completions").status == 404


def test_reasoning_comes_first_and_usage_alone(http: HttpTarget) -> None:
    answer = http.ask("1+1", path=V2, model="spark-x")
    kinds = ["reasoning_content" in part for part in answer.parts]
    assert kinds == sorted(kinds, reverse=True)
    assert answer.parts[-1] == {"role": "assistant"}
    assert answer.text == "1 + 1 = **2**."
    off = http.ask("1+1", path=V2, model="spark-x", thinking={"type": "disabled"})
    assert not off.reasoning


def test_hosted_models_are_openai_shaped(http: HttpTarget) -> None:
    answer = http.ask("1+1", model="xdeepseekv3")
    for document in answer.documents:
        assert list(document) == ["id", "object", "created", "model", "choices", "usage"]
        assert document["id"].startswith("cht")
        assert (document["object"], document["model"]) == ("chat.completion.chunk", "xdeepseekv3")
    finishes = [document["choices"][0]["finish_reason"] for document in answer.documents]
    assert finishes == [None] * (len(finishes) - 1) + ["stop"]
    totals = [document["usage"]["total_tokens"] for document in answer.documents]
    assert totals == [0] * (len(totals) - 1) + [5]
    whole = http.ask("1+1", model="xdeepseekv3", stream=False).json
    assert whole["object"] == "chat.completion"
    assert whole["choices"][0]["finish_reason"] == "stop"


def test_blank_lines_keep_a_document_alive(http: HttpTarget) -> None:
    answer = http.ask("1+1", path=V2, model="x1", stream=False, keep_alive=True)
    assert answer.raw.startswith(b"\n\n\n{")
    assert answer.json["code"] == 0


def test_json_mode(http: HttpTarget) -> None:
    answer = http.ask("1+1, as JSON", response_format={"type": "json_object"})
    assert json.loads(answer.text) == {"answer": "1 + 1 = **2**."}
    assert http.ask("1+1", response_format={"type": "text"}).text == "1 + 1 = **2**."


def test_max_tokens(http: HttpTarget) -> None:
    short = http.ask("Tell me a story", max_tokens=5)
    assert short.usage["completion_tokens"] == 5
    x25: dict[str, Any] = {"model": "spark-x2.5", "thinking": {"type": "disabled"}}
    newer = http.ask("Tell me a story", max_completion_tokens=4, max_tokens=9, **x25)
    assert newer.usage["completion_tokens"] == 4


def test_a_space_after_the_colon() -> None:
    with Emulator(sse_space=True) as emulator:
        answer = HttpTarget(Target(emulator.ready)).ask("1+1")
        assert answer.raw.count(b"data: ") == len(answer.data)
        assert answer.raw.endswith(b"data: [DONE]\n\n")


def test_json_has_the_keys_that_the_question_names(http: HttpTarget) -> None:
    question = "1+1, as JSON with 'sum' and 'words' keys"
    answer = http.ask(question, response_format={"type": "json_object"})
    assert json.loads(answer.text) == {"sum": "1 + 1 = **2**.", "words": "1 + 1 = **2**."}


def test_a_schema_in_the_question_is_kept_to(http: HttpTarget) -> None:
    kinds = {"sum": "integer", "day": "string", "is_sure": "boolean"}
    properties = {name: {"type": kind} for name, kind in kinds.items()}
    schema = {"type": "object", "properties": properties, "required": ["sum"]}
    answer = http.ask(f"1+1, by this JSON schema: {json.dumps(schema)}")
    assert json.loads(answer.text) == {"sum": 1, "is_sure": True}
