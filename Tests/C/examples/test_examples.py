"""The short examples of `bindings/c`, run against the local service."""

from __future__ import annotations

import pytest
from support.compiler import run
from support.courses import HELLO
from support.service import Service
from support.workshop import Workshop


def surroundings(service: Service, **query: str) -> dict[str, str]:
    """Return an environment in which the examples use the local service over TLS."""
    return {
        **service.environment(),
        "SSL_CERT_FILE": str(service.ca_file),
        "SPARKCHAT_CA_FILE": str(service.ca_file),
        "IFLYTEK_SPARK_API_URL": service.url("wss", **query),
    }


@pytest.mark.parametrize("name", ["callback", "pull"])
def test_short_examples_answer(name: str, workshop: Workshop, service: Service) -> None:
    result = run([workshop.example(name), "Hello"], env=surroundings(service))
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == HELLO


@pytest.mark.parametrize("name", ["callback", "pull"])
def test_short_examples_fail_with_a_reason(name: str, workshop: Workshop, service: Service) -> None:
    environment = surroundings(service, scenario="error:code=11200,message=not yours")
    result = run([workshop.example(name)], env=environment)
    assert result.returncode == 1
    assert "not yours" in result.stderr
    result = run([workshop.example(name)])
    assert result.returncode == 1
    assert "not set" in result.stderr


def test_pull_shows_that_it_waits(workshop: Workshop, service: Service) -> None:
    environment = surroundings(service, scenario="late_error:delay_ms=500")
    result = run([workshop.example("pull")], env=environment)
    assert result.returncode == 0
    assert "." in result.stderr


def test_three_examples_of_the_langchain_page(workshop: Workshop, service: Service) -> None:
    environment = {**service.environment(), "SPARKCHAT_DEMO_BASE": service.base("wss")}
    program = workshop.example("langchain_page")
    result = run([program, "--ca-file", service.ca_file], env=environment)
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert [line for line in lines if line.startswith("== ")] == [
        "== a plain call",
        "== streaming",
        "== version 2, by URL and domain",
    ]
    assert lines[1::2] == [HELLO] * 3


def test_langchain_page_without_trust(workshop: Workshop, service: Service) -> None:
    environment = {**service.environment(), "SPARKCHAT_DEMO_BASE": service.base("wss")}
    result = run([workshop.example("langchain_page")], env=environment)
    assert result.returncode == 1
    assert "certificate" in result.stderr


def test_poll_loop_answers_line_by_line(workshop: Workshop, service: Service) -> None:
    program = workshop.example("poll_loop")
    result = run([program], env=surroundings(service, scenario="echo"), input="one\n")
    assert result.returncode == 0, result.stderr
    assert "> one\n" in result.stdout


def test_thousand_answers_all(workshop: Workshop, service: Service) -> None:
    result = run([workshop.example("thousand"), "60", "20"], env=surroundings(service))
    assert result.returncode == 0, result.stderr
    assert "60 of 60 answered, 0 failed" in result.stderr
