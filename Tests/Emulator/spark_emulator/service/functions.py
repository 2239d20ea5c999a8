"""Choosing a function to call, with arguments taken from the question."""

from __future__ import annotations

import json
import re
from typing import Any

from .reply import FunctionCall
from .request import ChatRequest
from .schema_values import NoValueError, value_for

_WORD = re.compile(r"[a-z]{4,}")
_CHINESE_RUN = re.compile(r"[\u4e00-\u9fff]+")
_DULL_WORDS = """
    this that with from have what when where which your name tell about given value type string
    please could would there some into
    查询 指定 什么 怎么 一个 可以 返回 获取 需要 名字 名称 用户 根据
"""
_DULL = frozenset(_DULL_WORDS.split())
_PLACE = re.compile(r"\b(?:in|at|for|to)\s+([A-Z][\w'-]*(?: [A-Z][\w'-]*)*)")
_CHINESE_PLACE = re.compile(r"([\u4e00-\u9fff]{2,3})(?=(?:今天|明天|后天|昨天|的|市|天气|现在))")
_DAY = re.compile(r"\b(?:today|tomorrow|yesterday|tonight)\b|今天|明天|后天|昨天", re.IGNORECASE)
_ORDER = re.compile(r"\bcall of one of the (?:functions|tools)\b", re.IGNORECASE)
_RESULT = re.compile(r"\[[\w-]+\] |[\w-]+ returned ")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def _topics(text: str) -> set[str]:
    """The words of a text: English ones of some length, and every pair of Chinese characters."""
    words = set(_WORD.findall(text.lower().replace("_", " ")))
    for run in _CHINESE_RUN.findall(text):
        words.update(run[n : n + 2] for n in range(len(run) - 1))
    return words - _DULL


def _properties(function: dict[str, Any]) -> dict[str, Any]:
    properties = function["parameters"]["properties"]
    if isinstance(properties, str):
        try:
            properties = json.loads(properties)
        except ValueError:
            return {}
    return properties if isinstance(properties, dict) else {}


def _is_result(request: ChatRequest) -> bool:
    """A message that names a function is its result being fed back, not a new wish for it.

    It may be one that is not offered any more, as where agents hand over to each other.
    """
    named = any(function["name"] in request.question for function in request.functions)
    return named or _RESULT.match(request.question) is not None


def choose_function(request: ChatRequest) -> FunctionCall | None:
    """Return the call the question asks for, if it mentions what one of the functions is about."""
    wanted = request.parameters.get("function_choice")
    for function in request.functions:
        if function["name"] == wanted:
            return _call(function, request.question)
    asked = set() if _is_result(request) else _topics(request.question)
    for function in request.functions:
        described = [function["name"], function["description"], *_properties(function)]
        if asked & _topics(" ".join(described)):
            return _call(function, request.question)
    if request.functions and (request.must_call or _is_told_to_call(request)):
        # Where there is a result already, the next step is another function.
        others = (f for f in request.functions if f["name"] not in request.question)
        return _call(next(others, request.functions[0]), request.question)
    return None


def _is_told_to_call(request: ChatRequest) -> bool:
    """Say whether the instruction wants a call, as clients say it that have no other way."""
    return any(m.role == "system" and _ORDER.search(m.content) for m in request.messages)


def _call(function: dict[str, Any], question: str) -> FunctionCall:
    schema = {**function["parameters"], "properties": _properties(function)}
    try:
        arguments = value_for(schema, question, lambda name, part: argument(name, part, question))
    except NoValueError:
        arguments = {}
    return FunctionCall(function["name"], json.dumps(arguments, ensure_ascii=False))


def argument(name: str, schema: dict[str, Any], question: str) -> Any:
    """Find a value for one parameter in the question; None where there is nothing that fits."""
    choices = schema.get("enum")
    if isinstance(choices, list) and choices:
        return next((c for c in choices if str(c) in question), choices[0])
    kind = schema.get("type")
    if kind in ("number", "integer"):
        match = _NUMBER.search(question)
        number = float(match[0]) if match else 0.0
        return int(number) if kind == "integer" or number.is_integer() else number
    if kind == "boolean":
        return True
    about = f"{name} {schema.get('description', '')}".lower()
    if re.search(r"day|date|when|日期|时间|哪天", about):
        match = _DAY.search(question)
        return match[0] if match else None
    match = _PLACE.search(question) or _CHINESE_PLACE.search(question)
    return match[1] if match else None
