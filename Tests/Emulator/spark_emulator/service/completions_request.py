"""Checks the body of an HTTP request, and turns it into the request of both transports."""

from __future__ import annotations

from dataclasses import dataclass, replace

from . import schema
from .completions_messages import read_messages
from .completions_models import find_completions_model
from .completions_tools import read_tools
from .models import Family, Form, Model
from .plans import Plan
from .reply import ToolShape
from .request import ChatRequest, Json, check_budget, check_order

_PENALTIES = ("presence_penalty", "frequency_penalty")


@dataclass(frozen=True)
class CompletionsRequest:
    """A request that passed every check, and the form of its answer."""

    chat: ChatRequest
    stream: bool = False
    # Without a stream, send blank lines before the answer.
    keep_alive: bool = False
    tool_shape: ToolShape = "object"

    def with_chat(self, chat: ChatRequest) -> CompletionsRequest:
        """Return a copy with another request to answer."""
        return replace(self, chat=chat)


def read_model(body: Json, plan: Plan, path: str, *, strict: bool = False) -> Model:
    """Return the model that a body names on a path."""
    name = schema.string(body, "model", "$", required=True)
    return find_completions_model(plan, path, name, strict=strict)


def read_completions(body: Json, model: Model, *, strict: bool = False) -> CompletionsRequest:
    """Turn a body into a request, or raise the service's error."""
    _check_members(body, model)
    messages = read_messages(body, model)
    if strict:
        turns = (replace(m, role="user") if m.role == "tool" else m for m in messages)
        check_order(tuple(turns), model, "$.messages")
    tools = read_tools(body, model)
    chat = ChatRequest(
        model,
        body["model"],
        schema.string(body, "user", "$"),
        messages,
        _parameters(body, model, tools.searches, tools.forced),
        tools.functions,
        json_object=body.get("response_format", {}).get("type") == "json_object",
        must_call=tools.required,
    )
    check_budget(chat)
    shape: ToolShape = "array" if body.get("tool_calls_switch") else "object"
    return CompletionsRequest(
        chat,
        stream=body.get("stream", False),
        keep_alive=body.get("keep_alive", False),
        tool_shape=shape if model.form is Form.OPEN else "deltas",
    )


def _check_members(body: Json, model: Model) -> None:
    schema.check_sampling(body, model, "$")
    limits = {"presence_penalty": (-2.0, 2.0), "frequency_penalty": (-2.0, 2.0)}
    if model.family is Family.X:
        limits = {"presence_penalty": (0.0, 3.0), "frequency_penalty": (0.0, 1.0)}
    if model.family is Family.X25:
        schema.integer(body, "max_completion_tokens", 1, model.max_output, place="$")
        schema.string(body, "user", "$", longest=512)
        # These are fixed, and values are ignored.
        limits = dict.fromkeys(("temperature", "top_p", *_PENALTIES), (-1e9, 1e9))
    for name, (low, high) in limits.items():
        schema.number(body, name, low, high, place="$")
    for name in ("stream", "keep_alive", "tool_calls_switch"):
        schema.typed(body, name, bool, "boolean", place="$")
    for name in ("response_format", "stream_options"):
        schema.typed(body, name, dict, "object", place="$")
    if body.get("response_format", {}).get("type", "text") not in ("text", "json_object"):
        schema.fail("$.response_format.type", "value is invalid")
    options = body.get("stream_options", {})
    schema.typed(options, "include_usage", bool, "boolean", place="$.stream_options")
    schema.strings(body, "suppress_plugin", "$")
    if model.form is not Form.OPEN:
        schema.string(body, "reasoning_effort", "$")


def _parameters(body: Json, model: Model, searches: list[Json], forced: str | None) -> Json:
    """Return what the answer depends on, under its names in a WebSocket request."""
    names = ("max_tokens", "thinking", "enable_thinking", "search_disable", "show_ref_label")
    parameters = {name: body[name] for name in names if name in body}
    if model.family is Family.X25 and "max_completion_tokens" in body:
        parameters["max_tokens"] = body["max_completion_tokens"]
    parameters["tools"] = searches
    if forced is not None:
        parameters["function_choice"] = forced
    return parameters
