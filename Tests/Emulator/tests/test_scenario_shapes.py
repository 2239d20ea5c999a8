"""Scenarios that change the JSON of the frames. The text around the change is always complete."""

from __future__ import annotations

import pytest

from client import Answer, Target

QUESTION, TEXT = "1+1", "1 + 1 = **2**."


def ask(target: Target, scenario: str) -> Answer:
    answer = target.ask(QUESTION, scenario=scenario)
    assert answer.close_code == 1000
    return answer


def test_members(target: Target) -> None:
    answer = target.ask("1+1", scenario="members:action=warn,plugin_status=502")
    plugin, first, *_ = answer.frames
    (shown,) = plugin["payload"]["plugins"]["text"]
    assert (shown["invoked"]["status_code"], shown["content"]) == (502, "[]")
    assert first["payload"]["security_suggest"] == {"action": "warn"}
    assert all(item["plugins_content"] is None for item in answer.items)
    assert answer.text == "1 + 1 = **2**."


def test_multi_text(target: Target) -> None:
    answer = ask(target, "multi_text")
    assert answer.text == TEXT
    assert all(len(frame["payload"]["choices"]["text"]) == 3 for frame in answer.frames)


def test_no_text(target: Target) -> None:
    answer = ask(target, "no_text")
    choices = [frame["payload"]["choices"] for frame in answer.frames]
    assert [] in [choice.get("text") for choice in choices]
    assert any("text" not in choice for choice in choices)
    assert [choice["seq"] for choice in choices] == list(range(len(choices)))
    assert answer.text == TEXT


def test_no_role(target: Target) -> None:
    answer = ask(target, "no_role")
    assert not any("role" in item for item in answer.items)
    assert answer.text == TEXT


def test_null_content(target: Target) -> None:
    answer = ask(target, "null_content")
    assert None in [item["content"] for item in answer.items]
    assert answer.text == TEXT


def test_no_payload(target: Target) -> None:
    answer = ask(target, "no_payload")
    assert [frame.get("payload") for frame in answer.frames].count({}) == 1
    assert [frame.get("payload") for frame in answer.frames].count(None) == 1
    assert answer.text == TEXT


def test_no_usage(target: Target) -> None:
    assert "usage" not in ask(target, "no_usage").frames[-1]["payload"]


def test_status_in_one_place_only(target: Target) -> None:
    in_header = ask(target, "status_header_only")
    assert in_header.statuses[-1] == 2
    assert not any("status" in frame["payload"]["choices"] for frame in in_header.frames)
    in_choices = ask(target, "status_choices_only")
    assert set(in_choices.statuses) == {0}
    assert in_choices.frames[-1]["payload"]["choices"]["status"] == 2


def test_jump_and_gap(target: Target) -> None:
    jump = ask(target, "jump")
    assert (jump.statuses, jump.text) == ([0, 2], TEXT)
    assert jump.frames[-1]["payload"]["usage"]["text"]["total_tokens"]
    gap = ask(target, "seq_gap")
    seqs = [frame["payload"]["choices"]["seq"] for frame in gap.frames]
    assert seqs == [5 * n for n in range(len(seqs))]
    assert len(seqs) > 2


def test_unknown_fields(target: Target) -> None:
    answer = ask(target, "unknown_fields")
    assert all("x_new" in frame and "x_new" in frame["header"] for frame in answer.frames)
    assert answer.text == TEXT


def test_string_numbers(target: Target) -> None:
    answer = ask(target, "string_numbers")
    assert {frame["header"]["status"] for frame in answer.frames} == {"0", "1", "2"}
    assert answer.frames[0]["header"]["code"] == "0"
    assert '"total_tokens":' in str(answer.raw[-1])
    assert isinstance(answer.frames[-1]["payload"]["usage"]["text"]["total_tokens"], float)


def test_reordered(target: Target) -> None:
    answer = ask(target, "reordered")
    assert list(answer.frames[-1]) == ["payload", "header"]
    assert list(answer.frames[-1]["payload"]) == ["usage", "choices"]
    assert all(str(text).startswith("\r\n {\n\t") for text in answer.raw)
    assert answer.text == TEXT


@pytest.mark.parametrize(
    ("scenario", "on_the_wire", "text"),
    [
        ("nul", [r'"a\u0000b"'], "a\0b"),
        ("split_surrogate", [r'"half \ud83d"', r'"\ude00 whole"'], "half \ud83d\ude00 whole"),
        ("lone_surrogate", [r'"lone \ud83d"'], "lone \ud83d"),
    ],
)
def test_difficult_characters(
    target: Target, scenario: str, on_the_wire: list[str], text: str
) -> None:
    answer = ask(target, scenario)
    for part in on_the_wire:
        assert sum(part in str(raw) for raw in answer.raw) == 1
    assert text in answer.text


def test_deep_json(target: Target) -> None:
    answer = ask(target, "deep_json:depth=70000")
    (deep,) = (raw for raw in answer.raw if len(raw) > 100_000)
    assert str(deep).count("[") >= 70000
    assert str(deep).count("[") == str(deep).count("]")


@pytest.mark.parametrize(("kind", "number"), [("integer", "9" * 40), ("real", "1e400")])
def test_huge_number(target: Target, kind: str, number: str) -> None:
    answer = ask(target, f"huge_number:kind={kind}")
    assert sum(f'"x_raw":{number}' in str(raw) for raw in answer.raw) == 1


def test_huge_usage(target: Target) -> None:
    usage = ask(target, "huge_number:kind=usage").frames[-1]["payload"]["usage"]["text"]
    assert usage["total_tokens"] == 10**30


def test_big_frame(target: Target) -> None:
    answer = ask(target, "big_frame:bytes=300000")
    assert max(map(len, answer.raw)) > 300_000
    assert answer.text.replace("x", "") == TEXT


def test_shapes_of_a_single_frame(target: Target) -> None:
    for name in ("no_text", "null_content", "no_payload", "jump", "big_frame:bytes=9", "nul"):
        answer = target.ask(scenario=f"{name}{',' if ':' in name else ':'}content=5")
        assert answer.statuses[-1] == 2
        assert "5" in answer.text
