"""Whole answers, and answers as they arrive."""

from __future__ import annotations

import pytest

from service import MakeChat, Service
from sparkchat import (
    Citation,
    EventKind,
    Outcome,
    Ready,
    Reasoning,
    Response,
    ServiceWarning,
    Text,
    ToolCall,
    Usage,
)
from sparkchat._runtime import exchange as exchange_module


@pytest.mark.parametrize("tls", [False, True], ids=["ws", "wss"])
def test_invoke_returns_the_whole_answer(chat: MakeChat, tls: bool) -> None:
    answer = chat(tls=tls).invoke("Hello")
    assert answer.text.startswith("Hello!")
    assert str(answer) == answer.content == answer.text
    assert answer.outcome is Outcome.COMPLETE
    assert answer.sid is not None
    assert answer.sid.startswith("cht")
    usage = answer.usage
    assert usage.prompt_tokens is not None
    assert usage.completion_tokens is not None
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens
    assert (answer.reasoning, answer.tool_calls, answer.citations) == ("", (), ())
    assert answer.warning is None


@pytest.mark.parametrize("tls", [False, True], ids=["ws", "wss"])
def test_stream_gives_the_same_text_in_pieces(chat: MakeChat, tls: bool) -> None:
    client = chat(tls=tls)
    stream = client.stream("Hello")
    chunks = list(stream)
    assert len([chunk for chunk in chunks if isinstance(chunk, Text)]) > 2
    assert "".join(chunk.content for chunk in chunks) == client.invoke("Hello").text
    assert "".join(map(str, chunks)) == stream.response.text
    assert stream.response.outcome is Outcome.COMPLETE


def test_an_ended_stream_stays_ended(chat: MakeChat) -> None:
    stream = chat("text:content=Hi").stream("Hello")
    assert len(list(stream)) >= 2
    assert list(stream) == []
    assert stream.finish() is stream.response
    assert stream.response.text == "Hi"


def test_text_iterates_over_texts_only(chat: MakeChat) -> None:
    texts = list(chat("reasoning:content=An answer.").stream("Think.").text())
    assert "".join(texts) == "An answer."
    assert all(type(text) is str for text in texts)


def test_events_come_in_order_and_tell_their_kind(chat: MakeChat) -> None:
    kinds = [event.kind for event in chat("reasoning:content=An answer.").stream("Think.")]
    assert kinds[0] is EventKind.READY
    assert kinds[-1] is EventKind.USAGE
    assert kinds.index(EventKind.REASONING) < kinds.index(EventKind.TEXT)
    assert set(kinds) == {
        EventKind.READY,
        EventKind.REASONING,
        EventKind.TEXT,
        EventKind.USAGE,
    }


def test_only_text_adds_to_the_text(chat: MakeChat) -> None:
    stream = chat("reasoning:content=An answer.").stream("Think.")
    events = list(stream)
    assert "".join(str(event) for event in events) == "An answer."
    thoughts = "".join(event.reasoning for event in events if isinstance(event, Reasoning))
    assert thoughts == stream.response.reasoning != ""


def test_reasoning_is_put_together_from_all_frames(chat: MakeChat) -> None:
    answer = chat("reasoning:thoughts=one two three four five").invoke("Think.")
    assert answer.reasoning == "one two three four five"


def test_a_function_call_is_surfaced(chat: MakeChat) -> None:
    client = chat('function_call:name=get_weather,arguments={"city": "合肥"}')
    answer = client.invoke("Weather?")
    (call,) = answer.tool_calls
    assert answer.function_calls is answer.tool_calls
    assert (call.name, call.arguments) == ("get_weather", '{"city": "合肥"}')
    assert call.id
    assert call.valid
    assert call.parsed() == {"city": "合肥"}
    assert answer.text == ""
    stream = client.stream("Weather?")
    assert [event for event in stream if event.kind == 4] == list(stream.response.tool_calls)


def test_a_function_call_is_emitted_once(chat: MakeChat) -> None:
    stream = chat("function_call").stream("Weather?")
    assert len([event for event in stream if isinstance(event, ToolCall)]) == 1


