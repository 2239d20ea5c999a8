"""Agents as LangChain's own packages build them, over both transports."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.agents.structured_output import ProviderStrategy, ToolStrategy
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph_supervisor import create_supervisor
from langgraph_swarm import create_handoff_tool, create_swarm
from pydantic import BaseModel

from service import Service
from sparkchat.langchain import ChatSparkLLM

Make = Callable[..., ChatSparkLLM]


class Report(BaseModel):
    """A weather report."""

    city: str
    sunny: bool


def get_weather(city: str) -> str:
    """Tell the weather in a city."""
    return f"It is sunny in {city}."


@pytest.mark.parametrize("shape", [Report, ToolStrategy(Report)], ids=["schema", "strategy"])
@pytest.mark.parametrize("streaming", [False, True])
def test_tools_and_a_response_format(
    chat: Make,
    transport: str,
    streaming: bool,
    shape: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    agent = create_agent(
        chat(transport=transport, streaming=streaming), [get_weather], response_format=shape
    )
    question = HumanMessage("What is the weather in Hefei?")
    done = agent.invoke({"messages": [question]}, {"recursion_limit": 12})
    assert done["structured_response"] == Report(city="Hefei", sunny=True)
    called = [call["name"] for m in done["messages"] for call in getattr(m, "tool_calls", ())]
    assert called == ["get_weather", "Report"]
    told = [
        r
        for r in caplog.records
        if "an instruction asks" in r.message and r.levelno == logging.WARNING
    ]
    assert bool(told) == (transport == "websocket")


def get_population(city: str) -> str:
    """Tell the population of a city."""
    return "9 million"


def get_time() -> str:
    """Tell the time of day."""
    return "noon"


@pytest.mark.parametrize(
    "shape", [Report, ProviderStrategy(Report), None], ids=["schema", "provider", "text"]
)
@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("its population", ["get_weather", "get_population"]),
        ("the time", ["get_weather", "get_time"]),
        ("its population and the time", ["get_weather", "get_population", "get_time"]),
    ],
)
def test_several_tools(
    chat: Make, transport: str, streaming: bool, shape: Any, asked: str, expected: list[str]
) -> None:
    model = chat(transport=transport, streaming=streaming)
    agent = create_agent(model, [get_weather, get_population, get_time], response_format=shape)
    question = HumanMessage(f"What is the weather in Hefei, and {asked}?")
    done = agent.invoke({"messages": [question]}, {"recursion_limit": 14})
    called = [call["name"] for m in done["messages"] for call in getattr(m, "tool_calls", ())]
    assert called == [*expected, *(["Report"] if shape is Report else [])]
    assert done.get("structured_response") == (shape and Report(city="Hefei", sunny=True))


@pytest.mark.parametrize("streaming", [False, True])
def test_a_model_that_ignores_the_words(chat: Make, streaming: bool) -> None:
    # Over WebSocket, no one else notices the missing call.
    model = chat("text:content=No.").bind_tools([get_weather, Report], tool_choice="any")
    answer = model.invoke("Hello", stream=streaming)
    assert (answer.content, answer.tool_calls) == ("No.", [])
    assert answer.response_metadata["warning"]["code"] == -1


def test_the_words_go_to_the_instruction(chat: Make, service: Service, tag: str) -> None:
    model = chat(tag=tag).bind_tools([get_weather, Report], tool_choice="any")
    model.invoke([("system", "Be brief."), ("human", "Hello")])
    (request,) = service.requests(tag)
    system, question = request["payload"]["message"]["text"]
    assert system["content"].startswith("Be brief.\n\nAnswer with a call of one of the functions")
    assert question["content"] == "Hello"
    assert "function_choice" not in request["parameter"]["chat"]


def test_one_tool_of_several_by_name(chat: Make, service: Service, tag: str) -> None:
    plan = ChatSparkLLM(
        model="coding-plan",
        domain="astron-code-latest",
        api_password=service.ready["coding_key"],
        proxy=f"http://127.0.0.1:{service.ready['proxy_port']}",
        client_kwargs={"ca_file": service.ca_file},
    )
    for model in (plan, chat(tag=tag, transport="http"), chat()):
        answer = model.bind_tools([get_weather, Report], tool_choice="Report").invoke("Hello")
        assert [call["name"] for call in answer.tool_calls] == ["Report"]
    (request,) = service.requests(tag)
    assert [tool["function"]["name"] for tool in request["tools"]] == ["Report"]


CUT = ['{"path":"/tmp/a', '{"size":12', '{"size":1}}', '{"size":1} {', "[1]", '{"size":NaN}']


@pytest.mark.parametrize("mode", ["values", "messages", "updates"])
@pytest.mark.parametrize("cut", CUT)
def test_no_tool_runs_with_arguments_that_were_cut(
    chat: Make, transport: str, tag: str, cut: str, mode: Any
) -> None:
    ran: list[Any] = []

    def erase(path: str = "/", size: int = 0) -> str:
        """Erase what is there."""
        ran.append((path, size))
        return "erased"

    scenario = f"function_call:name=erase,arguments={cut},times=1"
    # A handler of LangGraph makes `invoke` stream in the mode "messages".
    model = chat(scenario, transport=transport, tag=tag, streaming=mode == "updates")
    agent = create_agent(model, [erase], checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "1"}, "recursion_limit": 8}
    for question in ("Go", "1+1"):
        list(agent.stream({"messages": [HumanMessage(question)]}, config, stream_mode=mode))
    last = agent.get_state(config).values["messages"][-1]
    assert (last.content, ran) == ("1 + 1 = **2**.", [])


async def test_events_of_a_call_that_was_cut(chat: Make, transport: str) -> None:
    model = chat('function_call:arguments={"city":"He', transport=transport)
    found = [event async for event in model.astream_events("Where?", version="v2")]
    (end,) = [e["data"]["output"] for e in found if e["event"] == "on_chat_model_end"]
    newest = model.stream_events("Where?", version="v3").output
    for answer in (end, newest):
        assert answer.tool_calls == []
        assert answer.invalid_tool_calls[0]["name"] == "get_weather"


def test_blocks_of_a_stream_are_kept_apart(chat: Make, transport: str) -> None:
    model = chat('function_call:arguments={"city":"Hefei"}', transport=transport)
    for output in (None, "v1"):
        chunks = list(model.model_copy(update={"output_version": output}).stream("Where?"))
        total = sum(chunks[1:], chunks[0])
        (call,) = [b for b in total.content_blocks if b["type"] == "tool_call"]
        assert call["args"] == {"city": "Hefei"}


LEADERS: list[dict[str, Any]] = [
    {},
    {"output_mode": "full_history", "include_agent_name": "inline"},
    {"add_handoff_back_messages": False},
    {"add_handoff_messages": False},
]


@pytest.mark.parametrize("options", LEADERS, ids=lambda options: "+".join(options) or "plain")
def test_a_supervisor(
    chat: Make, transport: str, options: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    model = chat(transport=transport)
    weather = create_agent(
        model, [get_weather], system_prompt="You tell the weather.", name="weather_expert"
    )
    poems = create_agent(model, [], system_prompt="You write poems.", name="poem_expert")
    leader = create_supervisor([weather, poems], model=model, prompt="You lead them.", **options)
    app = leader.compile(checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "1"}, "recursion_limit": 15}
    for question in ("I want a poem by the poem expert", "Another poem", "1+1"):
        done = app.invoke({"messages": [HumanMessage(question)]}, config)
        assert isinstance(done["messages"][-1], AIMessage)
    assert any(message.name == "poem_expert" for message in done["messages"])
    # Without hand-back messages, the expert's answer is the last message.
    is_mended = any("the last message is the assistant's" in r.message for r in caplog.records)
    assert is_mended == (
        "add_handoff_back_messages" in options or "add_handoff_messages" in options
    )


def test_a_swarm(chat: Make, transport: str) -> None:
    model = chat(transport=transport)
    to_bob = create_handoff_tool(agent_name="Bob", description="Transfer to Bob, who writes poems")
    to_alice = create_handoff_tool(agent_name="Alice", description="Transfer to Alice")
    alice = create_agent(model, [get_weather, to_bob], system_prompt="Be kind.", name="Alice")
    bob = create_agent(model, [to_alice], system_prompt="Be brief.", name="Bob")
    app = create_swarm([alice, bob], default_active_agent="Alice").compile(
        checkpointer=InMemorySaver()
    )
    config: Any = {"configurable": {"thread_id": "1"}, "recursion_limit": 15}
    for question, active in (("I want poems", "Bob"), ("Transfer me to Alice", "Alice")):
        done = app.invoke({"messages": [HumanMessage(question)]}, config)
        assert done["active_agent"] == active
        assert isinstance(done["messages"][-1], AIMessage)


def test_a_tool_that_was_interrupted_does_not_end_the_thread(chat: Make, transport: str) -> None:
    def fail(city: str) -> str:
        """Tell the weather in a city."""
        raise KeyboardInterrupt

    fail.__name__ = "get_weather"
    agent = create_agent(chat(transport=transport), [fail], checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "1"}}
    with pytest.raises(KeyboardInterrupt):
        agent.invoke({"messages": [HumanMessage("What is the weather in Hefei?")]}, config)
    done = agent.invoke({"messages": [HumanMessage("1+1")]}, config)
    assert done["messages"][-1].content == "1 + 1 = **2**."


def test_halves_of_surrogate_pairs(chat: Make, transport: str, tag: str) -> None:
    seen: list[str] = []

    def get_weather(city: str) -> str:
        """Tell the weather in a city."""
        seen.append(city)
        return f"sunny in {city} \udc00"

    for streaming in (False, True):
        call = r'function_call:arguments={"city":"He\ud83dfei"},times=1'
        model = chat(call, transport=transport, tag=f"{tag}-{streaming}", streaming=streaming)
        agent = create_agent(model, [get_weather], checkpointer=InMemorySaver())
        config: Any = {"configurable": {"thread_id": "1"}}
        for question in ("Where? \ud83d", "1+1"):
            done = agent.invoke({"messages": [HumanMessage(question)]}, config)
        assert done["messages"][-1].content == "1 + 1 = **2**."
        assert any(isinstance(message, ToolMessage) for message in done["messages"])
    assert seen == ["He\ufffdfei"] * 2
