"""Tool calls on their way into LangChain, and those of them that no tool can run."""

from __future__ import annotations

from langchain_core.messages import InvalidToolCall, ToolCall, ToolCallChunk
from langchain_core.messages.tool import invalid_tool_call, tool_call, tool_call_chunk

from ..events import ToolCall as CallEvent

# LangChain completes the JSON of chunks that it adds up, so that a tool would run with arguments
# that were cut off. Nothing that begins with this is JSON, and nobody sees it.
_SEAL = "\ufeff"


def read_calls(found: tuple[CallEvent, ...]) -> tuple[list[ToolCall], list[InvalidToolCall]]:
    """Return the calls of a whole answer: those with a JSON object as arguments, and others."""
    calls: list[ToolCall] = []
    invalid: list[InvalidToolCall] = []
    for call in found:
        try:
            calls.append(tool_call(name=call.name, args=call.parsed(), id=call.id))
        except (ValueError, RecursionError) as error:
            invalid.append(
                invalid_tool_call(name=call.name, args=call.arguments, id=call.id, error=str(error))
            )
    return calls, invalid


def call_chunk(call: CallEvent, index: int) -> ToolCallChunk:
    """Return a call, which comes whole, as the chunk of a stream; LangChain reads it again."""
    arguments = call.arguments if call.valid else _SEAL + call.arguments
    return tool_call_chunk(name=call.name, args=arguments, id=call.id, index=index)


def arguments_of(call: InvalidToolCall | ToolCallChunk) -> str:
    """Return the arguments as the service sent them."""
    return (call["args"] or "").removeprefix(_SEAL)
