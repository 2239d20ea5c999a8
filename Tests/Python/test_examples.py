"""The examples run, over each transport that the service offers for them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

from pictures import png
from service import ROOT, Service

EXAMPLES = ROOT / "bindings" / "python" / "examples"
LOCAL_CLIENT = Path(__file__).with_name("local_client.py")


def run(
    service: Service,
    environment: dict[str, str],
    example: str,
    *arguments: str,
    transport: str = "websocket",
    **query: str,
) -> str:
    """Run an example as a program, and return what it prints."""
    settings = {f"IFLYTEK_SPARK_{name.upper()}": v for name, v in service.credentials.items()}
    settings["IFLYTEK_SPARK_EMBEDDING_URL"] = service.url("/", transport="http")
    settings |= {"LOCAL_BASE": service.base(), "LOCAL_QUERY": urlencode(query)}
    if transport == "http":
        settings["LOCAL_PASSWORD"] = service.password
    done = subprocess.run(
        [sys.executable, str(LOCAL_CLIENT), str(EXAMPLES / example), *arguments],
        env={**environment, **settings, "PYTHONWARNINGS": "error"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_two_rounds_of_tools(
    service: Service, clean_python: dict[str, str], tag: str, transport: str
) -> None:
    scenario = 'function_call:name=get_weather,arguments={"city":"Hefei"},times=2'
    query = {"scenario": scenario, "tag": tag}
    printed = run(service, clean_python, "weather_tools.py", transport=transport, **query)
    call, again, *answer, count = printed.splitlines()
    assert call == again == '[get_weather {"city":"Hefei"}]'
    assert "sunny" in "\n".join(answer)
    assert count == "(7 messages)"
    assert len(service.records(tag)) == 3


def test_an_answer_with_its_sources(
    service: Service, clean_python: dict[str, str], tag: str, transport: str
) -> None:
    printed = run(service, clean_python, "web_search.py", transport=transport, tag=tag)
    *answer, first, second = printed.splitlines()
    assert answer
    assert first.startswith("[1] ")
    assert second.startswith("[2] ")
    assert "https://" in first
    (request,) = service.requests(tag)
    tools = request["tools"] if transport == "http" else request["parameter"]["chat"]["tools"]
    assert tools[0]["web_search"]["search_mode"] == "deep"


def test_an_answer_with_reasoning(
    service: Service, clean_python: dict[str, str], tag: str, transport: str
) -> None:
    printed = run(service, clean_python, "reasoning.py", transport=transport, tag=tag)
    thoughts, _, answer = printed.partition("</think>\n")
    assert thoughts.startswith("<think>")
    assert len(thoughts) > 20
    assert answer.endswith(" tokens)\n")
    assert service.records(tag)[0]["path"] == (
        "/v2/chat/completions" if transport == "http" else "/v1/x1"
    )


def test_a_question_about_an_image(
    service: Service, clean_python: dict[str, str], tmp_path: Path
) -> None:
    # The service takes images over WebSocket only.
    picture = tmp_path / "picture.png"
    picture.write_bytes(png(64, 48))
    printed = run(service, clean_python, "image_question.py", str(picture), "What is it?")
    assert "PNG image of 64 x 48 pixels" in printed.splitlines()[0]


def test_an_example_reports_errors(clean_python: dict[str, str]) -> None:
    for example in sorted(EXAMPLES.glob("*.py")):
        done = subprocess.run(
            [sys.executable, str(example), "missing.png"],
            env={**clean_python, "PATH": os.environ["PATH"]},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )
        assert done.returncode == 1
        assert done.stderr.startswith("error: ")
        assert "IFLYTEK_SPARK_APP_ID" in done.stderr


def test_an_answer_from_a_text(
    service: Service,
    clean_python: dict[str, str],
    tag: str,
    transport: str,
    tmp_path: Path,
) -> None:
    facts = ["The whale is a mammal.", "Bell invented the telephone in 1876.", "合肥是安徽省的省会"]
    text = tmp_path / "facts.txt"
    text.write_text("\n\n".join(facts), encoding="utf-8")
    question = "Who invented the telephone?"
    printed = run(
        service,
        clean_python,
        "retrieval.py",
        str(text),
        question,
        transport=transport,
        tag=tag,
    )
    assert f"[1] {facts[1]}" in printed
    (request,) = [text for record in service.records(tag) for text in record["requests"]]
    assert facts[1] in request
