"""What langchain_community's ChatSparkLLM gets wrong (docs/peers.md)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from langchain_core.messages import (
    AIMessage,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    ToolMessage,
)
from pydantic import ValidationError

from service import Service
from sparkchat import (
    AuthenticationError,
    ConnectError,
    OverloadedError,
    RateLimitError,
    ServiceError,
    SparkError,
    SparkTimeoutError,
    TruncatedError,
)
from sparkchat.langchain import ChatSparkLLM
from sparkchat.langchain._calls import arguments_of

Make = Callable[..., ChatSparkLLM]


def sent(service: Service, tag: str) -> dict[str, Any]:
    """Return the only request."""
    (request,) = service.requests(tag)
    return request


def parameters(service: Service, tag: str) -> dict[str, Any]:
    chosen: dict[str, Any] = sent(service, tag)["parameter"]["chat"]
    return chosen


def messages(service: Service, tag: str) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = sent(service, tag)["payload"]["message"]["text"]
    return said


def test_threads_get_their_own_answers(chat: Make) -> None:
    model = chat("echo")
    questions = [f"{letter * 40}{n}" for n in range(8) for letter in "ABCD"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda question: model.invoke(question).content, questions))
    assert answers == questions


def test_an_error_leaves_nothing_behind(chat: Make, tag: str) -> None:
    model = chat("error:code=10012,after=2,times=1", tag=tag)
    with pytest.raises(ServiceError):
        model.invoke("1+1")
    assert model.invoke("1+1").content == "1 + 1 = **2**."
    assert model.invoke("2+2").content == "2 + 2 = **4**."


def test_a_late_answer_is_nobodys(chat: Make, tag: str) -> None:
    model = chat("stall:at=middle,times=1", tag=tag, timeout=0.3)
    with pytest.raises(SparkTimeoutError) as caught:
        model.invoke("1+1")
    assert isinstance(caught.value, TimeoutError)
    assert model.invoke("2+2").content == "2 + 2 = **4**."


def test_who_leaves_a_stream_ends_it(chat: Make, service: Service, tag: str) -> None:
    model = chat("count:n=100000", tag=tag)
    stream = model.stream("count")
    next(stream)
    stream.close()
    # The record exists once the exchange is over.
    assert len(service.records(tag)) == 1


def test_no_thread_outlives_its_call(chat: Make) -> None:
    before = threading.active_count()
    with pytest.raises(SparkTimeoutError):
        chat(port="blackhole", timeout=0.3).invoke("Hello")
    assert threading.active_count() == before


def test_what_is_set_is_sent_and_nothing_else(chat: Make, service: Service, tag: str) -> None:
    chat(tag=tag, temperature=0.9, top_k=1).invoke("Hello")
    assert parameters(service, tag) == {"domain": "generalv3.5", "temperature": 0.9, "top_k": 1}
    chat(tag=f"{tag}-bare").invoke("Hello")
    assert parameters(service, f"{tag}-bare") == {"domain": "generalv3.5"}
    assert "uid" not in sent(service, f"{tag}-bare")["header"]


def test_the_short_names_count(service: Service, tag: str) -> None:
    url = service.url("/v2.1/chat", tag=tag)
    model = ChatSparkLLM(**service.credentials, api_url=url, model="generalv2")
    assert (model.spark_api_url, model.spark_llm_domain) == (url, "generalv2")
    model.invoke("Hello")
    assert parameters(service, tag)["domain"] == "generalv2"


def test_a_changed_argument_counts(chat: Make, service: Service, tag: str) -> None:
    model = chat(tag=tag)
    model.model_copy(update={"temperature": 0.1}).invoke("Hello")
    assert parameters(service, tag)["temperature"] == 0.1


@pytest.mark.parametrize("streaming", [False, True])
def test_reasoning_is_whole(chat: Make, streaming: bool) -> None:
    model = chat("reasoning:thoughts=one two three four", path="/v1/x1", model="x1")
    answer = model.invoke("1+1")
    if streaming:
        chunks = list(model.stream("1+1"))
        answer = sum(chunks[1:], chunks[0])
    assert answer.additional_kwargs["reasoning_content"] == "one two three four"
    assert answer.content_blocks[0] == {"type": "reasoning", "reasoning": "one two three four"}


def test_stop_and_arguments_of_a_call(chat: Make, service: Service, tag: str) -> None:
    model = chat("echo", tag=tag, temperature=0.9)
    assert model.invoke("one two three", stop=["two"], temperature=0.2).content == "one "
    assert parameters(service, tag)["temperature"] == 0.2
    with pytest.raises(TypeError, match="'temprature'"):
        model.invoke("Hello", temprature=0.2)


def test_unknown_arguments_are_refused(service: Service, chat: Make, tag: str) -> None:
    with pytest.raises(ValidationError, match="there is no argument 'random_threshold'"):
        chat(random_threshold=0.1)
    chat(tag=tag, model_kwargs={"random_threshold": 0.1}).invoke("Hello")
    assert parameters(service, tag)["random_threshold"] == 0.1


def test_model_kwargs_over_http(service: Service, chat: Make, tag: str) -> None:
    chat(transport="http", tag=tag, model_kwargs={"suppress_plugin": ["x"]}).invoke("Hello")
    assert sent(service, tag)["suppress_plugin"] == ["x"]


CALLED = AIMessage("", tool_calls=[{"name": "get_weather", "args": {"city": "Hefei"}, "id": "c1"}])


def test_results_of_tools(chat: Make, transport: str) -> None:
    result = ToolMessage("sunny", tool_call_id="c1")
    answer = chat(transport=transport).invoke([("human", "The weather?"), CALLED, result])
    assert "sunny" in answer.content


def test_results_of_functions(chat: Make, service: Service, tag: str) -> None:
    call = {"name": "get_weather", "arguments": '{"city": "Hefei"}'}
    called = AIMessage("", additional_kwargs={"function_call": call})
    result = FunctionMessage("sunny", name="get_weather")
    chat(transport="http", tag=tag).invoke([("human", "The weather?"), called, result])
    _, answer, said = sent(service, tag)["messages"]
    assert answer["tool_calls"][0]["function"] == call
    assert said == {
        "role": "tool", "content": "sunny", "tool_call_id": answer["tool_calls"][0]["id"]
    }  # fmt: skip


def test_roles_are_kept(chat: Make, service: Service, tag: str) -> None:
    chat(tag=tag).invoke(
        [
            ChatMessage("Be brief.", role="system"),
            ChatMessage("1+1", role="human"),
            ChatMessage("2", role="assistant"),
            ChatMessage("2+2", role="user"),
        ]
    )
    roles = [said["role"] for said in messages(service, tag)]
    assert roles == ["system", "user", "assistant", "user"]


@pytest.mark.parametrize("streaming", [False, True])
def test_calls_are_not_lost(chat: Make, transport: str, streaming: bool) -> None:
    model = chat('function_call:arguments={"city":"Hefei"}', transport=transport)
    answer = model.invoke("The weather?")
    if streaming:
        chunks = list(model.stream("The weather?"))
        answer = sum(chunks[1:], chunks[0])
    (call,) = answer.tool_calls
    assert (call["name"], call["args"]) == ("get_weather", {"city": "Hefei"})


def test_arguments_that_are_not_json(chat: Make) -> None:
    (call,) = chat("function_call:arguments={oops").invoke("The weather?").invalid_tool_calls
    assert (call["name"], call["args"]) == ("get_weather", "{oops")


@pytest.mark.parametrize(
    "cut", ['{"x":1', '{"path":"/tmp/a', "{", '{"x":NaN}', '{"x":1}}', "[1]", "{oops"]
)
def test_arguments_that_were_cut_run_no_tool(chat: Make, transport: str, cut: str) -> None:
    model = chat(f"function_call:arguments={cut}", transport=transport)
    chunks = list(model.stream("The weather?"))
    total = sum(chunks[1:], chunks[0])
    stopped = model.invoke("The weather?", stop=["never said"])
    for answer in (model.invoke("The weather?"), total, stopped):
        (call,) = answer.invalid_tool_calls
        assert answer.tool_calls == []
        assert (call["name"], arguments_of(call)) == ("get_weather", cut)


def test_arguments_that_were_cut_go_back_as_they_came(
    chat: Make, service: Service, tag: str
) -> None:
    first = chat('function_call:arguments={"x":1', transport="http")
    chunks = list(first.stream("The weather?"))
    called = sum(chunks[1:], chunks[0])
    result = ToolMessage("not run", tool_call_id=called.invalid_tool_calls[0]["id"])
    chat(transport="http", tag=tag).invoke([HumanMessage("The weather?"), called, result])
    assert service.records(tag)[0]["requests"][0].count(r'"{\"x\":1"') == 1


@pytest.mark.parametrize("scenario", ["multi_text", "no_text", "no_role", "null_content"])
def test_frames_of_any_legal_shape(chat: Make, transport: str, scenario: str) -> None:
    expected = chat(transport=transport).invoke("Hello").content
    assert chat(scenario, transport=transport).invoke("Hello").content.startswith(expected[:5])


def test_usage_with_and_without_streaming(chat: Make, transport: str) -> None:
    model = chat(transport=transport)
    counts = {"input_tokens": 1, "output_tokens": 4, "total_tokens": 5}
    assert model.invoke("1+1").usage_metadata == counts
    usages = [chunk.usage_metadata for chunk in model.stream("1+1")]
    assert [usage for usage in usages if usage] == [counts]
    assert usages[-1] == counts


@pytest.mark.parametrize(
    ("code", "kind"), [(11202, RateLimitError), (10008, OverloadedError), (10012, ServiceError)]
)
def test_errors_say_what_they_are(
    chat: Make, transport: str, code: int, kind: type[SparkError]
) -> None:
    with pytest.raises(kind) as caught:
        chat(f"error:code={code}", transport=transport).invoke("Hello")
    assert caught.value.service_code == code
    assert caught.value.sid


def test_refusals_say_why(chat: Make) -> None:
    with pytest.raises(AuthenticationError) as caught:
        chat(api_secret="wrong").invoke("Hello")
    assert caught.value.http_status == 401
    assert caught.value.hint


def test_a_closed_port_is_a_connection_error(chat: Make) -> None:
    with pytest.raises(ConnectError) as caught:
        chat(api_url="ws://127.0.0.1:1/v3.5/chat").invoke("Hello")
    assert isinstance(caught.value, ConnectionError)


def test_secrets_show_nowhere(service: Service) -> None:
    secrets = {**service.credentials, "api_password": service.password}
    model = ChatSparkLLM(**secrets, api_url=service.url(), proxy="http://user:hidden@localhost:1")
    shown = f"{model!r} {model} {model.model_dump()} {model.asdict()} {model._identifying_params}"
    for name in ("api_key", "api_secret", "api_password"):
        assert secrets[name] not in shown
    assert "hidden" not in shown


def test_a_truncated_answer_is_an_error_with_what_came(chat: Make, transport: str) -> None:
    with pytest.raises(TruncatedError) as caught:
        chat("close_early:after=2", transport=transport).invoke("Hello")
    assert caught.value.response
    assert caught.value.response.text


def test_a_user_id_has_32_bytes(chat: Make) -> None:
    with pytest.raises(ValidationError, match="user id"):
        chat(user_id="u" * 64)


def test_a_deadline_for_the_whole_answer(chat: Make) -> None:
    model = chat("slow:delay_ms=50,bytes=10", total_timeout=0.5)
    with pytest.raises(SparkTimeoutError) as caught:
        model.invoke("Hello")
    assert str(caught.value.phase) == "total"
