"""Chooses a function to call, with arguments from the question."""

from __future__ import annotations

import json
import re
from typing import Any

from .reply import FunctionCall
from .request import ChatRequest
from .rounds import Round, round_of
from .schema_values import NoValueError, value_for

_WORD = re.compile(r"[a-z]{3,}")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_CHINESE_RUN = re.compile(r"[\u4e00-\u9fff]+")
_DULL_WORDS = """
    this that with from have what when where which your name tell about given value type string
    please could would there some into
    the and for are you get set has had can how its our one two any all who why was not but out
    use run now say see let put did does may they them than then also
    查询 指定 什么 怎么 一个 可以 返回 获取 需要 名字 名称 用户 根据
"""
_DULL = frozenset(_DULL_WORDS.split())
_PLACE = re.compile(r"\b(?:in|at|for|to)\s+([A-Z][\w'-]*(?: [A-Z][\w'-]*)*)")
_CHINESE_PLACE = re.compile(r"([\u4e00-\u9fff]{2,3})(?=(?:今天|明天|后天|昨天|的|市|天气|现在))")
_DAY = re.compile(r"\b(?:today|tomorrow|yesterday|tonight)\b|今天|明天|后天|昨天", re.IGNORECASE)
_ORDER = re.compile(r"\bcall of one of the (?:functions|tools)\b", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def _topics(text: str) -> set[str]:
    """Return the words of a text: English ones of some length, and pairs of Chinese characters.

    A word and its plural are equal.
    """
    plain = _CAMEL.sub(" ", text).lower().replace("_", " ")
    words = {
        re.sub("(?<=[^s]{3})s$", "", word) for word in _WORD.findall(plain) if word not in _DULL
    }
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


def _words_of(function: dict[str, Any]) -> set[str]:
    """Return the words of a function, including its whole name, even a short or common one."""
    name = function["name"]
    return _topics(" ".join([name, function["description"], *_properties(function)])) | {name}


def choose_function(request: ChatRequest) -> FunctionCall | None:
    """Return the next call, for words of the question that led to no call so far."""
    now = round_of(request)
    offered = {function["name"]: function for function in request.functions}
    wanted = request.parameters.get("function_choice")
    if wanted in offered:
        return _call(offered[wanted], now)
    left = _topics(now.question) | {n for n in offered if len(n) > 1 and _names(now.question, n)}
    for name in now.called:
        # Of a function that is no longer offered, as after a hand-over, only the name is known.
        left -= _words_of(offered[name]) if name in offered else _topics(name) | {name}
    others = [f for name, f in offered.items() if name not in now.called]
    suggested = [f for f in others if left & _words_of(f)]
    if suggested:
        # Names distinguish better than descriptions, which often share words.
        best = max(suggested, key=lambda f: len(left & (_topics(f["name"]) | {f["name"]})))
        return _call(best, now)
    if offered and (request.must_call or _is_told_to_call(request)):
        # After results, the last one: agents add the function for the answer after their tools. #
        # It is called again even if it was called before, as after an error.
        choices = others or list(offered.values())
        return _call(choices[-1 if now.called else 0], now)
    return None


def _names(question: str, name: str) -> bool:
    """Return whether a question contains the name of a function as a word."""
    pattern = rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])"
    return re.search(pattern, question, re.IGNORECASE) is not None


def _is_told_to_call(request: ChatRequest) -> bool:
    """Return whether a system message requires a call, as clients without another way write it."""
    return any(m.role == "system" and _ORDER.search(m.content) for m in request.messages)


def _call(function: dict[str, Any], now: Round) -> FunctionCall:
    text, question = now.text, now.question or now.text
    schema = {**function["parameters"], "properties": _properties(function)}
    try:
        arguments = value_for(schema, question, lambda name, part: argument(name, part, text))
    except NoValueError:
        arguments = {}
    return FunctionCall(function["name"], json.dumps(arguments, ensure_ascii=False))


def argument(name: str, schema: dict[str, Any], question: str) -> Any:
    """Find a value for one parameter in the question; None if nothing fits."""
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
