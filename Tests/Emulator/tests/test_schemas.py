"""Answers and calls that fit a JSON schema: ours, those of other projects, and generated ones."""

from __future__ import annotations

import json
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import FormatChecker
from jsonschema.validators import validator_for
from jsonschema_specifications import REGISTRY
from pydantic import BaseModel, Field, TypeAdapter

from client import Target
from http_client import HttpTarget
from spark_emulator.service.schema_values import NoValueError, value_for


def fitting(schema: Any, **said: Any) -> Any:
    """Return a value for a schema and what the question says, and check that it fits."""
    value = value_for(schema, "Hello", lambda name, _: said.get(name))
    validator = validator_for(schema)(schema, format_checker=FormatChecker())
    validator.validate(value)
    assert value_for(schema, "Hello", lambda name, _: said.get(name)) == value
    return value


ITEM = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
TREE = {
    "$defs": {
        "Tree": {
            "type": "object",
            "properties": {
                "label": {"type": "string"},
                "children": {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
            },
            "required": ["label", "children"],
        }
    },
    "$ref": "#/$defs/Tree",
}
SHAPES = [
    {"properties": {"kind": {"const": "circle"}, "radius": {"type": "number"}}},
    {"properties": {"kind": {"const": "square"}, "side": {"type": "number"}}},
]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        # Lists and nesting.
        ({"type": "array", "items": {"type": "string"}}, ["Hello"]),
        ({"type": "array", "items": ITEM, "minItems": 2}, [{"n": 0}, {"n": 1}]),
        ({"properties": {"a": {"properties": {"b": ITEM}}}}, {"a": {"b": {"n": 0}}}),
        ({"type": "array", "items": {"enum": ["x", "y"]}, "minItems": 2}, ["x", "y"]),
        ({"type": "array", "items": {"type": "integer"}, "uniqueItems": True, "minItems": 3},
         [0, 1, 2]),
        ({"type": "array", "prefixItems": [{"const": 1}, {"type": "null"}], "minItems": 2},
         [1, None]),
        ({"type": "array", "items": {"type": "integer"}, "contains": {"minimum": 9}}, [9]),
        ({"type": "array", "maxItems": 0}, []),
        # References, including endless ones.
        (TREE, {"label": "Hello", "children": [{"label": "label", "children": []}]}),
        ({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"const": 3}}, "$ref": "#/$defs/a"}, 3),
        # Alternatives.
        ({"anyOf": [{"type": "null"}, {"type": "integer"}], "not": {"type": "null"}}, 0),
        ({"oneOf": [{"type": "integer"}, {"minimum": 2}]}, 0),
        ({"type": "object", "required": ["kind", "side"], "anyOf": SHAPES},
         {"kind": "circle", "side": "Hello", "radius": 0}),
        ({"allOf": [{"minimum": 3}, {"type": "integer", "maximum": 3}]}, 3),
        ({"type": "integer", "if": {"minimum": 0}, "then": {"minimum": 50}}, 50),
        ({"type": ["string", "null"]}, "Hello"),
        # Bounds, patterns and formats.
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 0.5}, 0.0078125),
        ({"type": "integer", "minimum": 10, "multipleOf": 7}, 14),
        ({"type": "number", "minimum": 0.02, "multipleOf": 0.01}, 0.02),
        ({"type": "string", "pattern": r"^[A-Z]{2}-\d{3}$"}, "AA-000"),
        ({"type": "string", "minLength": 8}, "Hello..."),
        ({"type": "string", "maxLength": 3}, "Hel"),
        ({"type": "string", "format": "date"}, "2026-01-01"),
        # Objects with other names.
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"key": 0}),
        ({"type": "object", "patternProperties": {"^x-": {"const": 1}}, "minProperties": 2,
          "additionalProperties": False}, {"x-": 1, "x-1": 1}),
        ({"properties": {"a": {"const": 1}}, "dependentRequired": {"a": ["b"]}},
         {"a": 1, "b": "Hello"}),
        ({"$defs": {}}, "Hello"), (True, "Hello"), ({}, "Hello"),
    ],
)  # fmt: skip
def test_a_value_fits(schema: Any, value: Any) -> None:
    assert fitting(schema) == value


def test_what_the_question_says_is_there() -> None:
    schema = {"properties": {"city": {"type": "string"}, "n": {"type": "integer", "maximum": 9}}}
    assert fitting(schema) == {"n": 0}
    assert fitting(schema, city="Hefei", n=40) == {"city": "Hefei", "n": 9}


@pytest.mark.parametrize(
    "schema",
    [
        False,
        {"$ref": "#"},
        {"anyOf": [{"$ref": "#"}, {"$ref": "#"}]},
        {"type": "integer", "minimum": 2, "maximum": 1},
        {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]},
        {"type": "object", "required": ["a"], "properties": {"a": False}},
        {"allOf": [{"const": 1}, {"const": 2}]},
    ],
)
def test_where_nothing_fits_it_ends(schema: Any) -> None:
    with pytest.raises(NoValueError):
        value_for(schema, "Hello", lambda name, part: None)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": 7, "properties": []},
        {"type": "array", "minItems": "many", "items": 3},
        {"type": "integer", "minimum": 10**400},
        {"minimum": float("inf"), "maximum": float("nan"), "multipleOf": 0},
        {"type": "string", "pattern": "(", "minLength": 1e400},
        {"enum": 3, "required": 5, "anyOf": {}, "$ref": 7, "dependencies": []},
        {"$ref": "https://example.com/elsewhere.json"},
        {"type": "array", "minItems": 10**9, "items": {"type": "array", "minItems": 10**9}},
    ],
)
def test_what_is_no_schema_or_too_much_ends(schema: Any) -> None:
    with suppress(NoValueError):
        value_for(schema, "Hello", lambda name, part: None)


