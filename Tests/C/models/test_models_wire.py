"""The requests for every row of the table of models, over each of its transports."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from support.asking import Answer, ask
from support.compiler import run
from support.images import png
from support.service import Service
from support.workshop import Workshop

NO, YES = 0, 1
SYSTEM, FUNCTIONS, WEB_SEARCH, CITATIONS, REASONING, IMAGES, JSON_MODE = range(1, 8)

# Name, transport, path, the model's name there (protocol 1.1).
ROWS = [
    ("max", "ws", "/v3.5/chat", "generalv3.5"),
    ("max", "http", "/v1/chat/completions", "generalv3.5"),
    ("lite", "ws", "/v1.1/chat", "lite"),
    ("lite", "http", "/v1/chat/completions", "lite"),
    ("v2", "ws", "/v2.1/chat", "generalv2"),
    ("pro", "ws", "/v3.1/chat", "generalv3"),
    ("pro", "http", "/v1/chat/completions", "generalv3"),
    ("pro-128k", "ws", "/chat/pro-128k", "pro-128k"),
    ("pro-128k", "http", "/v1/chat/completions", "pro-128k"),
    ("max-32k", "ws", "/chat/max-32k", "max-32k"),
    ("max-32k", "http", "/v1/chat/completions", "max-32k"),
    ("4.0Ultra", "ws", "/v4.0/chat", "4.0Ultra"),
    ("4.0Ultra", "http", "/v1/chat/completions", "4.0Ultra"),
    ("x1", "ws", "/v1/x1", "x1"),
    ("x1", "http", "/v2/chat/completions", "x1"),
    ("x1.5", "ws", "/v1/x1", "spark-x"),
    ("x1.5", "http", "/v2/chat/completions", "spark-x"),
    ("x2", "ws", "/x2", "spark-x"),
    ("x2", "http", "/x2/chat/completions", "spark-x"),
    ("x2-flash", "http", "/agent/v1/chat/completions", "spark-x"),
    ("x1-preview", "ws", "/v1/reasoner-x1-preview", "x1"),
    ("x1-preview", "http", "/v2/chat/completions", "x1-preview"),
    ("x2.5", "http", "/v2/chat/completions", "spark-x2.5"),
    ("x2.5-4b", "http", "/v1/chat/completions", "spark-x2.5-4b"),
    ("x2.5-1.7b", "http", "/v1/chat/completions", "spark-x2.5-1.7b"),
    ("kjwx", "ws", "/v1.1/chat_kjwx", "kjwx"),
    ("multilang", "ws", "/v1.1/chat_multilang", "multilang"),
    ("image", "ws", "/v2.1/image", "imagev3"),
    ("maas", "ws", "/v1.1/chat", "xopqwen36"),
    ("maas", "http", "/v2/chat/completions", "xopqwen36"),
    ("token-plan", "http", "/v2/chat/completions", "xopqwen36"),
    ("coding-plan", "http", "/v2/chat/completions", "xopqwen36"),
]
# Their models may have any name.
ANY = ("maas", "token-plan", "coding-plan")
IDS = [f"{name}-{scheme}" for name, scheme, _, _ in ROWS]


@dataclass
class Line:
    """Sends requests to one of the models, and checks what the service received."""

    workshop: Workshop
    tag: str
    name: str
    scheme: str
    path: str
    domain: str

    @property
    def service(self) -> Service:
        """The local service."""
        return self.workshop.service

    def ask(self, *options: str, text: str = "Hello") -> Answer:
        """Send a request over the transport, to the path of the model."""
        url = self.service.url(self.scheme, self.path, tag=self.tag)
        named = ("model", self.name, "domain", self.domain)
        return ask(self.workshop, url, text, *named, *options)

    def sent(self, *options: str, text: str = "Hello") -> dict[str, Any]:
        """Return the JSON that the service received and accepted."""
        answer = self.ask(*options, text=text)
        # The emulator's hosted models accept functions over HTTP only; here, sending them suffices.
        is_told = (self.name, self.scheme) == ("maas", "ws") and "function" in options
        assert is_told or answer.status == "OK", answer
        document: dict[str, Any] = json.loads(self.record()["requests"][0])
        return document

    def record(self) -> dict[str, Any]:
        """Return the service's record of the last request."""
        return self.service.records(self.tag)[-1]

    def options(self, document: dict[str, Any]) -> dict[str, Any]:
        """Return the part of a document that contains the options."""
        chat: dict[str, Any] = document if self.is_http else document["parameter"]["chat"]
        return chat

    @property
    def is_hosted(self) -> bool:
        """Whether the model uses the forms of hosted models."""
        return self.name in ANY or self.name.startswith("x2.5")

    @property
    def is_http(self) -> bool:
        """Whether the transport is HTTP."""
        return self.scheme == "http"

    def supports(self, feature: int) -> int:
        """Return the table's entry for a feature."""
        (row,) = (row for row in table(self.workshop) if row["name"] == self.name)
        support: int = row["supports"][feature]
        return support


