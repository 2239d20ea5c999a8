"""Simple arithmetic, so that an answer can be checked against its question."""

from __future__ import annotations

import re
from fractions import Fraction

from .conversation import Conversation

_NUMBER = r"-?\d{1,30}(?:\.\d{1,10})?"
_SIGNS = {
    "+": "+ ＋ plus add 加 加上",
    "-": "- － − minus subtract 减 减去",
    "×": "* × x X times multiply multiplied 乘 乘以",
    "÷": "/ ÷ divide divided 除以",
}
_SIGN_OF = {word: sign for sign, words in _SIGNS.items() for word in words.split()}
_OPERATOR = (
    r"(\+|＋|-|－|−|\*|×|[xX]|/|÷|plus|minus|times|multiplied by|divided by"
    r"|加上?|减去?|乘以?|除以)"
)
_INFIX = re.compile(rf"(?<![\d./-])({_NUMBER})\s*{_OPERATOR}\s*({_NUMBER})(?![\d/-])", re.I)
_VERB = re.compile(
    rf"\b(add|multiply|sum of|product of)\s+({_NUMBER})\s+(?:and|to|by|with)\s+({_NUMBER})", re.I
)
_CHINESE_PAIR = re.compile(rf"({_NUMBER})\s*(?:和|与|跟)\s*({_NUMBER})\s*(?:的)?(和|积|相加|相乘)")
_THEN = re.compile(
    rf"\b(?:then|now|and)\s+(add|plus|subtract|minus|times|multiply by|divide by)\s+({_NUMBER})",
    re.I,
)
_CHINESE_THEN = re.compile(rf"(?:再|然后)\s*(加上?|减去?|乘以?|除以)\s*({_NUMBER})")


def _sign(words: str) -> str:
    return _SIGN_OF[words.lower().split()[0]]


def _operands(talk: Conversation) -> tuple[str, str, str] | None:
    question = talk.question
    if match := _INFIX.search(question):
        return match[1], _sign(match[2]), match[3]
    if match := _VERB.search(question):
        return match[2], "+" if match[1].lower() in ("add", "sum of") else "×", match[3]
    if match := _CHINESE_PAIR.search(question):
        return match[1], "+" if match[3] in ("和", "相加") else "×", match[2]
    if match := _THEN.search(question) or _CHINESE_THEN.search(question):
        # The other operand is the last number of the previous answer.
        before = re.findall(_NUMBER, talk.last_answer)
        if before:
            return before[-1], _sign(match[1]), match[2]
    return None


def _show(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):.10g}"


def calculate(talk: Conversation) -> str | None:
    """Answer a sum, difference, product or quotient; None if the question has none."""
    found = _operands(talk)
    if found is None:
        return None
    left, sign, right = found
    a, b = Fraction(left), Fraction(right)
    if sign == "÷" and b == 0:
        return talk.say("Nothing can be divided by zero.", "除数不能为零。")
    value = {"+": a + b, "-": a - b, "×": a * b, "÷": a / b if b else a}[sign]
    return f"{left} {sign} {right} = **{_show(value)}**" + talk.say(".", "。")
