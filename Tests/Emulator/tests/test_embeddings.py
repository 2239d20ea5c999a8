"""Embeddings: signature, checks, answers and scenarios."""

from __future__ import annotations

import base64
import json
import math
import struct
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import pytest

from client import Target
from spark_emulator.service.auth import http_date, sign

Json = dict[str, Any]


def body_of(text: object, domain: str = "para", app_id: str = "a1b2c3d4", **more: Any) -> Json:
    inner = json.dumps({"messages": [{"content": text, "role": "user"}]})
    return {
        "header": {"app_id": app_id, "status": 3, **more},
        "parameter": {"emb": {"domain": domain, "feature": {"encoding": "utf8"}}},
        "payload": {"messages": {"text": base64.b64encode(inner.encode()).decode()}},
    }


def ask(
    target: Target,
    body: Json | bytes,
    scenario: str = "",
    method: str = "POST",
    now: float | None = None,
    secret: str = "",
) -> tuple[int, Json]:
    """Ask with an address signed by the test."""
    host = target.host(target.ready["ws_port"])
    date = http_date(time.time() if now is None else now)
    signature = sign(secret or target.ready["api_secret"], host, date, "/", method)
    plain = (
        f'api_key="{target.ready["api_key"]}", algorithm="hmac-sha256",'
        f' headers="host date request-line", signature="{signature}"'
    )
    authorization = base64.b64encode(plain.encode()).decode()
    query = {"authorization": authorization, "date": date, "host": host, "tag": target.tag}
    if scenario:
        query["scenario"] = scenario
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    url = f"http://{host}/?{urllib.parse.urlencode(query)}"
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def vector(target: Target, text: str, domain: str = "para") -> list[float]:
    status, answer = ask(target, body_of(text, domain))
    assert (status, answer["header"]["code"]) == (200, 0)
    data = base64.b64decode(answer["payload"]["feature"]["text"])
    return list(struct.unpack("<2560f", data))


def nearness(one: list[float], other: list[float]) -> float:
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return product / math.hypot(*one) / math.hypot(*other)


def test_a_vector_is_the_same_for_the_same_text(target: Target) -> None:
    assert vector(target, "你好") == vector(target, "你好")
    assert vector(target, "你好") != vector(target, "你坏")
    assert abs(math.hypot(*vector(target, "Hello")) - 1) > 1


@pytest.mark.parametrize(
    ("question", "near", "far"),
    [
        (
            "Who invented the telephone?",
            "Bell invented the telephone in 1876.",
            "The whale is a mammal.",
        ),
        ("合肥的天气怎么样", "合肥的天气今天晴朗", "鲸鱼是哺乳动物"),
    ],
)
def test_near_texts_have_near_vectors(target: Target, question: str, near: str, far: str) -> None:
    asked = vector(target, question, "query")
    assert nearness(asked, vector(target, near)) > nearness(asked, vector(target, far)) + 0.2


def test_the_domain_counts_a_little(target: Target) -> None:
    one, other = vector(target, "Hello", "query"), vector(target, "Hello", "para")
    assert 0.9 < nearness(one, other) < 0.9999


def test_the_record_has_what_was_asked(target: Target) -> None:
    ask(target, body_of("Hello", "query", uid="me"))
    record = target.record()
    assert (record["auth"], record["status"]) == ("ok", 200)
    assert record["body"] == {"text": "Hello", "domain": "query", "uid": "me"}
    assert "authorization" not in record["query"]
    assert record["sid"].startswith("emb")


@pytest.mark.parametrize(
    ("more", "status", "message"),
    [
        ({"method": "GET"}, 401, "HMAC signature does not match"),
        ({"secret": "another"}, 401, "HMAC signature does not match"),
        ({"now": 0}, 403, "a valid date or x-date header"),
        ({"scenario": "skew"}, 403, "a valid date or x-date header"),
    ],
)
def test_a_bad_signature_is_refused(target: Target, more: Any, status: int, message: str) -> None:
    found, answer = ask(target, body_of("Hello"), **more)
    assert found == status
    assert message in answer["message"]


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b"{", 10003, "invalid json"),
        (body_of("Hello", "document"), 10004, "$.parameter.emb.domain"),
        (body_of(1), 10004, "$.payload.messages.text.content"),
        (body_of("Hello", app_id="00000000"), 11200, "embedding"),
        (body_of("Hello", uid="x" * 51), 10004, "$.header.uid"),
        (body_of("long " * 2000), 10907, "2048"),
        ({**body_of("Hello"), "payload": {"messages": {"text": "?"}}}, 10004, "base64"),
    ],
)
def test_a_bad_request_is_an_error_in_the_header(
    target: Target, body: Any, code: int, message: str
) -> None:
    status, answer = ask(target, body)
    assert (status, answer["header"]["code"]) == (200, code)
    assert message in answer["header"]["message"]


def test_scenarios(target: Target) -> None:
    status, answer = ask(target, body_of("Hello"), "error:code=11202,status=429")
    assert (status, answer["header"]["code"]) == (429, 11202)
    assert "payload" not in answer
    _, answer = ask(target, body_of("Hello"), "vector:kind=none")
    assert "payload" not in answer
    for kind, size in (("short", 64), ("long", 16384), ("odd", 10239), ("empty", 0)):
        _, answer = ask(target, body_of("Hello"), f"vector:kind={kind}")
        assert len(base64.b64decode(answer["payload"]["feature"]["text"])) == size
    for kind, at, number in (("nan", 2559, math.nan), ("infinite", 0, -math.inf)):
        _, answer = ask(target, body_of("Hello"), f"vector:kind={kind}")
        data = base64.b64decode(answer["payload"]["feature"]["text"])
        assert repr(struct.unpack("<2560f", data)[at]) == repr(number)
    status, _ = ask(target, body_of("Hello"), "vector:kind=nan,times=1")
    assert status == 200
    assert ask(target, body_of("Hello"), "vector:kind=nan,times=1")[1]["header"]["code"] == 0
    status, answer = ask(target, body_of("Hello"), "echo")
    assert status == 400
    assert "does not exist for embedding" in answer["message"]
