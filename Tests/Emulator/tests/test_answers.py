"""The default answer: its text, and how it is streamed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from client import Target
from spark_emulator.service.tokens import count_tokens, cut_to_tokens


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (["Hello"], "Hello! I am the **Spark emulator**"),
        (["Hello, what is 2 + 3?"], "Hello! 2 + 3 = **5**."),
        (["你好"], "你好!我是 **Spark emulator**"),
        (["What is 12 times 12?"], "12 × 12 = **144**."),
        (["Add 3 and 4, please"], "3 + 4 = **7**."),
        (["Multiply 6 by 7"], "6 × 7 = **42**."),
        (["10 / 4"], "10 ÷ 4 = **2.5**."),
        (["1 / 0"], "Nothing can be divided by zero."),
        (["3加4等于多少?"], "3 + 4 = **7**。"),
        (["6乘以7"], "6 × 7 = **42**。"),
        (["3和4的积是多少"], "3 × 4 = **12**。"),
        (["1+1=?", "2", "再加 3 呢?"], "2 + 3 = **5**。"),
        (["1+1=?", "That is 2", "Then add 40"], "2 + 40 = **42**."),
        (["My name is Ada Lovelace."], "Nice to meet you, Ada Lovelace!"),
        (["My name is Ada.", "Hi", "What is my name?"], "Your name is **Ada**."),
        (["What's my name?"], "You have not told me your name yet."),
        (["我叫小明,你好", "你好", "1+1", "2", "我叫什么名字?"], "你的名字是**小明**。"),
        (["a", "b", "How many questions did I ask?"], "You asked **1** question before this one."),
        (["a", "b", "c", "d", "我问了几个问题?"], "在此之前你问了 **2** 个问题。"),
        (["Why?", "b", "What was my previous question?"], "Before this you said: “Why?”."),
        (["为什么?", "b", "我上一个问题是什么?"], "在此之前你说的是:“为什么?”。"),
        (["What is my last question?"], "This is your first question."),
        (["Tell me a story"], "You wrote: “Tell me a story”."),
        (["First", "ok", "Tell me more"], "- the one before it was “First”"),
        (["讲个故事"], "这是我们对话中的第 **1** 个问题"),
    ],
)
def test_skills(target: Target, turns: list[str], expected: str) -> None:
    answer = target.ask(*turns)
    assert expected in answer.text
    assert answer.text == target.ask(*turns).text


def test_explains_itself_with_markdown_and_every_width_of_utf8(target: Target) -> None:
    text = target.ask("Tell me a story").text
    assert "**Spark emulator**" in text
    assert {len(character.encode()) for character in text} == {1, 2, 3, 4}


@pytest.mark.parametrize(
    ("system", "question", "expected"),
    [
        ("You are a pirate. Be brief.", "Hello", "*(speaking as pirate)* Hello!"),
        ("你是一位诗人。", "你好", "*(以诗人的身份)* 你好!"),
        ("Answer in rhyme.", "1+1", "*(following the instruction “Answer in rhyme.”)* 1 + 1"),
        ("请简短回答", "1+1=几", "*(按照指示“请简短回答”)* 1 + 1"),
    ],
)
def test_obeys_the_system_message(
    target: Target, system: str, question: str, expected: str
) -> None:
    assert target.ask(question, system=system).text.startswith(expected)


def test_streams_like_the_service(target: Target) -> None:
    answer = target.ask("Tell me a story")
    frames = answer.frames
    assert len(answer.items[0]["content"]) == 1
    assert len({len(item["content"]) for item in answer.items}) > 2
    assert answer.items[-1]["content"]
    assert len({frame["header"]["sid"] for frame in frames}) == 1
    assert answer.statuses == [0, *[1] * (len(frames) - 2), 2]
    choices = [frame["payload"]["choices"] for frame in frames]
    assert [c["status"] for c in choices] == answer.statuses
    assert [c["seq"] for c in choices] == list(range(len(frames)))
    assert all("usage" not in frame["payload"] for frame in frames[:-1])
    usage = frames[-1]["payload"]["usage"]["text"]
    assert usage == {
        "question_tokens": 4,
        "prompt_tokens": 4,
        "completion_tokens": count_tokens(answer.text),
        "total_tokens": 4 + count_tokens(answer.text),
    }
    assert answer.items[0] == {"content": "I", "role": "assistant", "index": 0}


def test_every_exchange_has_its_own_sid(target: Target) -> None:
    sids = {target.ask("Hello").frames[0]["header"]["sid"] for _ in range(5)}
    assert len(sids) == 5


def test_max_tokens_cuts_the_answer(target: Target) -> None:
    whole = target.ask("Tell me a story").text
    short = target.ask("Tell me a story", max_tokens=5)
    assert whole.startswith(short.text)
    assert short.frames[-1]["payload"]["usage"]["text"]["completion_tokens"] == 5
    thinking = target.ask("Hello", path="/v1/x1", domain="x1", max_tokens=3)
    assert (thinking.text, thinking.statuses[-1]) == ("", 2)
    assert count_tokens(thinking.reasoning) == 3


def test_token_estimate() -> None:
    assert [count_tokens(text) for text in ("", "a", "abcd", "abcde", "字", "字字字")] == [
        0, 1, 1, 2, 1, 2,
    ]  # fmt: skip
    assert cut_to_tokens("字字字字", 2) == "字字字"
    assert cut_to_tokens("abc", 9) == "abc"


def test_reasoning_comes_first_and_can_be_switched_off(target: Target) -> None:
    answer = target.ask("1+1", path="/x2", domain="spark-x")
    kinds = ["reasoning_content" in item for item in answer.items]
    assert kinds == sorted(kinds, reverse=True)
    assert answer.items[0]["content"] == ""
    assert "content" not in answer.items[1]
    assert answer.text == "1 + 1 = **2**."
    off = target.ask("1+1", path="/x2", domain="spark-x", thinking={"type": "disabled"})
    assert not off.reasoning


WEATHER = {
    "name": "get_weather",
    "description": "查询指定城市天气 (tells the weather)",
    "parameters": {
        "type": "object",
        "properties": {
            "city": {"type": "string", "description": "城市名"},
            "day": {"type": "string", "description": "日期"},
            "unit": {"type": "string", "enum": ["celsius", "kelvin"]},
        },
        "required": ["city"],
    },
}


def called(target: Target, question: str, **more: Any) -> tuple[str, dict[str, object]] | None:
    answer = target.ask(question, functions={"text": [WEATHER]}, **more)
    if "function_call" not in answer.items[0]:
        return None
    (frame,) = answer.frames
    assert frame["header"]["status"] == 2
    assert frame["payload"]["choices"]["text"][0]["content_type"] == "text"
    assert frame["payload"]["usage"]["text"]["completion_tokens"] == 0
    call = answer.items[0]["function_call"]
    return call["name"], json.loads(call["arguments"])


def test_function_calls(target: Target) -> None:
    expected = {"city": "合肥", "day": "今天", "unit": "celsius"}
    assert called(target, "合肥今天天气怎么样?") == ("get_weather", expected)
    english = {"city": "New York", "day": "tomorrow", "unit": "kelvin"}
    question = "What is the weather in New York tomorrow, in kelvin?"
    assert called(target, question) == ("get_weather", english)
    assert called(target, "Tell me a story") is None
    forced = called(target, "Tell me a story", function_choice="get_weather")
    assert forced == ("get_weather", {"city": "Tell me a story", "unit": "celsius"})


@pytest.mark.parametrize(("path", "domain"), [("/v1/x1", "spark-x"), ("/x2", "spark-x")])
def test_function_calls_of_x_models(target: Target, path: str, domain: str) -> None:
    where = {"path": path, "domain": domain}
    assert called(target, "Weather in Oslo?", **where) == (
        "get_weather", {"city": "Oslo", "unit": "celsius"},
    )  # fmt: skip
    forced = called(target, "Tell me a story", function_choice="get_weather", **where)
    assert forced is not None
    assert called(target, "get_weather returned sun", **where) is None


def test_a_result_is_not_called_again(target: Target) -> None:
    answer = target.ask(
        "Weather in Oslo?", "calling", 'get_weather returned {"sky":"clear weather"}',
        functions={"text": [WEATHER]},
    )  # fmt: skip
    assert "function_call" not in answer.items[0]
    assert "clear weather" in answer.text


def test_an_instruction_that_wants_a_call(target: Target) -> None:
    wanted = "Answer with a call of one of the functions."
    assert called(target, "Tell me a story", system=wanted) is not None
    other = {**WEATHER, "name": "tell", "description": "Say so."}
    answer = target.ask(
        "Weather in Oslo?", "calling", "[get_weather] sun", system=wanted,
        functions={"text": [WEATHER, other]},
    )  # fmt: skip
    # The next step, since there is a result of the first one.
    assert answer.items[0]["function_call"]["name"] == "tell"


def test_a_result_of_what_is_not_offered_any_more(target: Target) -> None:
    assert called(target, "[hand_over] The weather in Oslo is yours to tell") is None


def search(**options: object) -> list[dict[str, object]]:
    return [{"type": "web_search", "web_search": options}]


def test_references_come_first_where_they_are_wanted(target: Target) -> None:
    answer = target.ask("Who?", tools=search(enable=True, show_ref_label=True))
    plugin = answer.frames[0]["payload"]
    assert list(plugin) == ["plugins"]
    pages = json.loads(plugin["plugins"]["text"][0]["content"])
    assert [page["index"] for page in pages] == [1, 2]
    assert all(page["url"].startswith("https://example.com/") for page in pages)
    assert answer.statuses[:2] == [1, 0]
    for options in ({"enable": False, "show_ref_label": True}, {"enable": True}):
        plain = target.ask("Who?", tools=search(**options))
        assert "plugins" not in plain.frames[0]["payload"]
    pro = target.ask(
        "Who?", tools=search(show_ref_label=True), path="/v3.1/chat", domain="generalv3"
    )
    assert "plugins" not in pro.frames[0]["payload"]
    hosted = target.ask(
        "Who?", path="/v1.1/chat", domain="xdeepseekv3", search_disable=False,
        show_ref_label=True, scenario="close_early:after=1",
    )  # fmt: skip
    assert "plugins" in hosted.frames[0]["payload"]
