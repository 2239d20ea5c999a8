"""In-band refusals of requests that the service does not accept."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from client import Target, request_text
from spark_emulator import Emulator
from spark_emulator.service.models import PATHS

SID = re.compile(r"cht[0-9a-f]{8}@dx[0-9a-f]{11}[0-9a-f]{6}[02-9a-f]")
TIME = re.compile(r"\((\d\d):(\d\d):(\d\d)\.(\d{3})\)")


def changed(*place: str | int, value: Any = ..., domain: str = "generalv3.5") -> str:
    """Return a valid request with one member set to a value, or removed."""
    document: Any = json.loads(request_text("Hello", domain=domain))
    document["parameter"]["chat"].update({"temperature": 0.5, "top_k": 4, "max_tokens": 100})
    parent = document
    for step in place[:-1]:
        parent = parent[step]
    if value is ...:
        del parent[place[-1]]
    else:
        parent[place[-1]] = value
    return json.dumps(document)


CHAT = ("parameter", "chat")
TEXT = ("payload", "message", "text")
ITEM = {"role": "user", "content": "x"}


@pytest.mark.parametrize(
    ("raw", "code", "part"),
    [
        ("{", 10003, "ClientMsgError:"),
        ("[]", 10003, "ClientMsgError:"),
        ('{"header": NaN}', 10003, "ClientMsgError:"),
        ("[" * 5000, 10003, "ClientMsgError:"),
        (changed(*CHAT, "domain", value="generalv3"), 10003, "invalid model domain"),
        (changed(*CHAT, "domain", value="nonsense"), 10003, "invalid model domain"),
        (changed(*CHAT, "domain", value=""), 10004, "'$.parameter.chat.domain' value is invalid"),
        (changed(*CHAT, "domain"), 10004, "'$.parameter.chat.domain' is required"),
        (changed("header"), 10004, "'$.header' is required"),
        (changed("header", value=[]), 10004, "'$.header' type must be object"),
        (changed("header", "app_id"), 10004, "'$.header.app_id' is required"),
        (
            changed("header", "app_id", value="123456789"),
            10004,
            "'$.header.app_id' length must be less or equal than 8",
        ),
        (changed("header", "app_id", value=7), 10004, "'$.header.app_id' type must be string"),
        (
            changed("header", "uid", value="u" * 33),
            10004,
            "'$.header.uid' length must be less or equal than 32; ",
        ),
        (changed("header", "uid", value=None), 10004, "'$.header.uid' type must be string"),
        (
            changed(*CHAT, "temperature", value=0),
            10004,
            "'$.parameter.chat.temperature' value must be larger than 0;",
        ),
        (changed(*CHAT, "temperature", value=1.01), 10004, "must be less or equal than 1;"),
        (changed(*CHAT, "temperature", value="1"), 10004, "type must be number"),
        (changed(*CHAT, "temperature", value=None), 10004, "type must be number"),
        (changed(*CHAT, "top_k", value=0), 10004, "must be larger or equal than 1"),
        (changed(*CHAT, "top_k", value=7), 10004, "must be less or equal than 6"),
        (changed(*CHAT, "top_k", value=1.5), 10004, "type must be integer"),
        (changed(*CHAT, "top_k", value=True), 10004, "type must be integer"),
        (changed(*CHAT, "top_p", value=0), 10004, "'$.parameter.chat.top_p' value must be larger"),
        (changed(*CHAT, "max_tokens", value=0), 10004, "must be larger or equal than 1"),
        (changed(*CHAT, "max_tokens", value=8193), 10004, "must be less or equal than 8192"),
        (changed(*CHAT, "chat_id", value=1), 10004, "'$.parameter.chat.chat_id' type must be"),
        (changed(*CHAT, "thinking", value={"type": "deep"}), 10004, "thinking.type' value is"),
        (changed(*CHAT, "tools", value=[{"type": "function"}]), 10004, "tools[0].type' value is"),
        (changed(*CHAT, "tools", value={}), 10004, "'$.parameter.chat.tools' type must be array"),
        (changed("header", "patch_id", value="0"), 10004, "'$.header.patch_id' type must be array"),
        (changed(*TEXT, value=[]), 10004, "'$.payload.message.text' length must be larger than 0"),
        (changed(*TEXT, value="x"), 10004, "'$.payload.message.text' type must be array"),
        (changed(*TEXT, 0, "role", value="tool"), 10004, "text[0].role' value is invalid"),
        (changed(*TEXT, 0, "role", value="developer"), 10004, "text[0].role' value is invalid"),
        (changed(*TEXT, 0, "role", value="assistant"), 10004, "text[0].role' value must be user"),
        (changed(*TEXT, 0, "content", value=None), 10004, "text[0].content' type must be string"),
        (changed(*TEXT, 0, value="x"), 10004, "text[0]' type must be object"),
        (changed("header", "app_id", value="deadbeef"), 11200, "AppIdNoAuthError:"),
        (
            changed(*TEXT, value=[{"role": "user", "content": "字" * 12300}]),
            10907,
            "TokenLimitError:",
        ),
        (request_text("x", domain="lite"), 10003, "invalid model domain"),
    ],
)
def test_refused(target: Target, raw: str, code: int, part: str) -> None:
    answer = target.ask(raw=raw)
    (frame,) = answer.frames
    assert list(frame) == ["header"]
    header = frame["header"]
    assert (header["code"], header["status"]) == (code, 2)
    assert part in header["message"]
    assert TIME.search(header["message"])
    assert SID.fullmatch(header["sid"])
    assert (answer.close_code, answer.close_reason) == (1000, "close this ws conn")


def test_limits_are_the_models_own(target: Target) -> None:
    hot = changed(*CHAT, "temperature", value=2, domain="x1")
    assert target.ask(raw=hot, path="/v1/x1").text
    cold = changed(*CHAT, "temperature", value=0, domain="x1")
    assert target.ask(raw=cold, path="/v1/x1").text
    long = changed(*CHAT, "max_tokens", value=5000, domain="lite")
    assert target.ask(raw=long, path="/v1.1/chat").error["code"] == 10004
    text = "字" * 12300
    big = request_text(text, domain="max-32k")
    assert target.ask(raw=big, path="/chat/max-32k").statuses[-1] == 2


def test_what_is_tolerated(target: Target) -> None:
    unknown = changed(*CHAT, "stop_sequences", value=["x"])
    assert target.ask(raw=unknown).statuses[-1] == 2
    call = {"role": "assistant", "content": None, "function_call": {"name": "f"}}
    assert target.ask("Hi", call, "And now?").statuses[-1] == 2
    assert target.ask("Hi", system="Be kind.", domain="lite", path="/v1.1/chat").statuses[-1] == 2


FUNCTION = {
    "name": "get_weather",
    "description": "Tells the weather of a city",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": []},
}


def test_functions_are_checked(target: Target) -> None:
    def code(functions: Any, **where: Any) -> int:
        frames = target.ask("Hi", functions=functions, **where).frames
        return int(frames[-1]["header"]["code"])

    lite = {"domain": "lite", "path": "/v1.1/chat"}
    assert code({"text": [FUNCTION]}, **lite) == 10004
    assert code({}, **lite) == 10004
    assert code({"text": []}, **lite) == 10004
    # The official Go client sends this to every model, and gets answers.
    older = {"domain": "generalv2", "path": "/v2.1/chat"}
    assert code({"text": None}, **lite) == code({"text": None}, **older) == 0
    assert code({"text": None, "more": 1}, **older) == 10004
    assert code({}) == 0
    assert code({"text": None}) == 0
    assert code({"text": []}) == 0
    assert code({"text": [FUNCTION]}) == 0
    assert code({"text": {}}) == 10004
    for missing in FUNCTION:
        assert code({"text": [{k: v for k, v in FUNCTION.items() if k != missing}]}) == 10004
    as_text = {**FUNCTION, "parameters": {"type": "object", "properties": "{}", "required": []}}
    assert code({"text": [as_text]}) == 0


def test_strict_refuses_more() -> None:
    with Emulator(strict=True) as emulator:
        target = Target(emulator.ready)

        def code(*texts: str | dict[str, Any], **parts: Any) -> int:
            return int(target.ask(*texts, **parts).frames[-1]["header"]["code"])

        lite = {"domain": "lite", "path": "/v1.1/chat"}
        assert code("Hi", **lite) == 0
        assert code("Hi", domain="general", path="/v1.1/chat") == 10003
        assert code("Hi", system="Be kind.", **lite) == 10004
        assert code("Hi", system="Be kind.") == 0
        assert code("Hi", {"role": "user", "content": "again"}, "and again") == 10004


ANSWERING = [
    ("/v1.1/chat", "lite"), ("/v1.1/chat", "general"), ("/v2.1/chat", "generalv2"),
    ("/v3.1/chat", "generalv3"), ("/chat/pro-128k", "pro-128k"), ("/v3.5/chat", "generalv3.5"),
    ("/chat/max-32k", "max-32k"), ("/v4.0/chat", "4.0Ultra"), ("/v1/x1", "x1"),
    ("/v1/x1", "spark-x"), ("/x2", "spark-x"), ("/v1/reasoner-x1-preview", "x1"),
    ("/v1.1/chat_kjwx", "kjwx"), ("/v1.1/chat_multilang", "multilang"),
    ("/v2.1/image", "imagev3"), ("/v2.1/image", "general"), ("/v1/assistants/abc123", "any"),
    ("/v1/customize", "max"), ("/v1/chat", "plugin"), ("/v3.2/chat", "iflycode.ge"),
    ("/v3.1/multimodal", "generalv3"), ("/v4.0/multimodal", "4.0Ultra"),
    ("/v3.5/chat", "generalv3.5tipre"),
]  # fmt: skip


def test_every_path_has_a_row() -> None:
    assert PATHS.keys() <= {path for path, _ in ANSWERING}


@pytest.mark.parametrize(("path", "domain"), ANSWERING)
def test_every_path_answers(target: Target, path: str, domain: str) -> None:
    answer = target.ask("Hello", path=path, domain=domain)
    assert "Spark emulator" in answer.text
    assert answer.close_code == 1000
    reasons = domain in ("x1", "spark-x")
    assert bool(answer.reasoning) is reasons
    if path == "/v2.1/image":
        assert set(answer.statuses) == {0}
    else:
        assert answer.statuses[-1] == 2
