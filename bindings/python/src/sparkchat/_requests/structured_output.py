"""Answers that are converted into types: how to ask for them, and for corrections.

This depends on the model. Over HTTP, JSON mode is used if the model has it. Otherwise, the model
has to call a tool, if it supports tools. Otherwise, the question contains the schema, and the JSON
is extracted from the text.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from .._capi.values import count
from .._schema.extract import object_in
from .._schema.hints import shape_of
from .._schema.shapes import Field, Fields, Schema, Shape
from ..enums import Feature, Transport
from ..errors import InvalidArgumentError, ParseError
from ..messages import Image, Message, Messages, PlainMessage, ToolResult
from ..models import Model
from ..response import ParsedResponse, Response
from ..tools import Tool
from .ending import ending_of
from .normalizing import plain

_OURS = ("tools", "tool_choice", "response_format")
_TOOL = "answer"
_ASK = "Answer with a JSON object that fits this JSON schema, and with nothing else:\n"


class Parsing:
    """A question whose answer is converted into a type."""

    def __init__(
        self,
        messages: Messages,
        kind: Any,
        options: Mapping[str, Any],
        max_repairs: int,
        model: Model | None,
        transport: Transport,
    ) -> None:
        self._fields, self._is_wrapped = _fields(kind)
        self._repairs_left = count("max_repairs", max_repairs)
        # The client's defaults for these are for other questions.
        self.options = {name: value for name, value in options.items() if name not in _OURS}
        self.messages = plain(messages)
        features = model.features if model is not None else frozenset()
        if transport is Transport.HTTP and Feature.JSON_MODE in features:
            self.options["response_format"] = "json_object"
            self._instruct()
        elif Feature.TOOLS in features:
            tool = Tool(_TOOL, "Give the answer to the user's question.", self._schema())
            self.options |= {"tools": [tool], "tool_choice": _TOOL}
        else:
            self._instruct()

    def take(self, response: Response) -> ParsedResponse[Any] | None:
        """Return the answer with its parsed value; None: ask again.

        ParseError: the answer does not match, and no repairs are left or it was cut, as another one
        would be.
        """
        try:
            parsed = self._read(response)
        except (ValueError, RecursionError) as error:
            wrong = str(error) or type(error).__name__
        else:
            known = {f.name: getattr(response, f.name) for f in dataclasses.fields(Response)}
            return ParsedResponse(**known, parsed=parsed)
        ending = ending_of(response, self.options.get("max_tokens"))
        if ending is not None and ending.is_cut:
            said, hint = f"{ending.said}; {wrong}", ending.advice
            raise ParseError(said, hint=hint, response=response, sid=response.sid)
        if self._repairs_left == 0:
            raise ParseError(wrong, response=response, sid=response.sid)
        self._repairs_left -= 1
        self._complain(response, wrong)
        return None

    def _read(self, response: Response) -> Any:
        calls = [call for call in response.tool_calls if call.name == _TOOL]
        value = calls[0].parsed() if calls else object_in(response.text)
        read = self._fields.read(value, "the answer")
        return read["value"] if self._is_wrapped else read

    def _complain(self, response: Response, wrong: str) -> None:
        complaint = f"error: {wrong}. Answer again."
        self.messages += plain([response])
        if response.tool_calls:
            self.messages += [ToolResult(c.id, complaint) for c in response.tool_calls]
        else:
            self.messages.append(Message("user", f"{complaint} {_ASK}{self._schema_text()}"))

    def _instruct(self) -> None:
        """Add to the question what the answer must look like.

        Without a question there is nothing to add to: the library refuses the request.
        """
        instruction = _ASK + self._schema_text()
        last: PlainMessage | None = self.messages[-1] if self.messages else None
        if isinstance(last, Message) and last.role == "user" and last.content:
            self.messages[-1] = Message("user", f"{last.content}\n\n{instruction}")
        elif isinstance(last, Image | ToolResult):
            self.messages.append(Message("user", instruction))

    def _schema(self) -> Schema:
        return self._fields.schema()

    def _schema_text(self) -> str:
        return json.dumps(self._schema(), ensure_ascii=False)


def _fields(kind: Any) -> tuple[Shape, bool]:
    """Return the shape of an object; other types are wrapped in one, as its `value`."""
    shape = shape_of(kind, getattr(kind, "__name__", None) or str(kind))
    if shape.schema().get("type") == "object":
        return shape, False
    return Fields({"value": Field(shape, True)}, dict), True


def refuse_ours(options: Mapping[str, Any]) -> None:
    """Refuse options that `parse` sets itself."""
    for name in _OURS:
        if name in options:
            raise InvalidArgumentError(
                f"parse sets {name} itself", hint="use invoke, and parse the text yourself"
            )
