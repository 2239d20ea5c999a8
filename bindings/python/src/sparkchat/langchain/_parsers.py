"""What reads an answer that has a shape: LangChain's parsers, which here never fail in silence."""

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
    """Return what reads the arguments of the call that the schema is the parameters of."""
    if _is_model(schema):
        return _ModelOfCall(tools=[schema], first_tool_only=True)  # type: ignore[list-item]
    return _DictOfCall(key_name=function_of(schema)["name"], first_tool_only=True)


def json_parser(schema: Schema | None) -> BaseOutputParser[Any]:
    """Return what reads the JSON that the answer's text is."""
    if _is_model(schema):
        return _ModelOfText(pydantic_object=schema)  # type: ignore[arg-type]
    return _DictOfText()


class _Parser(BaseCumulativeTransformOutputParser[Any]):
    """Says why there is nothing, where a parser of LangChain's returns None."""

    def parse_result(self, result: list[Generation], *, partial: bool = False) -> Any:
        if not partial:
            _check_calls(result[0])
        try:
            found = super().parse_result(result, partial=partial)
        except OutputParserException:
            raise
        # Of pydantic's two generations, both.
        except ValueError as error:
            raise OutputParserException(f"the answer does not fit: {error}") from error
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
    """The whole of an answer that is streamed: what comes before may be anything, it must fit."""

    def __init__(self) -> None:
        self.found: Any = None
        self._answer: Any = None

    def pass_on(self, chunk: Any) -> Any:
        self._answer = chunk if self._answer is None else self._answer + chunk
        return chunk

    def rest(self, parser: BaseOutputParser[Any]) -> Iterator[Any]:
        """Return what the parser has not returned of the whole answer."""
        whole = parser.invoke(self._answer)
        if whole != self.found:
            yield whole


class _WholeJson(JsonOutputParser):
    """Reads one whole object; LangChain completes one that breaks off."""

    def parse_result(self, result: list[Generation], *, partial: bool = False) -> Any:
        text = result[0].text
        if partial:
            found = super().parse_result(result, partial=True)
            # LangChain's decoder takes 1e999, which at the end is refused.
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
        # What the JSON so far would make is not what the model says.
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
    """Refuse an answer with arguments that break off."""
    answer = result.message if isinstance(result, ChatGeneration) else None
    if isinstance(answer, AIMessage) and answer.invalid_tool_calls:
        raise OutputParserException(f"{_NO_JSON}: {arguments_of(answer.invalid_tool_calls[0])}")


def _why(result: Generation) -> str:
    """Say why there is nothing in an answer."""
    answer = result.message if isinstance(result, ChatGeneration) else None
    if isinstance(answer, AIMessage) and answer.tool_calls:
        return f"the model called {answer.tool_calls[0]['name']!r}, which is another tool"
    return f"the model called no tool, and said: {result.text}"


def _is_model(schema: Schema | None) -> bool:
    return isinstance(schema, type) and is_basemodel_subclass(schema)