def test_arguments_that_are_not_json_are_passed_on(chat: MakeChat) -> None:
    (call,) = chat("function_call:name=f,arguments={broken").invoke("Go.").tool_calls
    assert call.arguments == "{broken"
    assert not call.valid
    with pytest.raises(ValueError, match="Expecting"):
        call.parsed()


def test_citations_come_before_the_text(chat: MakeChat) -> None:
    stream = chat("citations").stream("Search.", references=True)
    events = list(stream)
    citations = [event for event in events if isinstance(event, Citation)]
    assert citations == list(stream.response.citations)
    assert [citation.index for citation in citations] == list(range(1, len(citations) + 1))
    assert all(citation.url.startswith("http") and citation.title for citation in citations)
    assert events.index(citations[-1]) < min(
        at for at, event in enumerate(events) if isinstance(event, Text)
    )


def test_usage_is_there_in_both_modes(chat: MakeChat) -> None:
    client = chat("text:content=Hi")
    usage = client.invoke("Hello").usage
    assert usage.total_tokens
    assert [event for event in client.stream("Hello") if isinstance(event, Usage)] == [usage]


def test_missing_usage_is_none_and_not_zero(chat: MakeChat) -> None:
    stream = chat("no_usage").stream("Hello")
    assert not [event for event in stream if isinstance(event, Usage)]
    assert stream.response.usage == Usage(None, None, None, None)


def test_a_late_warning_does_not_spoil_the_answer(chat: MakeChat) -> None:
    stream = chat("late_error:code=10019").stream("Hello")
    events = list(stream)
    assert isinstance(events[-1], ServiceWarning)
    assert events[-1].code == 10019
    assert stream.response.warning == events[-1]
    assert stream.response.outcome is Outcome.COMPLETE
    assert stream.response.text


def test_kinds_of_a_newer_library_are_skipped(
    chat: MakeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = exchange_module._kind_of
    monkeypatch.setattr(
        exchange_module, "_kind_of", lambda event: 99 if known(event) == 1 else known(event)
    )
    events = list(chat("text:content=Hi").stream("Hello"))
    assert {event.kind for event in events} == {EventKind.TEXT, EventKind.USAGE}


def test_ready_is_the_first_event(chat: MakeChat) -> None:
    with chat("stall:at=first").stream("Hello") as stream:
        assert next(stream) == Ready()
        assert stream.response == Response()


@pytest.mark.parametrize(
    "scenario",
    ["single", "empty_last", "multi_text", "no_text", "no_role", "null_content", "no_payload"],
)
def test_odd_frames_lose_nothing(chat: MakeChat, scenario: str) -> None:
    text = "All of it. 一字不差 🙂"
    answer = chat(f"{scenario}:content={text}").invoke("Hello")
    assert (answer.text, answer.outcome) == (text, Outcome.COMPLETE)


def test_text_with_nul_is_whole(chat: MakeChat) -> None:
    stream = chat("nul").stream("Hello")
    events = list(stream)
    assert Text("a\0b") in events
    assert "a\0b" in stream.response.text
    assert "".join(map(str, events)) == stream.response.text


def test_text_of_all_widths_is_whole(chat: MakeChat) -> None:
    text = "aß€𝄞 👩\u200d👩\u200d👧 中文 \u00e9\u0301 \r\n end"
    assert chat("echo:chunks=7").invoke(text).text == text


def test_a_long_answer_is_whole(chat: MakeChat) -> None:
    expected = "".join(f"{number} " for number in range(20_000))
    client = chat("count:n=20000")
    assert client.invoke("Count.").text == expected
    assert "".join(client.stream("Count.").text()) == expected


def test_the_service_gets_what_was_asked(chat: MakeChat, service: Service, tag: str) -> None:
    chat(tag=tag, user_id="someone").invoke("Hello")
    (request,) = service.requests(tag)
    assert request == {
        "header": {"app_id": service.credentials["app_id"], "uid": "someone"},
        "parameter": {"chat": {"domain": "generalv3.5"}},
        "payload": {"message": {"text": [{"role": "user", "content": "Hello"}]}},
    }
