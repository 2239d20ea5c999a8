"""Matches the results of a history with its calls."""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage

from .._schema.json_values import whole_text
from ..events import ToolCall
from ._calls import arguments_of, unsealed

_log = logging.getLogger("sparkchat.langchain")

_NO_RESULT = "[no result]"
_NO_NAME = "unknown"


class HistoryCalls:
    """Gives every call a unique id, and keeps the results by these ids."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._calls: list[ToolCall] = []
        # By the id in the history, grouped by message.
        self._by_id: defaultdict[str, list[list[ToolCall]]] = defaultdict(list)
        self._results: dict[str, list[str]] = {}

    def read(self, message: BaseMessage) -> tuple[ToolCall, ...]:
        """Return the calls of an answer."""
        calls = []
        mates: defaultdict[str, list[ToolCall]] = defaultdict(list)
        for given, name, arguments in _calls_of(message):
            call = ToolCall(self._new_id(given), _plain(name), arguments)
            calls.append(call)
            mates[given or ""].append(call)
        for given, found in mates.items():
            self._by_id[given].append(found)
        self._calls += calls
        return tuple(calls)

    def answer(self, call_id: str | None, name: str | None, text: str) -> bool:
        """Keep a result. False: there is no such call."""
        candidates = self._meant(call_id, name)
        if not candidates:
            _log.warning("the result of a tool belongs to no call: it is sent as a user message")
            return False
        waiting = (call for call in candidates if call.id not in self._results)
        call = next(waiting, candidates[-1])
        self._results.setdefault(call.id, []).append(text)
        return True

    def _meant(self, call_id: str | None, name: str | None) -> Sequence[ToolCall]:
        """Return the calls that a result can belong to: by id, then by name, then by order."""
        if call_id and (answers := self._by_id.get(call_id)):
            # Some providers reuse ids in each answer: the last answer is meant.
            return answers[-1]
        without_id = self._by_id.get("", [])
        # The program may have given the result an id because its call has none.
        calls = list(chain.from_iterable(without_id)) if call_id else self._calls
        named = [call for call in calls if call.name == _plain(name or "")]
        if named or (name and call_id) or not without_id:
            return named
        return without_id[-1]

    def result(self, call: ToolCall) -> str:
        """Return the result of a call; the service requires one."""
        texts = self._results.get(call.id)
        if texts is None:
            _log.warning("the call of the tool %s has no result: %s is sent", call.name, _NO_RESULT)
            return _NO_RESULT
        return "\n".join(texts)

    def _new_id(self, given: str | None) -> str:
        id = _plain(given or "")
        if not id or id in self._ids:
            id = f"call_{len(self._ids)}"
            while id in self._ids:
                id += "_"
        self._ids.add(id)
        return id


def _calls_of(message: BaseMessage) -> Iterator[tuple[str | None, str, str]]:
    """Yield id, name and arguments of the calls."""
    found = False
    if isinstance(message, AIMessage):
        for call in message.tool_calls:
            found = True
            yield call["id"], call["name"] or _NO_NAME, _as_json(call["args"])
        for wrong in message.invalid_tool_calls:
            found = True
            yield wrong["id"], wrong["name"] or _NO_NAME, arguments_of(wrong) or "{}"
    old = message.additional_kwargs.get("function_call")
    if old and not found:
        told = old.get("arguments") or {}
        arguments = unsealed(told) if isinstance(told, str) else _as_json(told)
        yield None, old.get("name") or _NO_NAME, arguments


def _plain(text: str) -> str:
    # A C string ends at a NUL.
    return whole_text(text).replace("\0", "\ufffd")


def _as_json(arguments: dict[str, Any]) -> str:
    # Arguments from other providers, or from the program, may contain anything.
    return json.dumps(arguments, ensure_ascii=False, default=str)
