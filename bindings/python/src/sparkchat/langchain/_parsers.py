"""Parsers for structured answers: LangChain's, but they never fail silently."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

from langchain_core.exceptions import OutputParserException
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.output_parsers import BaseOutputParser, JsonOutputParser, PydanticOutputParser
from langchain_core.output_parsers.openai_tools import (
    JsonOutputKeyToolsParser,
    PydanticToolsParser,
)
from langchain_core.output_parsers.transform import BaseCumulativeTransformOutputParser
from langchain_core.outputs import ChatGeneration, Generation
from langchain_core.utils.pydantic import is_basemodel_subclass

from .._schema.extract import object_in
from ._calls import arguments_of
from ._tools import function_of

Schema = dict[str, Any] | type

_NO_JSON = "the arguments of the call are not JSON"


def tool_parser(schema: Schema) -> BaseOutputParser[Any]:
    """Return a parser for the arguments of a call whose parameters are the schema."""
    if _is_model(schema):
        return _ModelOfCall(tools=[schema], first_tool_only=True)  # type: ignore[list-item]
    return _DictOfCall(key_name=function_of(schema)["name"], first_tool_only=True)


def json_parser(schema: Schema | None) -> BaseOutputParser[Any]:
    """Return a parser for an answer whose text is JSON."""
    if _is_model(schema):
        return _ModelOfText(pydantic_object=schema)  # type: ignore[arg-type]
    return _DictOfText()


class _Parser(BaseCumulativeTransformOutputParser[Any]):
    """Raises an exception with the reason where LangChain's parser returns None."""

    def parse_result(self, result: list[Generation], *, partial: bool = False) -> Any:
        if not partial:
            _check_calls(result[0])
        try:
            found = super().parse_result(result, partial=partial)
        except OutputParserException:
            raise
        # The ValidationError of both generations of pydantic.
        except ValueError as error:
            raise OutputParserException(f"the answer does not match: {error}") from error
        if found is None and not partial:
            raise OutputParserException(_why(result[0]), llm_output=result[0].text)
        return found

    def _transform(self, input: Iterator[str | BaseMessage]) -> Iterator[Any]:
        end = _End()
        for found in super()._transform(end.pass_on(chunk) for chunk in input):
            end.found = found
            yield found
        yield from end.rest(self)

    async def _atransform(self, input: AsyncIterator[str | BaseMessage]) -> AsyncIterator[Any]:
        end = _End()
        async for found in super()._atransform(end.pass_on(chunk) async for chunk in input):
            end.found = found
            yield found
        for found in end.rest(self):
            yield found


class _End:
    """A whole streamed answer: earlier parts may be anything, but the whole must match."""

    def __init__(self) -> None:
        self.found: Any = None
        self._answer: Any = None

    def pass_on(self, chunk: Any) -> Any:
        self._answer = chunk if self._answer is None else self._answer + chunk
        return chunk

    def rest(self, parser: BaseOutputParser[Any]) -> Iterator[Any]:
        """Yield the parsed whole answer, unless the parser has already returned it."""
        whole = parser.invoke(self._answer)
        if whole != self.found:
            yield whole


class _WholeJson(JsonOutputParser):
    """Reads one complete object; LangChain completes one that was cut off."""

    def parse_result(self, result: list[Generation], *, partial: bool = False) -> Any:
        text = result[0].text
        if partial:
            found = super().parse_result(result, partial=True)
            # LangChain's decoder accepts 1e999, which is refused at the end.
            return found if _is_json(found) else None
        try:
            return object_in(text)
        except (ValueError, RecursionError) as error:
            raise OutputParserException(f"{error}: {text}", llm_output=text) from error


class _ModelOfCall(_Parser, PydanticToolsParser):
    pass


class _DictOfCall(_Parser, JsonOutputKeyToolsParser):
    pass


class _ModelOfText(_Parser, PydanticOutputParser[Any], _WholeJson):
    def parse_result(self, result: list[Generation], *, partial: bool = False) -> Any:
        # A model made from partial JSON would differ from the model's answer.
        return None if partial else super().parse_result(result)


class _DictOfText(_Parser, _WholeJson):
    pass


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True


def _check_calls(result: Generation) -> None:
    """Refuse an answer with arguments that were cut off."""
    answer = result.message if isinstance(result, ChatGeneration) else None
    if isinstance(answer, AIMessage) and answer.invalid_tool_calls:
        raise OutputParserException(f"{_NO_JSON}: {arguments_of(answer.invalid_tool_calls[0])}")


def _why(result: Generation) -> str:
    """Return why an answer contains no result."""
    answer = result.message if isinstance(result, ChatGeneration) else None
    if isinstance(answer, AIMessage) and answer.tool_calls:
        return f"the model called {answer.tool_calls[0]['name']!r}, which is another tool"
    return f"the model called no tool, and said: {result.text}"


def _is_model(schema: Schema | None) -> bool:
    return isinstance(schema, type) and is_basemodel_subclass(schema)
