"""Scenarios that change the reply, and the ways to choose scenarios."""

from __future__ import annotations

import json

import pytest

from client import Target
from raw import RawClient


def test_text(target: Target) -> None:
    content = "one, two; 三 = 3 & 100%"
    assert target.ask(scenario=f"text:content={content}").text == content
    assert target.ask(f"#scenario text:content={content}").text == content
    assert target.ask(scenario="text:content=a,chunks=3").statuses == [0, 1, 2]
    assert target.ask(scenario="text:content=").text == ""


def test_chunks_leave_the_rest_of_an_answer_alone(target: Target) -> None:
    answer = target.ask(scenario="error:code=10014,content=abcdef,chunks=3,after=2")
    assert (answer.text, answer.frames[-1]["header"]["code"]) == ("abcd", 10014)
    thoughtful = target.ask(scenario="reasoning:content=abc,chunks=3,thoughts=hm")
    assert (thoughtful.text, thoughtful.reasoning) == ("abc", "hm")


def test_echo(target: Target) -> None:
    question = "echo 回声 🐦 " * 10
    answer = target.ask(question, scenario="echo:chunks=7")
    assert (answer.text, len(answer.raw)) == (question, 7)
    below = target.ask("#scenario echo:chunks=2\nline one\nline two")
    assert (below.text, len(below.raw)) == ("line one\nline two", 2)
    alone = target.ask("#scenario echo")
    assert alone.text == "#scenario echo"


def test_count(target: Target) -> None:
    answer = target.ask(scenario="count:n=1000")
    assert answer.text == "".join(f"{n} " for n in range(1000))
    assert answer.frames[-1]["payload"]["usage"]["text"]["completion_tokens"] == 1000
    sized = target.ask(scenario="count:n=3,size=6")
    assert [item["content"] for item in sized.items] == ["....0 ", "....1 ", "....2 "]


def test_single_and_empty_last(target: Target) -> None:
    single = target.ask("1+1", scenario="single")
    assert (single.text, single.statuses) == ("1 + 1 = **2**.", [2])
    last = target.ask("1+1", scenario="empty_last")
    assert (last.text, last.items[-1]["content"]) == ("1 + 1 = **2**.", "")
    assert "usage" in last.frames[-1]["payload"]


def test_reasoning_and_both(target: Target) -> None:
    answer = target.ask("1+1", scenario="reasoning:thoughts=Let me think about it")
    assert (answer.reasoning, answer.text) == ("Let me think about it", "1 + 1 = **2**.")
    assert answer.items[0]["content"] == ""
    assert "content" not in answer.items[1]
    both = target.ask("1+1", scenario="both")
    assert all(item["content"] and item["reasoning_content"] for item in both.items)


def test_function_call_and_citations(target: Target) -> None:
    call = target.ask(scenario="function_call").items[0]["function_call"]
    assert (call["name"], json.loads(call["arguments"])["city"]) == ("get_weather", "合肥")
    call = target.ask(scenario="function_call:name=f,arguments={broken").items[0]["function_call"]
    assert call == {"name": "f", "arguments": "{broken"}
    assert "plugins" in target.ask(scenario="citations").frames[0]["payload"]


@pytest.mark.parametrize(
    ("code", "part"),
    [(10013, "tell me"), (11202, "AppIdQpsOverFlowError:"), (99999, "error 99999")],
)
def test_error(target: Target, code: int, part: str) -> None:
    answer = target.ask("tell me", scenario=f"error:code={code}")
    assert answer.error["code"] == code
    assert part in answer.error["message"]
    assert list(answer.frames[-1]) == ["header"]
    assert answer.close_code == 1000


def test_error_after_text_with_a_message(target: Target) -> None:
    answer = target.ask("Tell me", scenario="error:code=10014,message=so, no,after=2")
    assert answer.statuses == [0, 1, 2]
    assert answer.error["message"] == "so, no"
    assert len({frame["header"]["sid"] for frame in answer.frames}) == 1


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("nonsense", "unknown scenario: nonsense"),
        ("echo:chunks", "expected key=value"),
        ("echo:chunks=many", "chunks must be int"),
        ("echo:chunks=-1", "chunks must not be negative"),
        ("echo:color=red", "has no key color"),
        ("echo:chunks=1,chunks=2", "chunks is given twice"),
        ("stall:at=noon", "at must be one of"),
        ("stall:deaf=yes", "deaf must be 0 or 1"),
        ("Not an expression", "not a scenario expression"),
    ],
)
def test_expressions_that_cannot_be_parsed(target: Target, expression: str, complaint: str) -> None:
    with RawClient(target.url(scenario=expression)) as client:
        assert client.status == 400
        assert complaint in json.loads(client.body())["message"]
    answer = target.ask(f"#scenario {expression}")
    assert answer.error["code"] == 10005
    assert complaint in answer.error["message"]


def test_handshake_scenarios_belong_in_the_url(target: Target) -> None:
    for name in ("bad_accept", "skew"):
        answer = target.ask(f"#scenario {name}")
        assert (answer.error["code"], len(answer.raw)) == (10005, 1)
        assert "belongs in the URL" in answer.error["message"]


def test_the_url_comes_before_the_message(target: Target) -> None:
    assert target.ask("#scenario single\nhello", scenario="echo:chunks=2").text == "hello"


def test_times_limits_a_scenario(target: Target) -> None:
    scenario = "error:code=11202,times=2"
    codes = [target.ask("1+1", scenario=scenario).frames[-1]["header"]["code"] for _ in range(3)]
    assert codes == [11202, 11202, 0]
    shown = [record["scenario"] for record in target.page(f"records?tag={target.tag}")]
    assert shown == [scenario, scenario, None]
    in_message = [target.ask("#scenario error:times=1").frames[-1]["header"]["code"] for _ in "ab"]
    assert in_message == [10012, 0]
