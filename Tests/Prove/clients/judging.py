"""Judges outcomes: each complaint begins with the name of the part that is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from spark_emulator.service.tokens import count_tokens

from .case import Case

Found = dict[str, Any]


def judge(case: Case, outcome: Found, records: list[Found]) -> list[str]:
    """Return what is wrong with the user's result and with the emulator's record of it."""
    ended = _error(case, outcome) if case.error else _answer(case, outcome)
    return [*ended, *_request(case, records)]


def _answer(case: Case, outcome: Found) -> Iterator[str]:
    if outcome["error"]:
        yield f"error: {outcome['error']}"
        return
    yield from _text(case, outcome)
    if case.stream and case.many and outcome["pieces"] < 2:
        yield f"pieces: {outcome['pieces']}"
    if outcome["reasoning"] != case.reasoning:
        yield f"reasoning: {outcome['reasoning']!r}"
    calls = [(name, _value(arguments)) for name, arguments in outcome["calls"]]
    if calls != list(case.calls):
        yield f"calls: {calls}"
    finish = outcome["finish"] or "none"
    if case.finish not in ("", finish):
        yield f"finish: {finish}"
    if case.usage:
        yield from _usage(case, outcome["usage"] or [0, 0, 0])
    if case.bill and [*(outcome["usage"] or ()), *outcome["details"]] != [*case.bill]:
        yield f"details: {outcome['usage']} {outcome['details']}"


def _usage(case: Case, usage: list[int]) -> Iterator[str]:
    completion = count_tokens(case.text + case.reasoning)
    prompt, *rest = usage
    if prompt < 1 or rest != [completion, prompt + completion]:
        yield f"usage: {usage}"


def _error(case: Case, outcome: Found) -> Iterator[str]:
    if outcome["error"] is None:
        yield f"error: none, and the text {outcome['text']!r}"
        return
    if case.error not in f"{outcome['error']} {outcome['status']} {outcome['code']}":
        yield f"error: it does not say {case.error}: {outcome['error']}"
    yield from _text(case, outcome)


def _text(case: Case, outcome: Found) -> Iterator[str]:
    if outcome["text"] != case.text:
        yield f"text: {outcome['text']!r}"


def _request(case: Case, records: list[Found]) -> Iterator[str]:
    """Compare what arrived with what should have been sent."""
    if len(records) != case.requests:
        yield f"request: {len(records)} arrived"
    for record in records:
        if record["auth"] not in case.auth.split("|") or not record["tls"]:
            yield f"request: auth {record['auth']}, TLS {record['tls']}"
        for text in record["requests"]:
            yield from _body(case, json.loads(text))


def _body(case: Case, body: Found) -> Iterator[str]:
    over_websocket = "payload" in body
    members = body["parameter"]["chat"] if over_websocket else body
    messages = body["payload"]["message"]["text"] if over_websocket else body["messages"]
    sent = [(message["role"], message["content"] or "") for message in messages]
    if sent != [(message["role"], message["content"] or "") for message in case.messages]:
        yield f"request: messages {sent}"
    for name, value in case.options.items():
        if name != "tools" and members.get(name) != value:
            yield f"request: {name} {members.get(name)} instead of {value}"


def _value(arguments: str) -> Any:
    try:
        return json.loads(arguments)
    except ValueError:
        return arguments


def sent_unasked(record: Found) -> str:
    """Return what a client sends unasked, for the table."""
    body = json.loads(record["requests"][0])
    members = {**body.get("header", {}), **body.get("parameter", {}).get("chat", body)}
    asked = ("app_id", "domain", "model", "messages")
    shown = [f"{name} {json.dumps(value)}" for name, value in members.items() if name not in asked]
    agent = record["headers"].get("User-Agent", "none")
    return f"{', '.join(shown) or 'nothing'}; User-Agent: {agent}"
