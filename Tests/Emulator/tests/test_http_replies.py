"""Scenarios that change the reply, over HTTP: the same names as over WebSocket."""

from __future__ import annotations

import json
from typing import Any

import pytest

from client import Target
from http_client import HttpTarget


def test_text_and_chunks(http: HttpTarget) -> None:
    content = "one, two; 三 = 3 & 100%"
    assert http.ask(scenario=f"text:content={content}").text == content
    assert http.ask(f"#scenario text:content={content}").text == content
    assert len(http.ask(scenario="text:content=a,chunks=3").documents) == 3
    assert http.ask(scenario="text:content=", stream=False).text == ""


def test_chunks_leave_the_rest_of_an_answer_alone(http: HttpTarget) -> None:
    answer = http.ask(scenario="error:code=10014,content=abcdef,chunks=3,after=2")
    assert (answer.text, answer.documents[-1]["code"]) == ("abcd", 10014)


def test_echo(http: HttpTarget) -> None:
    question = "echo 回声 🐦 " * 10
    answer = http.ask(question, scenario="echo:chunks=7")
    assert (answer.text, len(answer.documents)) == (question, 7)
    below = http.ask("#scenario echo:chunks=2\nline one\nline two")
    assert (below.text, len(below.documents)) == ("line one\nline two", 2)


def test_count(http: HttpTarget) -> None:
    answer = http.ask(scenario="count:n=3000")
    assert answer.text == "".join(f"{n} " for n in range(3000))
    assert answer.usage["completion_tokens"] == 3000
    assert http.ask(scenario="count:n=3,size=6", stream=False).text == "....0 ....1 ....2 "


def test_single_and_empty_last(http: HttpTarget) -> None:
    single = http.ask("1+1", scenario="single")
    assert (single.text, len(single.documents)) == ("1 + 1 = **2**.", 1)
    last = http.ask("1+1", scenario="empty_last")
    assert (last.text, last.parts[-1]["content"]) == ("1 + 1 = **2**.", "")
    assert last.usage


def test_reasoning_and_both(http: HttpTarget) -> None:
    for stream in (True, False):
        answer = http.ask("1+1", scenario="reasoning:thoughts=Let me think", stream=stream)
        assert (answer.reasoning, answer.text) == ("Let me think", "1 + 1 = **2**.")
    both = http.ask("1+1", scenario="both")
    assert all(part["content"] and part["reasoning_content"] for part in both.parts)


def test_function_call(http: HttpTarget) -> None:
    whole = {"arguments": '{"city":"合肥","day":"今天"}', "name": "get_weather"}
    call = {"type": "function", "function": whole, "id": "call_1"}
    for stream in (True, False):
        (part,) = http.ask(scenario="function_call", stream=stream).parts
        assert part == {"role": "assistant", "content": "", "tool_calls": call}
        switched = http.ask(scenario="function_call", tool_calls_switch=True, stream=stream)
        assert switched.parts[0]["tool_calls"] == [call]
    broken = http.ask(scenario="function_call:name=f,arguments={broken").parts[0]["tool_calls"]
    assert broken["function"] == {"arguments": "{broken", "name": "f"}


def joined(parts: list[dict[str, Any]]) -> list[list[str]]:
    """Join the pieces of calls as an OpenAI client does."""
    calls: dict[int, list[str]] = {}
    for part in parts:
        for call in part.get("tool_calls", []):
            known = calls.setdefault(call["index"], ["", ""])
            known[0] += call["function"].get("name", "")
            known[1] += call["function"]["arguments"]
    return list(calls.values())


def test_tools(http: HttpTarget) -> None:
    (array,) = http.ask(scenario="tools:shape=array,calls=3").parts
    assert [call["id"] for call in array["tool_calls"]] == ["call_1", "call_2", "call_3"]
    objects = http.ask(scenario="tools:shape=object,calls=2,name=f").parts
    shown = [part["tool_calls"]["function"] for part in objects]
    assert shown == [{"arguments": f'{{"n": {n}}}', "name": "f"} for n in (1, 2)]
    deltas = http.ask(scenario="tools:shape=deltas,calls=2,name=f").parts
    assert len(deltas) > 4
    assert joined(deltas) == [["f", '{"n": 1}'], ["f", '{"n": 2}']]
    (bare,) = http.ask(scenario="tools:ids=0").parts
    assert not any("id" in call for call in bare["tool_calls"])
    whole = http.ask(scenario="tools:calls=2", stream=False).parts[0]["tool_calls"]
    assert len(whole) == 2
    hosted = http.ask(scenario="function_call:name=f,arguments={}", model="xdeepseekv3")
    assert joined(hosted.parts) == [["f", "{}"]]
    assert hosted.documents[-1]["choices"][0]["finish_reason"] == "tool_calls"


def test_citations(http: HttpTarget) -> None:
    for stream in (True, False):
        answer = http.ask("Who?", scenario="citations", stream=stream)
        first, second = answer.documents[0]["choices"]
        assert (first["index"], second["index"]) == (0, 1)
        found = second["delta" if stream else "message"]
        assert found["role"] == "tool"
        (search,) = found["tool_calls"]
        assert search["type"] == "web_search"
        pages = search["web_search"]["outputs"]
        assert [page["index"] for page in pages] == [1, 2]
        assert all(page["url"] and page["title"] for page in pages)
        assert "Spark emulator" in answer.text


