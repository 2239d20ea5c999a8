"""Every form of a conversation arrives as given."""

from __future__ import annotations

from collections import UserDict
from typing import Any

import pytest

from service import MakeChat, Service
from sparkchat import InvalidArgumentError, Message, Messages

SYSTEM = {"role": "system", "content": "Be brief."}
USER = {"role": "user", "content": "My name is 小明 🙂\0."}
ASSISTANT = {"role": "assistant", "content": "Hello!"}
QUESTION = {"role": "user", "content": "What is my name?"}
MESSAGE = Message("user", USER["content"])


def pair(message: dict[str, str]) -> tuple[str, str]:
    return message["role"], message["content"]


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ("What is my name?", [QUESTION]),
        (Message("user", "What is my name?"), [QUESTION]),
        (pair(QUESTION), [QUESTION]),
        (QUESTION, [QUESTION]),
        (UserDict(QUESTION), [QUESTION]),
        (["What is my name?"], [QUESTION]),
        (("What is my name?",), [QUESTION]),
        (("My name is 小明 🙂\0.", "What is my name?"), [USER, QUESTION]),
        ([SYSTEM, USER, ASSISTANT, QUESTION], [SYSTEM, USER, ASSISTANT, QUESTION]),
        (
            [("system", "Be brief."), MESSAGE, ASSISTANT, "What is my name?"],
            [SYSTEM, USER, ASSISTANT, QUESTION],
        ),
        (
            [pair(SYSTEM), ("human", USER["content"]), ("ai", "Hello!"), pair(QUESTION)],
            [SYSTEM, USER, ASSISTANT, QUESTION],
        ),
        ((MESSAGE, QUESTION), [USER, QUESTION]),
        # Half a surrogate pair is sent as decoders read it; two halves make one character.
        ("half \ud83d, \udc00 and \ud83d\ude42", [{"role": "user", "content": "half �, � and 🙂"}]),
    ],
)
def test_forms_of_messages(
    chat: MakeChat, service: Service, tag: str, messages: Messages, expected: list[dict[str, str]]
) -> None:
    chat(tag=tag).invoke(messages)
    (request,) = service.requests(tag)
    assert request["payload"]["message"]["text"] == expected


def test_a_generator_is_read_once(chat: MakeChat) -> None:
    assert "小明" in chat().invoke(m for m in [USER, ASSISTANT, QUESTION]).text


def test_a_role_is_kept(chat: MakeChat, service: Service, tag: str) -> None:
    chat(tag=tag).invoke([Message("system", "Be brief."), QUESTION])
    (request,) = service.requests(tag)
    assert request["payload"]["message"]["text"][0]["role"] == "system"


def test_the_callers_objects_are_not_changed(chat: MakeChat) -> None:
    messages = [dict(USER), dict(SYSTEM), dict(QUESTION)]
    before = [dict(message) for message in messages]
    with pytest.raises(InvalidArgumentError, match="system message"):
        chat().invoke(messages)
    assert messages == before
    with pytest.raises(AttributeError):
        Message("user", "Hello").role = "system"  # type: ignore[misc]


def test_a_long_message_arrives(chat: MakeChat, service: Service, tag: str) -> None:
    text = "长" * 100_000
    with pytest.raises(ValueError, match="10907"):
        chat(tag=tag).invoke(text)
    (request,) = service.requests(tag)
    assert request["payload"]["message"]["text"] == [{"role": "user", "content": text}]


@pytest.mark.parametrize(
    ("messages", "error", "says"),
    [
        ([], InvalidArgumentError, "no message"),
        ("", InvalidArgumentError, "empty"),
        ([USER, ASSISTANT], InvalidArgumentError, "last"),
        ([("tool", "42")], InvalidArgumentError, "role 'tool'.*system"),
        (("tool", "42", "x"), None, None),
        ([("User", "Hello")], InvalidArgumentError, "role 'User'"),
        ([{"role": "user"}], InvalidArgumentError, "no content"),
        ([{}], InvalidArgumentError, "message 0 has no role"),
        ([{**USER, "prefix": True}], InvalidArgumentError, "'prefix'.*cannot be sent"),
        ([{"role": "user", "content": None}], TypeError, "str, not NoneType"),
        ([{"role": "user", "content": [{"type": "text"}]}], TypeError, "str, not NoneType"),
        ([{"role": 2, "content": "Hello"}], TypeError, "role.*int"),
        ([("user", 5)], TypeError, "str, not int"),
        ([("user", "a", "b")], TypeError, "not tuple"),
        (b"Hello", TypeError, "not bytes"),
        (bytearray(b"Hello"), TypeError, "the message must be a str.*not bytearray"),
        (memoryview(b"Hello"), TypeError, "not memoryview"),
        ([b"Hello"], TypeError, "not bytes"),
        (5, TypeError, "not int"),
        (None, TypeError, "not NoneType"),
        ([None], TypeError, "not NoneType"),
    ],
)
def test_what_cannot_be_sent_is_refused(
    chat: MakeChat, messages: Any, error: type[Exception] | None, says: str | None
) -> None:
    if error is None:
        # A tuple of strings is a conversation, unless it is a role and a text.
        assert chat().invoke(messages).text
        return
    with pytest.raises(error, match=says):
        chat().invoke(messages)
