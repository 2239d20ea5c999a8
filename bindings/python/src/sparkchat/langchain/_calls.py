"""Converts tool calls for LangChain, including invalid ones."""

from __future__ import annotations

import json
from typing import Any

from langchain_core.messages import InvalidToolCall, ToolCall, ToolCallChunk
from langchain_core.messages.tool import invalid_tool_call, tool_call, tool_call_chunk

from .._schema.json_values import whole_text
from ..events import ToolCall as CallEvent

# LangChain completes the JSON of merged chunks, so that a tool would run with arguments that were
# cut off. Of a chunk, it keeps only the text. With this invisible prefix, the text is not valid
# JSON.
_SEAL = "\ufeff"


def read_calls(found: tuple[CallEvent, ...]) -> tuple[list[ToolCall], list[InvalidToolCall]]:
    """Return the calls of a whole answer: those with a JSON object as arguments, and the others."""
    calls: list[ToolCall] = []
    invalid: list[InvalidToolCall] = []
    for call in found:
        try:
            calls.append(tool_call(name=call.name, args=_parsed(call), id=call.id))
        except (ValueError, RecursionError) as error:
            invalid.append(
                invalid_tool_call(name=call.name, args=call.arguments, id=call.id, error=str(error))
            )
    return calls, invalid


def call_chunk(call: CallEvent, index: int) -> ToolCallChunk:
    """Return a complete call as the chunk of a stream; LangChain parses it again."""
    return tool_call_chunk(name=call.name, args=_sealed(call), id=call.id, index=index)


def openai_calls(found: tuple[CallEvent, ...], first: int = 0) -> dict[str, Any]:
    """Return calls in OpenAI's format, as in langchain_community; `first` is the first index.

    The older `function_call` is the first call of the answer.
    """
    functions = [{"name": call.name, "arguments": _sealed(call)} for call in found]
    told: dict[str, Any] = {
        "tool_calls": [
            {"index": at, "id": call.id, "type": "function", "function": function}
            for at, (call, function) in enumerate(zip(found, functions, strict=True), first)
        ]
    }
    return told if first or not functions else {**told, "function_call": functions[0]}


def arguments_of(call: InvalidToolCall | ToolCallChunk) -> str:
    """Return the arguments as the service sent them."""
    return unsealed(call["args"] or "")


def unsealed(arguments: str) -> str:
    """Return sealed arguments as the service sent them."""
    return arguments.removeprefix(_SEAL)


def _sealed(call: CallEvent) -> str:
    """Return arguments that LangChain reads as this package does."""
    try:
        arguments = _parsed(call)
    except (ValueError, RecursionError):
        return _SEAL + call.arguments
    # JSON may contain an escaped unpaired surrogate; parsed values have none.
    halves = "\\u" in call.arguments and json.loads(call.arguments) != arguments
    return whole_text(json.dumps(arguments, ensure_ascii=False)) if halves else call.arguments


def _parsed(call: CallEvent) -> dict[str, Any]:
    if call.arguments.strip() in ("", "null"):
        # For a call without arguments, the library has "{}".
        raise ValueError("the limit of tokens cut the arguments off")
    return call.parsed()