@pytest.mark.parametrize(
    ("code", "status", "kind", "part"),
    [
        (10003, 400, "invalid_request_error", "ClientMsgError:"),
        (10013, 400, "api_error", "tell me"),
        (10007, 429, "api_error", ""),
        (10015, 403, "api_error", ""),
        (10404, 400, "invalid_request_error", "no category route found"),
        (10907, 400, "invalid_request_error", ""),
        (10012, 500, "api_error", ""),
        (10110, 503, "api_error", ""),
        (11200, 500, "api_error", "AppIdNoAuthError (sid: cha"),
        (11202, 429, "api_error", "AppIdQpsOverFlowError (sid: cha"),
        (99999, 500, "api_error", "error 99999"),
    ],
)
@pytest.mark.parametrize("stream", [True, False])
def test_error_with_a_status(
    http: HttpTarget, code: int, status: int, kind: str, part: str, stream: bool
) -> None:
    answer = http.ask("tell me", scenario=f"error:code={code}", stream=stream)
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/json"
    error = answer.error
    assert (error["code"], error["type"], error["param"]) == (str(code), kind, None)
    assert part in error["message"]


def test_error_with_another_status_and_message(http: HttpTarget) -> None:
    answer = http.ask(scenario="error:code=10013,message=so, no,status=418")
    assert answer.status == 418
    assert answer.error["message"].startswith("so, no (sid: cha")


@pytest.mark.parametrize("stream", [True, False])
def test_error_in_band(http: HttpTarget, stream: bool) -> None:
    answer = http.ask("Hi", scenario="error:code=10013,message=no,how=inband", stream=stream)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    sid = answer.json["sid"]
    assert answer.json == {"code": 10013, "message": "no", "sid": sid}


def test_error_as_an_event(http: HttpTarget) -> None:
    first = http.ask("Hi", scenario="error:code=10013,how=event")
    assert (first.status, len(first.documents), first.done) == (200, 1, False)
    assert first.documents[0]["code"] == 10013
    middle = http.ask("Hi", scenario="error:code=10014,message=no,after=2,done=1")
    assert [document["code"] for document in middle.documents] == [0, 0, 10014]
    assert middle.done
    assert list(middle.documents[-1]) == ["code", "message", "sid"]
    document = http.ask("Hi", scenario="error:code=10014,after=2", stream=False)
    assert (document.status, document.json["code"]) == (200, 10014)


def test_errors_of_hosted_models(http: HttpTarget) -> None:
    answer = http.ask(scenario="error:code=11202", model="xdeepseekv3")
    assert answer.status == 429
    assert set(answer.error) == {"message", "type"}
    assert answer.error["type"] == "one_api_error"
    assert "code: 11202, msg: AppIdQpsOverFlowError (request id: " in answer.error["message"]
    event = http.ask(scenario="error:code=10014,after=1", model="xdeepseekv3")
    assert "code: 10014" in event.documents[-1]["error"]["message"]


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("nonsense", "unknown scenario: nonsense"),
        ("echo:color=red", "has no key color over HTTP"),
        ("pings", "scenario pings does not exist for HTTP"),
        ("stall:deaf=1", "has no key deaf over HTTP"),
        ("skew", "scenario skew does not exist for HTTP"),
    ],
)
def test_scenarios_that_cannot_be_played(http: HttpTarget, expression: str, complaint: str) -> None:
    for answer in (http.ask(scenario=expression), http.ask(f"#scenario {expression}")):
        assert (answer.status, answer.error["code"]) == (400, "10005")
        assert complaint in answer.error["message"]


def test_scenarios_that_only_http_has(target: Target) -> None:
    for name in ("tools", "sse"):
        answer = target.ask(f"#scenario {name}")
        assert answer.error["code"] == 10005
        assert f"scenario {name} does not exist for WebSocket" in answer.error["message"]


def test_times_and_precedence(http: HttpTarget) -> None:
    scenario = "error:code=11202,times=2"
    statuses = [http.ask("1+1", scenario=scenario).status for _ in range(3)]
    assert statuses == [429, 429, 200]
    records = http.target.page(f"records?tag={http.target.tag}")
    assert [record["scenario"] for record in records] == [scenario, scenario, None]
    both = http.ask("#scenario single\nhello", scenario="echo:chunks=2")
    assert (both.text, len(both.documents)) == ("hello", 2)


def test_a_scenario_does_not_outlast_its_question(http: HttpTarget) -> None:
    """A function's result after it is answered, and the function is not called again."""
    asked = {"role": "user", "content": "#scenario function_call"}
    (part,) = http.ask(asked).parts
    result = {"role": "tool", "tool_call_id": part["tool_calls"]["id"], "content": "sunny"}
    messages = [asked, part, result]
    body = {"model": "generalv3.5", "messages": messages, "stream": True}
    answer = http.ask(raw=json.dumps(body).encode())
    assert "get_weather returned sunny" in answer.text
