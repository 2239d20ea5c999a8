"""Functions in the older form, as with langchain_community, and tools in all other forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from langchain_classic.agents import AgentExecutor, create_openai_functions_agent
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.prompts import (
    ChatPromptTemplate,
    HumanMessagePromptTemplate,
    MessagesPlaceholder,
)
from langchain_core.tools import tool
from pydantic import BaseModel, Field, ValidationError

import sparkchat
from service import Service
from sparkchat.langchain import ChatSparkLLM

Make = Callable[..., ChatSparkLLM]

WEATHER = {
    "name": "get_weather",
    "description": "Tell the weather in a city.",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string", "description": "The city."}},
        "required": ["city"],
    },
}
QUESTION = "What is the weather in Hefei?"


def answer_of(model: Any, streaming: bool) -> AIMessage:
    if not streaming:
        answer: AIMessage = model.invoke(QUESTION)
        return answer
    chunks = list(model.stream(QUESTION))
    return sum(chunks[1:], chunks[0])


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("function", [WEATHER, {"type": "function", "function": WEATHER}])
def test_functions_are_tools(
    chat: Make, transport: str, function: dict[str, Any], streaming: bool
) -> None:
    answer = answer_of(chat(transport=transport).bind(functions=[function]), streaming)
    (call,) = answer.tool_calls
    assert (call["name"], call["args"]) == ("get_weather", {"city": "Hefei"})
    told = {"name": "get_weather", "arguments": '{"city": "Hefei"}'}
    (raw,) = answer.additional_kwargs["tool_calls"]
    assert (raw["id"], raw["type"], raw["function"]) == (call["id"], "function", told)
    assert answer.additional_kwargs["function_call"] == told


def test_in_a_batch_of_a_chain(chat: Make) -> None:
    question = "Use the functions that there are to answer: {input}"
    prompt = ChatPromptTemplate(messages=[HumanMessagePromptTemplate.from_template(question)])
    chain = prompt | chat().bind(functions=[{"type": "function", "function": WEATHER}])
    (answer,) = chain.batch([{"input": HumanMessage(content=QUESTION)}])
    assert "tool_calls" in answer.additional_kwargs


@pytest.mark.parametrize("streaming", [False, True])
def test_several_calls(chat: Make, streaming: bool) -> None:
    model = chat("tools:calls=3", transport="http").bind(functions=[WEATHER])
    answer = answer_of(model, streaming)
    told = [call["function"]["arguments"] for call in answer.additional_kwargs["tool_calls"]]
    assert told == ['{"n": 1}', '{"n": 2}', '{"n": 3}']
    assert answer.additional_kwargs["function_call"]["arguments"] == '{"n": 1}'


@pytest.mark.parametrize("streaming", [False, True])
def test_nothing_is_told_twice_where_tools_are_given(chat: Make, streaming: bool) -> None:
    # An answer whose calls are removed must not contain them elsewhere.
    answer = answer_of(chat().bind(tools=[WEATHER]), streaming)
    assert answer.tool_calls
    assert answer.additional_kwargs == {}


@pytest.mark.parametrize("streaming", [False, True])
def test_arguments_that_were_cut(chat: Make, streaming: bool) -> None:
    model = chat('function_call:arguments={"city":"He').bind(functions=[WEATHER])
    answer = answer_of(model, streaming)
    assert answer.tool_calls == []
    told = answer.additional_kwargs["function_call"]["arguments"]
    assert told == '\ufeff{"city":"He'
    # If only this is left of the answer, no tool runs.
    kept = AIMessage("", additional_kwargs=answer.additional_kwargs)
    assert kept.tool_calls == []


@pytest.mark.parametrize("choice", ["none", "auto", {"name": "get_weather"}])
def test_the_older_choice(chat: Make, transport: str, choice: Any) -> None:
    model = chat(transport=transport).bind(functions=[WEATHER], function_call=choice)
    assert bool(model.invoke(QUESTION).tool_calls) == (choice != "none")


def test_an_agent_in_the_older_way(chat: Make, transport: str) -> None:
    @tool
    def get_weather(city: str) -> str:
        """Tell the weather in a city."""
        return f"It is sunny in {city}."

    prompt = ChatPromptTemplate.from_messages(
        [
            ("system", "Be brief."),
            ("human", "{input}"),
            MessagesPlaceholder("agent_scratchpad"),
        ]
    )
    agent = create_openai_functions_agent(chat(transport=transport), [get_weather], prompt)
    executor = AgentExecutor(agent=agent, tools=[get_weather], return_intermediate_steps=True)
    done = executor.invoke({"input": QUESTION})
    assert [result for _, result in done["intermediate_steps"]] == ["It is sunny in Hefei."]
    assert "sunny" in done["output"]


class Weather(BaseModel):
    """Tell the weather in a city."""

    city: str = Field(description="The city.")


def get_weather(city: str) -> str:
    """Tell the weather in a city.

    Args:
        city: The city.
    """
    return city


FORMS: list[Any] = [
    WEATHER,
    {"type": "function", "function": {**WEATHER, "strict": True}},
    {"type": "function", **WEATHER, "strict": True},
    {"name": "get_weather", "description": "The weather.", "input_schema": WEATHER["parameters"]},
    get_weather,
    tool(get_weather),
    Weather,
    sparkchat.Tool.of(get_weather),
]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: type(form).__name__)
@pytest.mark.parametrize("word", ["tools", "functions"])
def test_tools_in_every_form(chat: Make, service: Service, tag: str, form: Any, word: str) -> None:
    for number, model in enumerate(
        (chat(tag=f"{tag}-0").bind(**{word: [form]}), chat(tag=f"{tag}-1").bind_tools([form]))
    ):
        model.invoke("Hello")
        (request,) = service.requests(f"{tag}-{number}")
        (function,) = request["payload"]["functions"]["text"]
        assert function.keys() == {"name", "description", "parameters"}
        assert function["parameters"]["required"] == ["city"]


def test_both_words_at_once(chat: Make) -> None:
    with pytest.raises(ValidationError, match="functions and tools are the same argument"):
        chat().invoke("Hello", tools=[WEATHER], functions=[WEATHER])
    with pytest.raises(ValidationError, match="function_call and tool_choice are the same"):
        chat().invoke("Hello", tools=[WEATHER], tool_choice="auto", function_call="none")
