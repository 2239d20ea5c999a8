"""JSON schemas of pydantic's models: complete in themselves, whatever their fields are called."""

from __future__ import annotations

import json

import pydantic

from sparkchat._schema.hints import shape_of


def test_schemas_of_pydantic_have_everything_in_place() -> None:
    class Point(pydantic.BaseModel):
        x: int

    class Line(pydantic.BaseModel):
        begin: Point
        end: Point = pydantic.Field(description="Where it ends.")

    schema = shape_of(Line, "Line").schema()
    assert "$ref" not in json.dumps(schema)
    assert schema["properties"]["begin"]["properties"]["x"]["type"] == "integer"
    assert schema["properties"]["end"]["description"] == "Where it ends."


def test_fields_named_like_keywords_of_schemas() -> None:
    class Inner(pydantic.BaseModel):
        x: int

    class Named(pydantic.BaseModel):
        default: Inner
        enum: list[Inner]
        const: Inner
        examples: dict[str, Inner]
        required: Inner
        properties: Inner
        discriminator: dict[str, Inner] = {}
        ref: Inner = pydantic.Field(alias="$ref")

    schema = shape_of(Named, "Named").schema()
    assert "#/$defs" not in json.dumps(schema)
    properties = schema["properties"]
    assert list(properties) == [field.alias or n for n, field in Named.model_fields.items()]
    inner = properties["default"]
    assert inner["properties"]["x"]["type"] == "integer"
    assert properties["enum"]["items"] == properties["examples"]["additionalProperties"] == inner
    assert properties["$ref"] == properties["const"] == properties["required"] == inner
    assert properties["properties"] == properties["discriminator"]["additionalProperties"] == inner
    assert schema["required"] == [name for name in properties if name != "discriminator"]


def test_a_default_that_looks_like_a_schema_is_data() -> None:
    class Holder(pydantic.BaseModel):
        schema_: dict[str, str] = {"discriminator": "kind", "type": "object"}

    described = shape_of(Holder, "Holder").schema()["properties"]["schema_"]
    assert described["default"] == {"discriminator": "kind", "type": "object"}


def test_a_recursive_model_of_pydantic() -> None:
    namespace = {"BaseModel": pydantic.BaseModel, "__name__": __name__}
    program = "class Tree(BaseModel):\n    branches: 'list[Tree]' = []\nTree.model_rebuild()"
    exec(program, namespace)
    # A model that contains itself is described once, and read to any depth.
    tree = shape_of(namespace["Tree"], "Tree")
    assert tree.schema()["properties"]["branches"]["items"] == {"type": "object"}
    read = tree.read({"branches": [{"branches": [{}]}]}, "the answer")
    assert read.branches[0].branches[0].branches == []
