"""The local service's answers match the requested type, whatever it is."""

from __future__ import annotations

import datetime
import enum
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

import pytest
from langchain_core.output_parsers import PydanticOutputParser
from pydantic import BaseModel, Field

from conftest import Arguments
from service import Service
from sparkchat import Spark
from sparkchat.langchain import ChatSparkLLM


class Kind(enum.Enum):
    PORT = "port"
    CAPITAL = "capital"


class City(BaseModel):
    name: str = Field(min_length=2, max_length=40)
    kind: Kind
    districts: list[str] = Field(min_length=2)
    founded: datetime.date
    mayor: Person | None


class Person(BaseModel):
    name: str
    age: int = Field(ge=18, lt=100)
    friends: list[Person] = []
    home: City | None = None


@dataclass
class River:
    name: str
    length_km: float
    countries: list[str]


class Rivers(TypedDict):
    rivers: list[River]
    best: Literal["first", "last"]


@pytest.mark.parametrize("model", ["max", "lite", "4.0Ultra", "x1"])
@pytest.mark.parametrize("kind", [River, Rivers, list[River], list[int], dict[str, int], int, Kind])
def test_parse(service: Service, transport: Any, model: str, kind: Any) -> None:
    spark = Spark(
        url=service.url("/v3.5/chat"), model=model, environment=False, **service.credentials
    )
    if transport == "http":
        url = service.url("/v1", transport="http")
        spark = spark.with_options(url=url, model=model, api_password=service.password)
    parsed = spark.parse("Tell me about rivers in Hefei", kind, max_repairs=0).parsed
    assert parsed is not None


@pytest.mark.parametrize("method", ["function_calling", "json_schema"])
@pytest.mark.parametrize("kind", [City, Person, Rivers])
def test_structured_output(arguments: Arguments, transport: str, method: Any, kind: Any) -> None:
    model = ChatSparkLLM(**arguments(transport=transport))
    found = model.with_structured_output(kind, method=method).invoke("Who rules Hefei?")
    assert isinstance(found, kind) if issubclass(kind, BaseModel) else found["rivers"]


@pytest.mark.parametrize("kind", [City, Person])
def test_instructions_of_a_parser(arguments: Arguments, transport: str, kind: Any) -> None:
    parser: PydanticOutputParser[Any] = PydanticOutputParser(pydantic_object=kind)
    model = ChatSparkLLM(**arguments(transport=transport))
    question = f"Who rules Hefei?\n{parser.get_format_instructions()}"
    assert isinstance((model | parser).invoke(question), kind)