@cache
def table(workshop: Workshop) -> tuple[dict[str, Any], ...]:
    """Return the library's table."""
    result = run([workshop.program("models/models.c")])
    assert result.returncode == 0, result.stderr
    return tuple(json.loads(line) for line in result.stdout.splitlines())


@pytest.fixture(params=ROWS, ids=IDS)
def line(request: pytest.FixtureRequest, workshop: Workshop, tag: str) -> Line:
    """Return each row in turn."""
    return Line(workshop, tag, *request.param)


def test_rows_are_all_that_the_table_has(workshop: Workshop) -> None:
    listed = {(name, scheme): (path, domain) for name, scheme, path, domain in ROWS}
    told = {}
    for row in table(workshop):
        for scheme in ("ws", "http"):
            url, domain = row[f"{scheme}_url"], row[f"{scheme}_domain"]
            if url or domain:
                path = urlsplit(url).path if url else "/v1/chat/completions"
                told[row["name"], scheme] = path, domain or "xopqwen36"
    assert told == listed


def test_plain_question_has_nothing_but_what_is_needed(line: Line) -> None:
    document = line.sent()
    assert line.record()["path"] == line.path
    if line.is_http:
        hosted = {"stream_options": {"include_usage": True}} if line.is_hosted else {}
        message = {"role": "user", "content": "Hello"}
        wanted = {"model": line.domain, "stream": True, "messages": [message], **hosted}
        assert document == wanted
    else:
        assert document == {
            "header": {"app_id": line.service.ready["app_id"]},
            "parameter": {"chat": {"domain": line.domain}},
            "payload": {"message": {"text": [{"role": "user", "content": "Hello"}]}},
        }


def test_longest_answer_and_user(line: Line) -> None:
    document = line.sent("max_tokens", "77", "user", "someone")
    chat = line.options(document)
    assert {key: value for key, value in chat.items() if "tokens" in key} == {"max_tokens": 77}
    assert document["user" if line.is_http else "header"] == (
        "someone" if line.is_http else {**document["header"], "uid": "someone"}
    )


def test_more_than_the_longest_answer_is_refused(line: Line) -> None:
    (row,) = (row for row in table(line.workshop) if row["name"] == line.name)
    if line.name in ANY and line.is_http:
        # The limit depends on the model of the ID: the service checks it.
        line.ask("max_tokens", "32769")
        assert json.loads(line.record()["requests"][0])["max_tokens"] == 32769
        return
    answer = line.ask("max_tokens", str(row["max_tokens"] + 1))
    assert answer.status == "ERR_INVALID_ARGUMENT"
    assert str(row["max_tokens"]) in answer.hint
    assert line.service.records(line.tag, wait=0) == []


def test_adaptation(line: Line) -> None:
    document = line.sent("patch", "adaptation-1")
    if line.is_http:
        assert line.record()["lora_id"] == "adaptation-1"
        assert "adaptation-1" not in json.dumps(document)
    else:
        assert document["header"]["patch_id"] == ["adaptation-1"]


def test_functions(line: Line) -> None:
    options = ("function", "get_weather")
    if line.supports(FUNCTIONS) == NO:
        return assert_refused(line, *options)
    schema = {"type": "object", "properties": {"city": {}}, "required": []}
    function = {"name": "get_weather", "description": "Finds the weather.", "parameters": schema}
    document = line.sent(*options)
    if line.is_http:
        assert document["tools"] == [{"type": "function", "function": function}]
        assert document.get("tool_calls_switch") == (None if line.is_hosted else True)
        assert "tool_choice" not in document
    else:
        assert document["payload"]["functions"] == {"text": [function]}
    return None


