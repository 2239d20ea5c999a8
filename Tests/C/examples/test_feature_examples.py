"""The examples of a model's features, over both transports if the service has both."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.compiler import run
from support.images import png
from support.service import Service
from support.workshop import Workshop


def surroundings(
    service: Service, scheme: str, path: str | None = None, domain: str = "", **query: str
) -> dict[str, str]:
    """Return an environment in which the examples use the local service."""
    return {
        **service.environment(),
        "SSL_CERT_FILE": str(service.ca_file),
        "IFLYTEK_SPARK_API_URL": service.url(scheme, path, **query),
        "IFLYTEK_SPARK_LLM_DOMAIN": domain or "generalv3.5",
    }


@pytest.mark.parametrize("scheme", ["wss", "https"])
def test_tools_takes_two_rounds(
    scheme: str, workshop: Workshop, service: Service, tag: str
) -> None:
    environment = surroundings(service, scheme, scenario="function_call:times=2", tag=tag)
    result = run([workshop.example("tools")], env=environment)
    assert result.returncode == 0, result.stderr
    assert '"celsius": 21' in result.stdout
    assert 'call 1: get_weather({"city":"合肥","day":"今天"})\n' in result.stderr
    assert "call 2: get_weather" in result.stderr
    assert "(2 calls, 6 messages)" in result.stderr
    assert len(service.records(tag)) == 3


@pytest.mark.parametrize("scheme", ["wss", "https"])
def test_tools_without_a_call_just_answers(
    scheme: str, workshop: Workshop, service: Service
) -> None:
    environment = surroundings(service, scheme, scenario="text:content=No idea.")
    result = run([workshop.example("tools"), "Hello"], env=environment)
    assert (result.returncode, result.stdout) == (0, "No idea.\n")
    assert "(0 calls, 2 messages)" in result.stderr


@pytest.mark.parametrize("scheme", ["wss", "https"])
def test_search_names_its_sources(scheme: str, workshop: Workshop, service: Service) -> None:
    result = run([workshop.example("search"), "Bees"], env=surroundings(service, scheme))
    assert result.returncode == 0, result.stderr
    answer, _, sources = result.stdout.partition("\n\nSources:\n")
    assert answer
    assert "[1] Example page 1" in sources
    assert "    https://example.com/pages/2\n" in sources


@pytest.mark.parametrize(("scheme", "path"), [("wss", "/v1/x1"), ("https", "/v2/chat/completions")])
def test_reasoning_keeps_thoughts_and_answer_apart(
    scheme: str, path: str, workshop: Workshop, service: Service
) -> None:
    environment = surroundings(
        service, scheme, path, "spark-x", scenario="reasoning:thoughts=let me see,content=ten"
    )
    result = run([workshop.example("reasoning")], env=environment)
    assert (result.returncode, result.stdout) == (0, "ten\n")
    assert "let me see\n(first thought after " in result.stderr
    # Both times are known.
    assert "-" not in result.stderr


def test_image_answers_two_questions(
    workshop: Workshop, service: Service, tag: str, tmp_path: Path
) -> None:
    picture = tmp_path / "grey.png"
    picture.write_bytes(png())
    environment = surroundings(service, "wss", "/v2.1/image", "imagev3", tag=tag)
    result = run([workshop.example("image"), picture, "What is this?", "Why?"], env=environment)
    assert result.returncode == 0, result.stderr
    assert len(result.stdout.strip().split("\n")) >= 2
    for record in service.records(tag):
        first, *others = json.loads(record["requests"][0])["payload"]["message"]["text"]
        assert first["content_type"] == "image"
        assert others[-1]["role"] == "user"


def test_image_that_is_too_small_is_refused(
    workshop: Workshop, service: Service, tmp_path: Path
) -> None:
    picture = tmp_path / "tiny.png"
    picture.write_bytes(png(8, 8))
    environment = surroundings(service, "wss", "/v2.1/image", "imagev3")
    result = run([workshop.example("image"), picture], env=environment)
    assert result.returncode == 1
    assert "8 x 8" in result.stderr
    result = run([workshop.example("image"), tmp_path / "none.png"], env=environment)
    assert result.returncode == 1
    assert "none.png" in result.stderr


def test_http_keeps_its_connection(workshop: Workshop, service: Service) -> None:
    environment = surroundings(service, "https")
    for name in ("APP_ID", "API_KEY", "API_SECRET"):
        del environment[f"IFLYTEK_SPARK_{name}"]
    result = run([workshop.example("http"), "What is 6 times 7?", "And plus 1?"], env=environment)
    assert result.returncode == 0, result.stderr
    first, second = map(json.loads, result.stdout.splitlines())
    assert "42" in first["answer"]
    assert second["answer"]
    assert "model generalv3.5" in result.stderr
    assert result.stderr.endswith("(connection: new)\n(connection: kept)\n")


@pytest.mark.parametrize("name", ["tools", "search", "reasoning", "http"])
def test_failures_have_a_reason_and_a_hint(name: str, workshop: Workshop, service: Service) -> None:
    environment = surroundings(service, "https", scenario="error:code=11200,message=not yours")
    if name == "reasoning":
        environment["IFLYTEK_SPARK_LLM_DOMAIN"] = "spark-x"
        environment["IFLYTEK_SPARK_API_URL"] = service.url(
            "https", "/v2/chat/completions", scenario="error:code=11200,message=not yours"
        )
    result = run([workshop.example(name), "Hello"], env=environment)
    assert (result.returncode, result.stdout) == (1, "")
    assert "not yours" in result.stderr
    assert "\nhint: check" in result.stderr
