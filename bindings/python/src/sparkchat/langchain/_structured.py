"""Answers in a given shape: the ways to ask for one, and what reads it."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from langchain_core.language_models import LanguageModelInput
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.output_parsers import BaseOutputParser, JsonOutputParser, PydanticOutputParser
from langchain_core.output_parsers.openai_tools import (
    JsonOutputKeyToolsParser,
    PydanticToolsParser,
)
from langchain_core.runnables import Runnable, RunnableMap, RunnablePassthrough
from langchain_core.utils.function_calling import convert_to_json_schema, convert_to_openai_tool
from langchain_core.utils.pydantic import is_basemodel_subclass

Schema = dict[str, Any] | type


def structured(
    model: BaseChatModel, schema: Schema | None, method: str, include_raw: bool
) -> Runnable[LanguageModelInput, Any]:
    """Return a model that answers in a shape. ValueError: there is no such method."""
    told = {"kwargs": {"method": method}, "schema": schema}
    if method not in ("function_calling", "json_mode", "json_schema"):
        raise ValueError(
            f"method is {method!r}; use 'function_calling', 'json_mode' or 'json_schema'"
        )
    if schema is None and method != "json_mode":
        raise ValueError(f"the method {method!r} needs a schema")
    if method == "function_calling" and schema is not None:
        asked = model.bind_tools([schema], tool_choice="any", ls_structured_output_format=told)
        return _chain(asked, _tool_parser(schema), include_raw)
    wanted = {"type": "json_object"} if schema is None or method == "json_mode" else _format(schema)
    asked = model.bind(response_format=wanted, ls_structured_output_format=told)
    return _chain(asked, _json_parser(schema), include_raw)


def _tool_parser(schema: Schema) -> BaseOutputParser[Any]:
    """Return what reads the arguments of the call that the schema is the parameters of."""
    if _is_model(schema):
        return PydanticToolsParser(tools=[schema], first_tool_only=True)  # type: ignore[list-item]
    name = convert_to_openai_tool(schema)["function"]["name"]
    return JsonOutputKeyToolsParser(key_name=name, first_tool_only=True)


def _json_parser(schema: Schema | None) -> BaseOutputParser[Any]:
    if _is_model(schema):
        return PydanticOutputParser(pydantic_object=schema)  # type: ignore[arg-type]
    return JsonOutputParser()


def _format(schema: Schema) -> dict[str, Any]:
    """Return OpenAI's way of saying which shape an answer is to have."""
    plain = convert_to_json_schema(schema)
    name = plain.get("title", "answer")
    return {"type": "json_schema", "json_schema": {"name": name, "schema": plain}}


def _chain(
    model: Runnable[LanguageModelInput, Any], parser: BaseOutputParser[Any], include_raw: bool
) -> Runnable[LanguageModelInput, Any]:
    """Return model and parser in a row; with the raw answer and the parser's error, if wanted."""
    if not include_raw:
        return model | parser
    parsed = RunnablePassthrough.assign(
        parsed=itemgetter("raw") | parser, parsing_error=lambda _: None
    )
    failed = RunnablePassthrough.assign(parsed=lambda _: None)
    return RunnableMap(raw=model) | parsed.with_fallbacks([failed], exception_key="parsing_error")


def _is_model(schema: Schema | None) -> bool:
    return isinstance(schema, type) and is_basemodel_subclass(schema)
