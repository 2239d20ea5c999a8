"""Structured answers: the ways to ask for one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langchain_core.exceptions import OutputParserException
from langchain_core.language_models import LanguageModelInput
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.output_parsers import BaseOutputParser
from langchain_core.runnables import Runnable, RunnableLambda

from ..errors import InvalidArgumentError
from ._parsers import Schema, json_parser, tool_parser
from ._tools import function_of


def structured(
    model: BaseChatModel, schema: Schema | None, method: str, include_raw: bool
) -> Runnable[LanguageModelInput, Any]:
    """Return a model with structured answers. ValueError: there is no such method."""
    if method not in ("function_calling", "json_mode", "json_schema"):
        raise ValueError(
            f"method is {method!r}; use 'function_calling', 'json_mode' or 'json_schema'"
        )
    if schema is None and method != "json_mode":
        raise ValueError(f"the method {method!r} needs a schema")
    traced = _shape(schema) if isinstance(schema, Mapping) and method != "json_mode" else schema
    told = {"kwargs": {"method": method}, "schema": traced}
    if method == "function_calling" and schema is not None:
        asked = model.bind_tools([schema], tool_choice="any", ls_structured_output_format=told)
        return _chain(asked, tool_parser(schema), include_raw)
    wanted = {"type": "json_object"} if schema is None or method == "json_mode" else _format(schema)
    asked = model.bind(response_format=wanted, ls_structured_output_format=told)
    return _chain(asked, json_parser(schema), include_raw)


def _format(schema: Schema) -> dict[str, Any]:
    """Return OpenAI's response_format for a schema."""
    plain = _shape(schema)
    return {"type": "json_schema", "json_schema": {"name": plain["title"], "schema": plain}}


def _shape(schema: Schema) -> dict[str, Any]:
    """Return a JSON schema with a title. InvalidArgumentError: it contains no schema."""
    told = function_of(schema)
    if isinstance(schema, Mapping) and "parameters" not in told:
        raise InvalidArgumentError(
            f"{told['name']!r} has no schema",
            hint='use {"name": ..., "schema": {...}}, or a JSON schema with a "title"',
        )
    known = {"title": told["name"], "description": told.get("description")}
    named = {key: value for key, value in known.items() if value is not None}
    return {**named, **told.get("parameters", {})}


def _chain(
    model: Runnable[LanguageModelInput, Any], parser: BaseOutputParser[Any], include_raw: bool
) -> Runnable[LanguageModelInput, Any]:
    """Chain model and parser; with the raw answer and the parser's error, if requested."""
    if not include_raw:
        return model | parser

    def read(answer: BaseMessage) -> dict[str, Any]:
        try:
            return {"raw": answer, "parsed": parser.invoke(answer), "parsing_error": None}
        except OutputParserException as error:
            return {"raw": answer, "parsed": None, "parsing_error": error}

    return model | RunnableLambda(read)
