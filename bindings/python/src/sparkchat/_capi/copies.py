"""Copies what the library returns into Python objects."""

from __future__ import annotations

from ctypes import byref, c_size_t
from typing import Any

from ..enums import Connection, EventKind, Outcome, Timing, Tokens
from ..events import Citation, Event, Ready, Reasoning, ServiceWarning, Text, ToolCall, Usage
from ..response import Response, Timings
from . import functions
from .strings import LongText, decode

event_text = LongText("event_text")
_event_arguments = LongText("event_tool_call_arguments")
_response_text = LongText("response_text")
_response_reasoning = LongText("response_reasoning")
_response_arguments = LongText("response_tool_call_arguments")
# Raw messages are passed on unchanged, even if they are not valid UTF-8.
_response_raw = LongText("response_raw", errors="replace")
# Precedes each message (RFC 7464).
_SEPARATOR = "\x1e"


def read_event(kind: int, event: Any) -> Event | None:
    """Return a copy of an event; None for a kind that this package does not know."""
    match kind:
        case EventKind.READY:
            return Ready()
        case EventKind.TEXT:
            return Text(event_text(event))
        case EventKind.REASONING:
            return Reasoning(event_text(event))
        case EventKind.TOOL_CALL:
            return ToolCall(
                decode(functions.event_tool_call_id(event)) or "",
                decode(functions.event_tool_call_name(event)) or "",
                _event_arguments(event),
            )
        case EventKind.CITATION:
            return _citation(
                functions.event_citation_index(event),
                functions.event_citation_title(event),
                functions.event_citation_url(event),
            )
        case EventKind.USAGE:
            return read_usage(functions.event_tokens, event)
        case EventKind.WARNING:
            return ServiceWarning(functions.event_warning_code(event), event_text(event))
    return None


def read_response(response: Any) -> Response:
    """Return a copy of a response."""
    warning = functions.response_warning_code(response)
    return Response(
        text=_response_text(response),
        reasoning=_response_reasoning(response),
        usage=read_usage(functions.response_tokens, response),
        sid=read_sid(response),
        outcome=Outcome(functions.response_outcome(response)),
        finish_reason=decode(functions.response_finish_reason_word(response)),
        stop_sequence=decode(functions.response_stop_sequence(response)),
        tool_calls=tuple(
            ToolCall(
                decode(functions.response_tool_call_id(response, at)) or "",
                decode(functions.response_tool_call_name(response, at)) or "",
                _response_arguments(response, at),
            )
            for at in range(functions.response_tool_call_count(response))
        ),
        citations=tuple(
            _citation(
                functions.response_citation_index(response, at),
                functions.response_citation_title(response, at),
                functions.response_citation_url(response, at),
            )
            for at in range(functions.response_citation_count(response))
        ),
        warning=ServiceWarning(warning, decode(functions.response_warning_message(response)) or "")
        if warning
        else None,
        timings=_timings(response),
        attempts=functions.response_attempts(response),
        connection=Connection(functions.response_connection(response)),
        bytes_received=functions.response_bytes_received(response),
        bytes_sent=functions.response_bytes_sent(response),
        raw=_raw(response),
    )


def read_embedding(response: Any) -> list[float]:
    """Return a copy of the vector; empty if the response has none."""
    count = c_size_t()
    numbers = functions.response_embedding(response, byref(count))
    return numbers[: count.value] if numbers else []


def read_sid(response: Any) -> str | None:
    """Return the service's request ID; None until it is known."""
    return decode(functions.response_sid(response))


def _raw(response: Any) -> tuple[str, ...]:
    messages = _response_raw(response).split(_SEPARATOR)[1:]
    return tuple(message.removesuffix("\n") for message in messages)


def _citation(index: int, title: bytes | None, url: bytes | None) -> Citation:
    return Citation(None if index < 0 else index, decode(title) or "", decode(url) or "")


def _timings(response: Any) -> Timings:
    times = {}
    for which in Timing:
        microseconds: int = functions.response_timing_us(response, which)
        times[str(which)] = None if microseconds < 0 else microseconds / 1e6
    return Timings(**times)


def read_usage(function: Any, source: Any) -> Usage:
    """Return the token counts that a library function reports for `source`."""

    def count(which: Tokens) -> int | None:
        tokens: int = function(source, which)
        return None if tokens < 0 else tokens

    return Usage(
        prompt_tokens=count(Tokens.PROMPT),
        completion_tokens=count(Tokens.COMPLETION),
        total_tokens=count(Tokens.TOTAL),
        question_tokens=count(Tokens.QUESTION),
        cached_tokens=count(Tokens.CACHED),
        reasoning_tokens=count(Tokens.REASONING),
    )
