"""Scenarios that change the JSON documents. The text around the change is always complete."""

from __future__ import annotations

import json

import pytest

from http_client import V1, V2, HttpAnswer, HttpTarget

QUESTION, TEXT = "1+1", "1 + 1 = **2**."
BOTH = pytest.mark.parametrize("stream", [True, False])


def ask(http: HttpTarget, scenario: str, *, stream: bool = True) -> HttpAnswer:
    answer = http.ask(QUESTION, scenario=scenario, stream=stream)
    assert answer.status == 200
    assert answer.done or not stream
    return answer


@BOTH
def test_multi_text(http: HttpTarget, stream: bool) -> None:
    answer = ask(http, "multi_text", stream=stream)
    assert answer.text == TEXT
    for document in answer.documents:
        assert [choice["index"] for choice in document["choices"]] == [0, 1, 2]


def test_no_text(http: HttpTarget) -> None:
    answer = ask(http, "no_text")
    assert [] in [document.get("choices") for document in answer.documents]
    assert any("choices" not in document for document in answer.documents)
    assert answer.text == TEXT


@BOTH
def test_no_role(http: HttpTarget, stream: bool) -> None:
    answer = ask(http, "no_role", stream=stream)
    assert not any("role" in part for part in answer.parts)
    assert answer.text == TEXT


def test_null_content(http: HttpTarget) -> None:
    answer = ask(http, "null_content")
    assert None in [part["content"] for part in answer.parts]
    assert answer.text == TEXT
    assert ask(http, "null_content", stream=False).parts[0]["content"] is None


def test_no_payload(http: HttpTarget) -> None:
    answer = ask(http, "no_payload")
    assert {} in answer.documents
    assert ["code", "message", "sid"] in [list(document) for document in answer.documents]
    assert answer.text == TEXT


@BOTH
def test_no_usage(http: HttpTarget, stream: bool) -> None:
    answer = ask(http, "no_usage", stream=stream)
    assert not any("usage" in document for document in answer.documents)
    hosted = http.ask(scenario="no_usage", model="patch", stream=stream)
    assert not any("usage" in document for document in hosted.documents)


def test_jump(http: HttpTarget) -> None:
    answer = ask(http, "jump")
    assert (len(answer.documents), answer.text) == (2, TEXT)
    assert answer.usage["total_tokens"] == 5


@pytest.mark.parametrize("name", ["no_text", "no_payload", "jump"])
def test_what_needs_a_stream(http: HttpTarget, name: str) -> None:
    answer = http.ask(scenario=name, stream=False)
    assert answer.status == 400
    assert f"scenario {name} needs a stream" in answer.error["message"]


@BOTH
def test_unknown_fields(http: HttpTarget, stream: bool) -> None:
    answer = ask(http, "unknown_fields", stream=stream)
    for document in answer.documents:
        assert "x_new" in document
        assert "x_flag" in document["choices"][0]
    assert all("x_new" in part for part in answer.parts)
    assert "x_new" in answer.usage
    assert answer.text == TEXT


@BOTH
def test_string_numbers(http: HttpTarget, stream: bool) -> None:
    answer = ask(http, "string_numbers", stream=stream)
    assert {document["code"] for document in answer.documents} == {"0"}
    assert isinstance(answer.usage["total_tokens"], float)
    assert answer.text == TEXT


@BOTH
def test_reordered(http: HttpTarget, stream: bool) -> None:
    answer = ask(http, "reordered", stream=stream)
    first, *_, last = answer.documents[-1]
    assert (first, last) == ("usage", "code")
    assert answer.text == TEXT
    assert all(text[0] == " " for text in answer.data if text != "[DONE]") or not stream


@BOTH
@pytest.mark.parametrize(
    ("scenario", "parts", "text"),
    [
        ("nul", [r"a\u0000b"], "a\0b"),
        ("split_surrogate", [r"half \ud83d", r"\ude00 whole"], "half \ud83d\ude00 whole"),
        ("lone_surrogate", [r"lone \ud83d"], "lone \ud83d"),
    ],
)
def test_difficult_characters(
    http: HttpTarget, scenario: str, parts: list[str], text: str, stream: bool
) -> None:
    answer = ask(http, scenario, stream=stream)
    for part in parts:
        assert answer.raw.count(part.encode()) == 1
    assert json.dumps(text)[1:-1] in json.dumps(answer.text)
    if stream:
        assert len(answer.documents) > len(parts)


@BOTH
def test_deep_json(http: HttpTarget, stream: bool) -> None:
    raw = ask(http, "deep_json:depth=70000", stream=stream).raw
    assert raw.count(b"[" * 70000) == 1


@BOTH
@pytest.mark.parametrize(("kind", "number"), [("integer", "9" * 40), ("real", "1e400")])
def test_huge_number(http: HttpTarget, kind: str, number: str, stream: bool) -> None:
    answer = ask(http, f"huge_number:kind={kind}", stream=stream)
    assert answer.raw.count(f'"x_raw":{number}'.encode()) == 1


@BOTH
def test_huge_usage(http: HttpTarget, stream: bool) -> None:
    assert ask(http, "huge_number:kind=usage", stream=stream).usage["total_tokens"] == 10**30


@BOTH
def test_big_frame(http: HttpTarget, stream: bool) -> None:
    answer = ask(http, "big_frame:bytes=300000", stream=stream)
    assert answer.text.count("x" * 300_000) == 1
    assert answer.text.replace("x", "") == TEXT


@pytest.mark.parametrize("model", ["x1", "xdeepseekr1", "patch"])
@pytest.mark.parametrize(
    "name", ["multi_text", "no_text", "no_role", "null_content", "no_payload", "unknown_fields",
             "string_numbers", "reordered", "nul", "deep_json:depth=9", "jump",
             "big_frame:bytes=9"],
)  # fmt: skip
def test_shapes_of_other_models(http: HttpTarget, model: str, name: str) -> None:
    path = V2 if model == "x1" else V1
    answer = http.ask(QUESTION, path=path, model=model, scenario=name)
    assert answer.done
    text = "".join(c for c in answer.text if c not in "x\0ab·")
    assert text == TEXT


def test_shapes_of_a_single_event(http: HttpTarget) -> None:
    for name in ("no_text", "null_content", "no_payload", "jump", "big_frame:bytes=9", "nul"):
        answer = http.ask(scenario=f"{name}{',' if ':' in name else ':'}content=5")
        assert "5" in answer.text
        assert answer.done


@pytest.mark.parametrize("stream", [True, False])
def test_members(http: HttpTarget, stream: bool) -> None:
    scenario = "members:action=warn,plugin_status=502"
    answer = http.ask("1+1", scenario=scenario, stream=stream)
    first = answer.documents[0]
    assert first["choices"][0]["message"]["security_suggest"] == {"action": "warn"}
    assert first["plugins"][0]["invoked"] == {"status_code": 502}
    assert all(part["plugins_content"] is None for part in answer.parts)
    assert all({"model", "created"} <= set(document) for document in answer.documents)
    assert answer.text == "1 + 1 = **2**."
