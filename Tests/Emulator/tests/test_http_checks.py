"""Credentials and bodies that the HTTP API does not accept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from client import Target
from http_client import V1, V2, HttpTarget, body_of
from spark_emulator import Emulator

GATEWAY = {
    "message": "HMAC signature cannot be verified:enforced header 'host' not used for signature"
    " creation"
}
INVALID = {"error": {"message": "invalid user", "type": "api_error", "param": None, "code": None}}


@pytest.mark.parametrize(
    ("header", "body", "auth", "kind"),
    [
        (None, GATEWAY, "missing", "none"),
        ("", GATEWAY, "missing", "none"),
        ("Bearer", GATEWAY, "malformed", "malformed"),
        ("Basic dGVzdDp0ZXN0", GATEWAY, "malformed", "malformed"),
        ("Bearer one two", GATEWAY, "malformed", "malformed"),
        ("Bearer nonsense", INVALID, "wrong", "wrong"),
        ("Bearer 0123456789abcdef0123456789abcdef:nonsense", INVALID, "wrong", "wrong"),
    ],
)
def test_bad_credentials(
    http: HttpTarget, header: str | None, body: dict[str, Any], auth: str, kind: str
) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = http.ask(bearer=None, headers=headers)
    assert (answer.status, answer.json) == (401, body)
    record = http.target.record()
    assert (record["auth"], record["authorization"], record["ended"]) == (auth, kind, "refused")


def test_good_credentials(http: HttpTarget) -> None:
    ready = http.target.ready
    pair = f"{ready['api_key']}:{ready['api_secret']}"
    for bearer, path, model in ((pair, V1, "lite"), (pair, V2, "x1"), ("", V1, "lite")):
        assert http.ask(bearer=bearer, path=path, model=model).status == 200
    records = http.target.page(f"records?tag={http.target.tag}&wait=5")
    kinds = [record["authorization"] for record in records]
    assert kinds == ["key:secret", "key:secret", "password"]
    assert ready["api_password"] not in json.dumps(records)
    assert ready["api_secret"] not in json.dumps(records)


def code(http: HttpTarget, path: str = V1, **members: Any) -> str:
    """Return the error code of a request; empty if there is none."""
    answer = http.ask(path=path, stream=False, **members)
    return "" if answer.status == 200 else str(answer.error["code"])


@pytest.mark.parametrize(
    ("raw", "error", "part"),
    [
        (b"{", "10003", "ClientMsgError:"),
        (b"[]", "10003", "ClientMsgError:"),
        (b"", "10003", "ClientMsgError:"),
        (b'{"model": "\xff"}', "10003", "ClientMsgError:"),
        (b"[" * 5000, "10003", "ClientMsgError:"),
        (b"{}", "10004", "'$.model' is required"),
        (b'{"model": 7}', "10004", "'$.model' type must be string"),
        (b'{"model": "lite"}', "10004", "'$.messages' is required"),
    ],
)
def test_no_proper_body(http: HttpTarget, raw: bytes, error: str, part: str) -> None:
    answer = http.ask(raw=raw)
    assert (answer.status, answer.error["code"]) == (400, error)
    assert part in answer.error["message"]
    assert answer.error["type"] == "invalid_request_error"


X: dict[str, Any] = {"path": V2, "model": "spark-x"}
X25: dict[str, Any] = {"model": "spark-x2.5"}
HOSTED: dict[str, Any] = {"model": "xdeepseekv3"}


@pytest.mark.parametrize(
    ("members", "good"),
    [
        ({"temperature": 0}, True),
        ({"temperature": 2}, True),
        ({"temperature": 2.1}, False),
        ({"temperature": "1"}, False),
        ({"temperature": 2, **X}, True),
        ({"temperature": 0, **X}, True),
        ({"temperature": -0.1, **X}, False),
        ({"temperature": 1.1, **HOSTED}, False),
        ({"temperature": 1, **HOSTED}, True),
        ({"temperature": 7, **X25}, True),
        ({"top_k": 6}, True),
        ({"top_k": 7}, False),
        ({"top_k": 0}, False),
        ({"top_p": 0}, False),
        ({"top_p": 1}, True),
        ({"top_p": 3, **X25}, True),
        ({"presence_penalty": -2, "frequency_penalty": 2}, True),
        ({"presence_penalty": 2.1}, False),
        ({"presence_penalty": 2.5, "frequency_penalty": 1, **X}, True),
        ({"presence_penalty": -1, **X}, False),
        ({"frequency_penalty": 1.5, **X}, False),
        ({"max_tokens": 8192}, True),
        ({"max_tokens": 8193}, False),
        ({"max_tokens": 0}, False),
        ({"max_tokens": 4097, "model": "lite"}, False),
        ({"max_tokens": 65535, **X}, True),
        ({"max_completion_tokens": 262143, **X25}, True),
        ({"max_completion_tokens": 262144, **X25}, False),
        ({"response_format": {"type": "json_schema"}}, False),
        ({"response_format": "json_object"}, False),
        ({"thinking": {"type": "auto"}, **X}, True),
        ({"thinking": {"type": "deep"}, **X}, False),
        ({"stream": "yes"}, False),
        ({"keep_alive": 1}, False),
        ({"tool_calls_switch": "on"}, False),
        ({"user": 7}, False),
        ({"user": "u" * 600}, True),
        ({"user": "u" * 513, **X25}, False),
        ({"suppress_plugin": ["knowledge"]}, True),
        ({"suppress_plugin": "knowledge"}, False),
        ({"stream_options": {"include_usage": True}, **HOSTED}, True),
        ({"stream_options": {"include_usage": 1}, **HOSTED}, False),
        ({"n": 2, "stop": ["x"], "seed": 1}, True),
    ],
)
def test_members(http: HttpTarget, members: dict[str, Any], good: bool) -> None:
    body = {**body_of("Hi"), "stream": False, **members}
    path = body.pop("path", V1)
    answer = http.ask(path=path, raw=json.dumps(body).encode())
    assert answer.status == (200 if good else 400)
    if not good and body["model"] != "xdeepseekv3":
        assert answer.error["code"] == "10004"
        assert "SchemaCheckError:" in answer.error["message"]


USER = {"role": "user", "content": "Weather?"}
CALL = {"type": "function", "function": {"name": "f", "arguments": "{}"}, "id": "call_1"}
CALLING = {"role": "assistant", "content": "", "tool_calls": CALL}
RESULT = {"role": "tool", "tool_call_id": "call_1", "content": "sunny"}
PARTS = {"role": "user", "content": [{"type": "text", "text": "Hi"}]}


@pytest.mark.parametrize(
    ("messages", "part"),
    [
        ([], "'$.messages' length must be larger than 0"),
        ("Hi", "'$.messages' type must be array"),
        (["Hi"], "'$.messages[0]' type must be object"),
        ([{"content": "x"}], "'$.messages[0].role' is required"),
        ([{"role": "developer", "content": "x"}, USER], "messages[0].role' value is invalid"),
        ([{"role": "user", "content": None}], "messages[0].content' type must be string"),
        ([PARTS], "messages[0].content' type must be string"),
        ([USER, {"role": "assistant", "content": "x"}], "messages[1].role' value must be user"),
        ([USER, {"role": "assistant", "content": None}, USER], "content' type must be string"),
        ([USER, RESULT], "messages[1].role' value must follow a message with tool_calls"),
        ([RESULT], "messages[0].role' value must follow"),
        ([USER, CALLING, {**RESULT, "tool_call_id": "call_2"}], "tool_call_id' value is not"),
        ([USER, CALLING, {"role": "tool", "content": "x"}], "tool_call_id' is required"),
        ([USER, CALLING, USER, RESULT], "messages[3].role' value must follow"),
        ([USER, {**CALLING, "tool_calls": "f"}, RESULT], "tool_calls' type must be array"),
        ([USER, {**CALLING, "tool_calls": [7]}, RESULT], "tool_calls[0]' type must be object"),
        ([USER, {**CALLING, "tool_calls": [{}]}, RESULT], "tool_calls[0].function' is required"),
    ],
)
def test_bad_messages(http: HttpTarget, messages: Any, part: str) -> None:
    answer = http.ask(raw=json.dumps({"model": "generalv3.5", "messages": messages}).encode())
    assert answer.status == 400
    assert part in answer.error["message"]


@pytest.mark.parametrize(
    "messages",
    [
        [{"role": "system", "content": "Be kind."}, USER],
        [USER, CALLING, RESULT],
        [USER, {**CALLING, "content": None, "tool_calls": [CALL]}, RESULT],
        [USER, {"role": "assistant", "tool_calls": [CALL]}, RESULT, RESULT],
        [USER, CALLING, RESULT, {"role": "assistant", "content": "Sunny."}, USER],
    ],
)
def test_good_messages(http: HttpTarget, messages: list[Any]) -> None:
    raw = json.dumps({"model": "generalv3.5", "messages": messages}).encode()
    assert http.ask(raw=raw).status == 200
    with Emulator(strict=True) as strict:
        assert HttpTarget(Target(strict.ready)).ask(raw=raw).status == 200


def test_content_parts(http: HttpTarget) -> None:
    def status(part: Any) -> int:
        messages = [{"role": "user", "content": [part]}]
        body = {"model": "spark-x2.5", "messages": messages}
        return http.ask(raw=json.dumps(body).encode()).status

    assert status({"type": "text", "text": "Hi"}) == 200
    assert status({"type": "text"}) == 400
    assert status({"type": "image_url", "image_url": {}}) == 400
    assert status("Hi") == 400


def test_the_token_budget(http: HttpTarget) -> None:
    assert code(http, messages=[{"role": "user", "content": "字" * 12300}]) == "10907"
    long = [{"role": "user", "content": "字" * 12300}]
    assert code(http, messages=long, model="max-32k") == ""


def test_errors_of_hosted_models_are_wrapped(http: HttpTarget) -> None:
    answer = http.ask(temperature=2, **HOSTED)
    assert answer.status == 400
    assert set(answer.error) == {"message", "type"}
    assert answer.error["message"].startswith("Xunfei request failed with Sid: cid")
    assert "code: 10004, msg: SchemaCheckError:(" in answer.error["message"]


def test_strict_refuses_more() -> None:
    with Emulator(strict=True) as emulator:
        http = HttpTarget(Target(emulator.ready))
        system = {"role": "system", "content": "Be kind."}
        assert code(http, model="general") == "10005"
        assert code(http, messages=[system, USER], model="lite") == "10004"
        assert code(http, messages=[system, USER]) == ""
        assert code(http, messages=[USER, USER]) == "10004"