def test_named_function(line: Line) -> None:
    if line.supports(FUNCTIONS) == NO:
        return
    options = ("function", "get_weather", "choice", "3")
    chat = line.options(line.sent(*options, text="Weather?"))
    if not line.is_http:
        assert chat["function_choice"] == "get_weather"
    elif line.is_hosted:
        assert chat["tool_choice"] == "required"
    elif line.name.startswith("x"):
        assert chat["tool_choice"] == {"type": "function", "name": "get_weather"}
    else:
        name = {"name": "get_weather"}
        assert chat["tool_choice"] == {"type": "function", "function": name}


@pytest.mark.parametrize(("mode", "name"), [("normal", "normal"), ("deep", "deep")])
def test_search(mode: str, name: str, line: Line) -> None:
    if line.supports(WEB_SEARCH) == NO:
        return assert_refused(line, "search", mode)
    chat = line.options(line.sent("search", mode))
    if line.name in ANY:
        assert chat["search_disable"] is False
        assert "tools" not in chat
        return None
    (tool,) = chat["tools"]
    assert tool["type"] == "web_search"
    assert tool["web_search"]["enable"] is True
    assert tool["web_search"]["search_mode"] == name
    assert not tool["web_search"].get("show_ref_label")
    return None


def test_search_with_references(line: Line) -> None:
    if line.supports(CITATIONS) == NO:
        return assert_refused(line, "search", "normal+")
    chat = line.options(line.sent("search", "normal+"))
    place = chat if line.name in ANY else chat["tools"][0]["web_search"]
    assert place["show_ref_label"] is True
    return None


def test_search_switched_off(line: Line) -> None:
    chat = line.options(line.sent("search", "off"))
    if line.name in ANY:
        assert chat["search_disable"] is True
    elif line.supports(WEB_SEARCH) != NO:
        assert chat["tools"][0]["web_search"]["enable"] is False


@pytest.mark.parametrize(("number", "word"), [("0", "disabled"), ("1", "enabled"), ("2", "auto")])
def test_thinking(number: str, word: str, line: Line) -> None:
    if line.supports(REASONING) == NO:
        return assert_refused(line, "thinking", number)
    chat = line.options(line.sent("thinking", number))
    if line.is_hosted:
        # Their option is only true or false.
        assert chat.get("enable_thinking") == {"disabled": False, "enabled": True}.get(word)
        assert "thinking" not in chat
    else:
        assert chat["thinking"] == {"type": word}
    return None


def test_effort(line: Line) -> None:
    if not line.is_hosted or not line.is_http:
        return assert_refused(line, "effort", "low")
    assert line.options(line.sent("effort", "low"))["reasoning_effort"] == "low"
    return None


def test_system_message(line: Line) -> None:
    if line.supports(SYSTEM) == NO:
        return assert_refused(line, "system", "Be brief.")
    document = line.sent("system", "Be brief.")
    messages = document["messages"] if line.is_http else document["payload"]["message"]["text"]
    assert messages[0] == {"role": "system", "content": "Be brief."}
    return None


def test_json_mode(line: Line) -> None:
    if not line.is_http:
        return assert_refused(line, "json", "1")
    assert line.supports(JSON_MODE) == YES
    document = line.sent("json", "1", text="Answer in JSON.")
    assert document["response_format"] == {"type": "json_object"}
    return None


def test_image(line: Line, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(png())
    address = "https://pictures.example/cat.png"
    if line.supports(IMAGES) == NO or (line.name in ANY and not line.is_http):
        assert_refused(line, "image_url", address)
        return assert_refused(line, "image", str(picture))
    if line.is_http:
        (message,) = line.sent("image", str(picture), "image", str(picture))["messages"]
        first, second, text = message["content"]
        assert first == second
        assert first["image_url"]["url"].startswith("data:image/png;base64,iVBOR")
        assert text == {"type": "text", "text": "Hello"}
        # The service checks whether the address can be reached.
        line.ask("image_url", address)
        (message,) = json.loads(line.record()["requests"][0])["messages"]
        assert message["content"][0] == {"type": "image_url", "image_url": {"url": address}}
        return None
    messages = line.sent("image", str(picture))["payload"]["message"]["text"]
    assert messages[0]["content_type"] == "image"
    assert [message["role"] for message in messages] == ["user", "user"]
    return None


def assert_refused(line: Line, *options: str) -> None:
    """Assert that a request is refused before it is sent, and that the error names the model."""
    answer = line.ask(*options)
    assert answer.status == "ERR_INVALID_ARGUMENT"
    assert answer.message
    assert answer.hint
    assert line.service.records(line.tag, wait=0) == []
