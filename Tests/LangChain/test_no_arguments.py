"""Calls without arguments, in every form: each has an empty object."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessageChunk, HumanMessage

from sparkchat.events import ToolCall
from sparkchat.langchain import ChatSparkLLM
from sparkchat.langchain._calls import arguments_of, call_chunk, read_calls

Make = Callable[..., ChatSparkLLM]


@pytest.mark.parametrize("given", ["", " ", "null", " null ", "{}"])
@pytest.mark.parametrize("streaming", [False, True])
def test_a_tool_without_parameters(
    chat: Make, transport: str, tag: str, given: str, streaming: bool
) -> None:
    ran: list[str] = []

    def now() -> str:
        """Tell the time."""
        ran.append("now")
        return "noon"

    scenario = f"function_call:name=now,arguments={given},times=1"
    model = chat(scenario, transport=transport, tag=tag, streaming=streaming)
    done = create_agent(model, [now]).invoke({"messages": [HumanMessage("1+1")]})
    _, answer, *_ = done["messages"]
    assert [call["args"] for call in answer.tool_calls] == [{}]
    assert ran == ["now"]


@pytest.mark.parametrize("arguments", ["", " ", "null"])
def test_arguments_that_were_cut_before_they_began(arguments: str) -> None:
    # The library leaves this of such calls; a tool that ran would use its defaults.
    call = ToolCall("c1", "erase", arguments)
    assert read_calls((call,))[0] == []
    total = AIMessageChunk("", tool_call_chunks=[call_chunk(call, 0)], chunk_position="last")
    assert total.tool_calls == []
    assert arguments_of(total.invalid_tool_calls[0]) == arguments
