"""Tools: functions that a model may call."""

from __future__ import annotations

import copy
import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ._schema.docstrings import parse_docstring
from ._schema.hints import described, hints_of, shape_of
from ._schema.json_values import as_json
from ._schema.shapes import Field, Fields
from .errors import InvalidArgumentError
from .events import ToolCall


@dataclass(frozen=True)
class Tool:
    """A function for the model: its name, its description, and its parameters.

    Wherever tools are accepted, you can pass a plain function: its name, docstring and type hints
    define the tool. Describe a parameter in the docstring, in the style of Google, NumPy or Sphinx,
    or with `Annotated[str, "the description"]`.

    >>> def get_weather(city: str, day: str = "today") -> str:
    ...     '''Look up the weather.
    ...
    ...     Args:
    ...         city: Such as "Hefei".
    ...     '''
    ...     return f"sunny in {city} {day}"
    >>> tool = Tool.of(get_weather)
    >>> tool.description
    'Look up the weather.'
    >>> tool.parameters["properties"]["city"]
    {'type': 'string', 'description': 'Such as "Hefei".'}
    """

    name: str
    description: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """The JSON schema of the arguments: an object."""
    function: Callable[..., Any] | None = None
    """Called with the arguments by name. None: your code runs the calls."""
    _fields: Fields | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, tool: ToolLike) -> Tool:
        """Return the tool for a function or a dict. InvalidArgumentError: something is missing."""
        if isinstance(tool, Tool):
            return tool
        if isinstance(tool, Mapping):
            return _from_dict(tool)
        if inspect.isroutine(tool):
            return _from_function(tool)
        raise TypeError(f"a tool must be a function, a Tool, or a dict, not {type(tool).__name__}")

    def run(self, call: ToolCall) -> str:
        """Run the function for a call, and return its result as text for the model.

        ValueError: the arguments do not match the parameters. Exceptions of the function are passed
        on.
        """
        if self.function is None:
            raise TypeError(f"the tool {self.name} has no function")
        return as_text(self.function(**self.arguments(call)), self.name)

    def arguments(self, call: ToolCall) -> dict[str, Any]:
        """Return the arguments of a call, checked and converted to the types of the parameters."""
        arguments = call.parsed()
        if self._fields is None:
            return arguments
        read: dict[str, Any] = self._fields.read(arguments, self.name)
        return read


ToolLike: TypeAlias = Tool | Callable[..., Any] | Mapping[str, Any]
"""A plain function, a `Tool`, or a dict as for OpenAI's clients."""


def tools_of(value: object) -> list[Tool]:
    """Return a `Tool` for each item."""
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        raise TypeError(f"tools must be a list, not {type(value).__name__}")
    return [Tool.of(tool) for tool in value]


def refuse_asynchronous(tools: Sequence[Tool]) -> None:
    """Refuse tools whose results have to be awaited."""
    for tool in tools:
        if inspect.iscoroutinefunction(tool.function):
            raise InvalidArgumentError(
                f"the tool {tool.name} is asynchronous", hint="use AsyncSpark"
            )


def _from_function(function: Callable[..., Any]) -> Tool:
    name = function.__name__
    text, about = parse_docstring(inspect.getdoc(function) or "")
    if not text:
        raise InvalidArgumentError(
            f"the tool {name} has no docstring",
            hint="describe what the function does, for the model; python -OO removes docstrings",
        )
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise InvalidArgumentError(
            f"the tool {name} is a generator", hint="return the result, such as a list"
        )
    hints = hints_of(function, f"the tool {name}")
    fields = {
        parameter.name: _field(parameter, hints, about, name)
        for parameter in inspect.signature(function).parameters.values()
    }
    if unknown := [word for word in about if word not in fields]:
        raise InvalidArgumentError(
            f"the docstring of the tool {name} describes {unknown[0]!r}, which is not a parameter"
        )
    shape = Fields(fields, dict)
    return Tool(name, text, shape.schema(), function, shape)


def _field(
    parameter: inspect.Parameter, hints: dict[str, Any], about: dict[str, str], tool: str
) -> Field:
    where = f"the parameter {parameter.name} of the tool {tool}"
    if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
        raise InvalidArgumentError(f"{where} cannot be given by name")
    if parameter.name not in hints:
        raise InvalidArgumentError(f"{where} has no type hint", hint="write one, such as `: str`")
    shape = described(shape_of(hints[parameter.name], where), about.get(parameter.name))
    required = parameter.default is parameter.empty
    return Field(shape, required, None if required else parameter.default)


def _from_dict(tool: Mapping[str, Any]) -> Tool:
    kind = tool.get("type")
    if kind not in (None, "function", "custom"):
        raise InvalidArgumentError(
            f"a tool has the type {kind!r}, which the service does not have",
            hint="offer functions; search=True has the model search the web",
        )
    function: Any = tool.get("function", tool)
    members = function if isinstance(function, Mapping) else {}
    said = {key for key, value in members.items() if value is not None} - _ABOUT_TOOLS
    schemas = said & {"parameters", *_SCHEMA_KEYS}
    if "name" not in said or said - {"name", "description", *schemas} or len(schemas) > 1:
        raise InvalidArgumentError(
            "a tool has other keys than name, description and parameters",
            hint='use {"type": "function", "function": {"name": ..., "description": ...,'
            ' "parameters": {...}}}',
        )
    schema = function[schemas.pop()] if schemas else {}
    return Tool(function["name"], function.get("description") or "", copy.deepcopy(schema))


# The names in Anthropic's tools and in those of the Model Context Protocol.
_SCHEMA_KEYS = ("input_schema", "inputSchema")
# Keys that do not change which calls are valid. The service cannot guarantee `strict`; the
# arguments are checked when the tool runs.
_ABOUT_TOOLS = {"type", "strict", "cache_control", "title", "annotations", "defer_loading"}


def as_text(value: object, tool: str) -> str:
    """Return a function's result as text: a str as it is, and anything else as JSON."""
    if isinstance(value, str):
        return value
    if inspect.isawaitable(value):
        if inspect.iscoroutine(value):
            value.close()
        raise TypeError(f"the tool {tool} is asynchronous: use AsyncSpark")
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=as_json)
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError(
            f"the tool {tool} returned a value that cannot be written as JSON: {error}"
        ) from error
