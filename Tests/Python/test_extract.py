"""The JSON object in a model's answer: found, or the reason why it is not."""

from __future__ import annotations

import pytest

from sparkchat._schema.extract import object_in


@pytest.mark.parametrize(
    "answer",
    [
        '{"a": {"b": 1}}',
        ' \n{"a": {"b": 1}}\n',
        '```json\n{"a": {"b": 1}}\n```',
        'Here you are:\n\n```\n{"a": {"b": 1}}\n```\nAnything else?',
        'Sure! {"a": {"b": 1}} is what you asked for [1], not {a: 2}.',
        r'As \frac{1}{2} [says](it), {"a": {"b": 1}}',
        'In set notation {a}, so: {"a": {"b": 1}}',
    ],
)
def test_the_object_is_found(answer: str) -> None:
    assert object_in(answer) == {"a": {"b": 1}}


def test_a_fenced_object_may_be_empty() -> None:
    assert object_in("```json\n{}\n```") == {}
    assert object_in("Nothing to say:\n```\n{ }\n```\n") == {}


BROKEN = "JSON in it that is broken"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("", "no JSON object"),
        ("No.", "no JSON object"),
        ("{", "no JSON object"),
        ("{" * 100_000, "no JSON object"),
        ("[" * 100_000, BROKEN),
        ('{"a":' * 100_000, BROKEN),
        ("[1]", "must be an object, not the array"),
        ('[{"a": 1}]', "must be an object, not the array"),
        ('It is [{"a": 1}].', "no JSON object"),
        ('{"a": {"b": 1}, "c', BROKEN),
        ('[{"a": 1}, {"b', BROKEN),
        ('```json\n{"a": {"b": 1}, "c\n```', BROKEN),
        ("{'a': 1}", BROKEN),
        ('Not {"a": 1} but {"a": 2}', "2 JSON objects in it: give just one"),
    ],
)
def test_no_object_is_found(answer: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        object_in(answer)