# Schemas of other projects -------------------------------------------------------------------

# A package of schemas; its program is not used.
PACKAGE = find_spec("check_jsonschema")
assert PACKAGE is not None
VENDORED = Path(str(PACKAGE.origin)).parent / "builtin_schemas" / "vendor"
# Patterns with classes that Python does not know cannot be checked.
UNCHECKABLE = {"circle-ci"}
FILES = [file for file in sorted(VENDORED.rglob("*.json")) if file.stem not in UNCHECKABLE]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_schemas_of_schemastore(file: Path) -> None:
    value = fitting(json.loads(file.read_text(encoding="utf-8")))
    assert len(json.dumps(value)) < 20_000


@pytest.mark.parametrize("draft", ["draft-03", "draft-04", "draft-06", "draft-07"])
def test_the_schemas_of_schemas(draft: str) -> None:
    fitting(REGISTRY.contents(f"http://json-schema.org/{draft}/schema"))


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = Field(ge=1, le=9)


class Dog(BaseModel):
    kind: Literal["dog"]
    weight: float = Field(gt=0, lt=1)


class Person(BaseModel):
    name: str = Field(min_length=2, pattern="^[A-Z][a-z]+$")
    pets: list[Annotated[Cat | Dog, Field(discriminator="kind")]] = Field(min_length=2)
    friends: list[Person] = []
    boss: Person | None
    scores: dict[str, tuple[int, float]]
    tags: set[str] = Field(min_length=3)


def test_pydantics_models_read_it() -> None:
    for kind in (Person, list[Person], Dog | int):
        adapter: TypeAdapter[Any] = TypeAdapter(kind)
        adapter.validate_python(fitting(adapter.json_schema()))


# Generated schemas ---------------------------------------------------------------------------


def bounded(kind: str, low: str, high: str, most: int) -> st.SearchStrategy[dict[str, Any]]:
    numbers = st.tuples(st.integers(0, most), st.integers(0, most)).map(sorted)
    return numbers.map(lambda pair: {"type": kind, low: pair[0], high: pair[1]})


SCALARS = st.one_of(
    st.sampled_from([{"type": "null"}, {"type": "boolean"}, {}, {"enum": [1, "a", None]}]),
    bounded("integer", "minimum", "maximum", 1000),
    bounded("number", "minimum", "maximum", 1000),
    bounded("string", "minLength", "maxLength", 30),
    st.sampled_from(["^a+$", "^[a-f0-9]{8}$", r"^\w+@\w+\.(com|org)$", r"\d", "^(x|yz)*$"]).map(
        lambda pattern: {"type": "string", "pattern": pattern}
    ),
    st.sampled_from(["date", "email", "ipv4", "uuid", "date-time"]).map(
        lambda name: {"type": "string", "format": name}
    ),
)


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=1, max_size=3)
    members = st.dictionaries(st.sampled_from("abcdef"), inner, max_size=4)
    return st.one_of(
        st.builds(lambda part, n: {"type": "array", "items": part, "minItems": n},
                  inner, st.integers(0, 3)),
        st.builds(lambda parts: {"type": "array", "prefixItems": parts, "minItems": len(parts)},
                  several),
        st.builds(
            lambda parts, more: {"type": "object", "properties": parts, "required": [*parts][:2],
                                 "additionalProperties": more},
            members, st.one_of(st.booleans(), inner)),
        several.map(lambda parts: {"anyOf": parts}),
        several.map(lambda parts: {"allOf": [parts[0], {}], "title": "one"}),
        inner.map(lambda part: {"$defs": {"x": part}, "allOf": [True, part]}),
    )  # fmt: skip


@given(st.recursive(SCALARS, nested, max_leaves=12))
@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_made_up_schemas(schema: Any) -> None:
    fitting(schema)


# Over both transports ------------------------------------------------------------------------


def test_an_answer_over_http_is_what_the_schema_says(http: HttpTarget) -> None:
    schema = Person.model_json_schema()
    question = f"Who is Ada? Answer by this JSON schema: {json.dumps(schema)}"
    Person.model_validate_json(http.ask(question).text)


def test_a_list_in_the_question_is_a_list(http: HttpTarget) -> None:
    schema = {"type": "array", "items": {"type": "integer"}, "minItems": 3}
    assert json.loads(http.ask(f"JSON schema: {json.dumps(schema)}").text) == [3, 4, 5]


def test_arguments_of_a_call_fit_over_both(http: HttpTarget, target: Target) -> None:
    # Over WebSocket, these three are required.
    needed = {"type": "object", "properties": {}, "required": []}
    parameters = {**needed, **Person.model_json_schema()}
    function = {"name": "say_hello", "description": "greet a person", "parameters": parameters}
    answer = http.ask("greet somebody", tools=[{"type": "function", "function": function}])
    calls = [part["tool_calls"] for part in answer.parts if "tool_calls" in part]
    Person.model_validate_json(calls[0]["function"]["arguments"])
    frames = target.ask("greet somebody", functions={"text": [function]})
    Person.model_validate_json(frames.items[0]["function_call"]["arguments"])
