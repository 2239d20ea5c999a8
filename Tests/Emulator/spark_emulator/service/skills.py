"""The emulator's answers: it greets, remembers, counts, and otherwise explains itself.

There is no language model. From the answer, a test (or a person who tries a program) can see that
the whole history has arrived in order.
"""

from __future__ import annotations

import re

from .arithmetic import calculate
from .conversation import Conversation, quote, role_prefix
from .rounds import NAMED

_GREETING = re.compile(
    r"\W*(?:(?:hello|hi|hey|good (?:morning|afternoon|evening))\b|你好|您好|嗨)", re.IGNORECASE
)
_NAME = re.compile(
    r"(?i:\bmy name is|\bcall me)\s+([^\W\d_][\w'’-]*(?: [A-Z][\w'’-]*)*)"
    r"|(?:我叫|我的名字[是叫])\s*(?!什么|啥)([^\s,，。.!！?？、;；]{1,20})"
)
_ASKS_NAME = re.compile(
    r"what(?:'|’)?s my name|what is my name|(?:know|remember) my name|who am i\b"
    r"|我(?:叫|的名字[是叫]?)(?:什么|啥)|我是谁|记得我的名字",
    re.IGNORECASE,
)
_ASKS_COUNT = re.compile(
    r"how many (?:questions|messages|times)|[几多少][个次条]?(?:问题|提问)|问(?:了|过).{0,4}[几多]",
    re.IGNORECASE,
)
_ASKS_PREVIOUS = re.compile(
    r"(?:previous|last) (?:question|message)|what did i (?:just )?(?:ask|say)"
    r"|上一?[个条句]?(?:问题|句|消息)|刚才|刚刚[问说]",
    re.IGNORECASE,
)


def _name_in(text: str) -> str | None:
    match = _NAME.search(text)
    return (match[1] or match[2]) if match else None


def meet(talk: Conversation) -> str | None:
    """Greet a user who gives a name."""
    name = None if _ASKS_NAME.search(talk.question) else _name_in(talk.question)
    if name is None:
        return None
    return talk.say(f"Nice to meet you, {name}! 👋", f"很高兴认识你,{name}!👋")


def recall_name(talk: Conversation) -> str | None:
    """Return the name that was given earlier."""
    if not _ASKS_NAME.search(talk.question):
        return None
    for text in reversed(talk.earlier):
        if name := _name_in(text):
            return talk.say(f"Your name is **{name}**.", f"你的名字是**{name}**。")
    return talk.say("You have not told me your name yet.", "你还没有告诉我你的名字。")


def count_questions(talk: Conversation) -> str | None:
    """Return the number of earlier questions."""
    if not _ASKS_COUNT.search(talk.question):
        return None
    count = len(talk.earlier)
    plural = "question" if count == 1 else "questions"
    return talk.say(
        f"You asked **{count}** {plural} before this one.", f"在此之前你问了 **{count}** 个问题。"
    )


def quote_previous(talk: Conversation) -> str | None:
    """Quote the previous question."""
    if not _ASKS_PREVIOUS.search(talk.question):
        return None
    if not talk.earlier:
        return talk.say("This is your first question.", "这是你的第一个问题。")
    said = quote(talk.earlier[-1])
    return talk.say(f"Before this you said: {said}.", f"在此之前你说的是:{said}。")


def report_results(talk: Conversation) -> str | None:
    """Repeat the results of functions."""
    if not NAMED.match(talk.question):
        return None
    return NAMED.sub(lambda name: f"{name[1] or name[2]} returned ", talk.question)


_SKILLS = (meet, recall_name, calculate, count_questions, quote_previous)


def _explain(talk: Conversation) -> str:
    lines = [
        talk.say(
            "I am the **Spark emulator**, a local stand-in without a language model. "
            f"You wrote: {quote(talk.question)}.",
            "我是 **Spark emulator**(本地模拟器),背后没有语言模型。"
            f"你写的是:{quote(talk.question)}。",
        ),
        "",
        talk.say(
            f"- this is question **{talk.number}** of our conversation",
            f"- 这是我们对话中的第 **{talk.number}** 个问题",
        ),
    ]
    if talk.earlier:
        said = quote(talk.earlier[-1], 60)
        lines.append(talk.say(f"- the one before it was {said}", f"- 上一个问题是{said}"))
    lines += [
        "",
        talk.say(
            "Try `6 × 7`, or tell me your name. 🙂", "可以试试 `6 × 7`,或者告诉我你的名字。🙂"
        ),
    ]
    return "\n".join(lines)


def _see(talk: Conversation) -> str:
    """Describe the image, if there is one."""
    if talk.picture is None:
        return ""
    if link := talk.picture.link:
        return talk.say(f"An image at {link}. ", f"一张位于 {link} 的图片。")
    kind, size = talk.picture.format, f"{talk.picture.width} x {talk.picture.height}"
    return talk.say(f"A {kind} image of {size} pixels. ", f"一张 {size} 像素的 {kind} 图片。")


def answer(talk: Conversation) -> str:
    """Compose the answer: the role, a greeting for a greeting, and the results of the skills."""
    greeted = _GREETING.match(talk.question)
    if results := report_results(talk):
        return role_prefix(talk) + results
    said = [text for skill in _SKILLS if (text := skill(talk)) is not None]
    hello = talk.say("Hello! ", "你好!") if greeted else ""
    if said:
        body = talk.say(" ", "").join(said)
    elif greeted and len(talk.question) - greeted.end() < 16:
        body = talk.say(
            "I am the **Spark emulator** 🤖, a local stand-in for the chat service. "
            "What would you like to know?",
            "我是 **Spark emulator** 🤖,聊天服务的本地模拟器。想问点什么?",
        )
    else:
        body = _explain(talk)
    return role_prefix(talk) + _see(talk) + hello + body


def think(talk: Conversation) -> str:
    """Return the reasoning before the answer of a reasoning model."""
    said = quote(talk.question, 60)
    return talk.say(
        f"The user wrote {said}. This is question {talk.number}, so I look at what came before, "
        "then answer in the same language.",
        f"用户写的是{said}。这是第 {talk.number} 个问题,先看看前面的对话,再用同一种语言回答。",
    )
