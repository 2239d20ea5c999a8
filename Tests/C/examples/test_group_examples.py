"""The examples of groups: a host's own loop, and a thousand questions."""

from __future__ import annotations

import subprocess

import pytest
from limits import needs_descriptors
from support.compiler import run
from support.service import Service
from support.workshop import Workshop

pytestmark = pytest.mark.timeout(120)


def surroundings(service: Service, scheme: str = "wss", **query: str) -> dict[str, str]:
    """Return an environment in which the examples use the local service."""
    return {
        **service.environment(),
        "SPARKCHAT_CA_FILE": str(service.ca_file),
        "IFLYTEK_SPARK_API_URL": service.url(scheme, **query),
    }


@pytest.mark.parametrize(
    ("typed", "answers"),
    [
        ("one\n", {"one"}),
        ("one\ntwo\nthree\n", {"one", "two", "three"}),
        ("one\n\n\ntwo", {"one", "two"}),
        ("", set()),
        ("x" * 5000 + "\n", {"x" * 4095, "x" * 905}),
    ],
)
def test_poll_loop_asks_every_line(
    typed: str, answers: set[str], workshop: Workshop, service: Service
) -> None:
    """Each line is a question, however the input is split."""
    command = [workshop.example("poll_loop"), "--ca-file", service.ca_file]
    result = run(command, env=surroundings(service, scenario="echo"), input=typed)
    assert result.returncode == 0, result.stderr
    assert set(result.stdout.splitlines()) == {f"> {answer}" for answer in answers}


def test_poll_loop_answers_while_the_terminal_waits(workshop: Workshop, service: Service) -> None:
    """An answer does not wait for the next line."""
    command = [str(workshop.example("poll_loop")), "--ca-file", str(service.ca_file)]
    with subprocess.Popen(
        command,
        env=surroundings(service),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for question, answer in (("1+1", "> 1 + 1 = **2**."), ("2+3", "> 2 + 3 = **5**.")):
            process.stdin.write(f"{question}\n")
            process.stdin.flush()
            assert process.stdout.readline().strip() == answer
        process.stdin.close()
        assert process.wait(30) == 0


def test_poll_loop_reports_failures(workshop: Workshop, service: Service) -> None:
    """A failed question does not end the program."""
    environment = surroundings(service)
    typed = "#scenario error:code=10013\n1+1\n"
    command = [workshop.example("poll_loop"), "--ca-file", service.ca_file]
    result = run(command, env=environment, input=typed)
    assert result.returncode == 0
    assert "10013" in result.stderr
    assert "> 1 + 1 = **2**." in result.stdout


@pytest.mark.parametrize("scheme", ["wss", "https"])
def test_talk_loop_answers_the_model_s_calls(
    scheme: str, workshop: Workshop, service: Service
) -> None:
    command = [workshop.example("talk_loop"), "--ca-file", service.ca_file]
    environment = surroundings(service, scheme)
    if scheme == "https":
        environment["IFLYTEK_SPARK_LLM_DOMAIN"] = "generalv3.5"
    result = run(command, env=environment, input="What is the weather in Hefei?\n")
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith('[{"city"')
    assert "sunny" in result.stdout.partition("] ")[2]
    assert "4 messages" in result.stderr


def test_talk_loop_keeps_what_came_of_a_stopped_answer(
    workshop: Workshop, service: Service, tag: str
) -> None:
    command = [str(workshop.example("talk_loop")), "--ca-file", str(service.ca_file)]
    with subprocess.Popen(
        command,
        env=surroundings(service, scenario="stall:at=middle,times=1", tag=tag),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("My name is Ada.\n")
        process.stdin.flush()
        came = process.stdout.read(1)
        process.stdin.write("stop\n")
        process.stdin.flush()
        assert (came + process.stdout.readline()).endswith(" [stopped]\n")
        process.stdin.write("What is my name?\n")
        process.stdin.flush()
        assert "Ada" in process.stdout.readline()
        _, told = process.communicate(timeout=30)
        assert process.returncode == 0
    assert "4 messages" in told


def test_talk_loop_reports_failures(workshop: Workshop, service: Service) -> None:
    command = [workshop.example("talk_loop"), "--ca-file", service.ca_file]
    environment = surroundings(service, scenario="error:code=10013")
    result = run(command, env=environment, input="Hello\n")
    assert result.returncode == 0
    assert "10013" in result.stderr
    assert "0 messages" in result.stderr


@pytest.mark.parametrize(
    ("scheme", "count"),
    [
        pytest.param("ws", 1000, marks=needs_descriptors(1100)),
        pytest.param("wss", 300, marks=needs_descriptors(400)),
    ],
)
def test_thousand(scheme: str, count: int, workshop: Workshop, service: Service, tag: str) -> None:
    """All are sent concurrently, and all are answered."""
    environment = surroundings(service, scheme, tag=tag)
    result = run([workshop.example("thousand"), str(count)], env=environment)
    assert result.returncode == 0, result.stderr
    assert f"{count} of {count} answered, 0 failed" in result.stderr
    records = service.records(tag)
    assert len(records) == count
    assert {record["ended"] for record in records} == {"server_close"}


def test_thousand_in_line(workshop: Workshop, service: Service, tag: str) -> None:
    """With a limit, the rest waits in the queue."""
    environment = surroundings(service, tag=tag)
    result = run([workshop.example("thousand"), "200", "7"], env=environment)
    assert result.returncode == 0, result.stderr
    assert "200 of 200 answered, 0 failed" in result.stderr


def test_thousand_tells_of_failures(workshop: Workshop, service: Service) -> None:
    """The first failure is shown, and the exit code reports it."""
    environment = surroundings(service, scenario="error:code=10013")
    result = run([workshop.example("thousand"), "20"], env=environment)
    assert result.returncode == 1
    assert "0 of 20 answered, 20 failed" in result.stderr
    assert "10013" in result.stderr
