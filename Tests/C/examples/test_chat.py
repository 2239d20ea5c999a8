"""The terminal chat, through pipes."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from support.compiler import run
from support.images import png
from support.service import Service
from support.workshop import Workshop


class Chat:
    """Runs the program against the local service."""

    def __init__(self, workshop: Workshop) -> None:
        self._program = workshop.example("chat")
        self._service = workshop.service

    def __call__(
        self,
        *options: str,
        typed: str | None = None,
        path: str = "/v3.5/chat",
        scheme: str = "wss",
        **query: str,
    ) -> subprocess.CompletedProcess[str]:
        url = self._service.url(scheme, path, **query)
        command: list[str | Path] = [
            self._program,
            "--url",
            url,
            "--ca-file",
            str(self._service.ca_file),
            *options,
        ]
        return run(command, env=self._service.environment(), input=typed or "")


@pytest.fixture
def chat(workshop: Workshop) -> Chat:
    """Return an object that runs the chat."""
    return Chat(workshop)


def test_once_prints_the_answer_and_nothing_else(chat: Chat) -> None:
    result = chat("--once", "just this", scenario="echo")
    assert (result.returncode, result.stdout) == (0, "just this\n")
    assert re.search(r"\(tokens: \d+ sent, \d+ in all\)", result.stderr)
    assert "\033" not in result.stderr


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("6 times 7\n", "what is this:\n\n6 times 7\n"),
        ("", "what is this:"),
        (" \n", "what is this:"),
    ],
)
def test_once_with_what_a_pipe_brings(
    chat: Chat, service: Service, tag: str, typed: str, asked: str
) -> None:
    assert chat("--once", "what is this:", typed=typed, tag=tag).returncode == 0
    (request,) = service.requests(tag)
    assert request["payload"]["message"]["text"][-1]["content"] == asked


def test_once_with_what_is_no_text(chat: Chat, service: Service, tag: str) -> None:
    result = chat("--once", "what is this:", typed="a\0b", tag=tag)
    assert (result.returncode, result.stdout) == (1, "")
    assert "standard input: " in result.stderr
    assert service.records(tag) == []


def test_a_line_that_is_no_text(chat: Chat, service: Service, tag: str) -> None:
    result = chat(typed="a\0b\n1+1\n", tag=tag)
    assert (result.returncode, result.stdout) == (1, "1 + 1 = **2**.\n")
    assert "has a NUL" in result.stderr
    assert len(service.records(tag)) == 1


@pytest.mark.parametrize("closed", [">/dev/full", ">&-", ">&- <&-"])
@pytest.mark.parametrize("options", [("--once", "1+1"), ("--doctor", "--output", "/dev/null")])
def test_output_that_is_lost(
    workshop: Workshop, service: Service, closed: str, options: tuple[str, ...]
) -> None:
    """It is a failure, and does not go into the connection that has the number of the output."""
    command = ["sh", "-c", f'"$@" {closed}', "sh", workshop.example("chat"), *options]
    result = run(command, env={**service.environment(), "IFLYTEK_SPARK_API_URL": service.url()})
    assert result.returncode != 0
    assert "the standard output could not be written" in result.stderr


def test_a_question_that_begins_with_a_slash(chat: Chat, service: Service, tag: str) -> None:
    assert chat(typed="//help, what is it?\n///\n", tag=tag).returncode == 0
    asked = [r["payload"]["message"]["text"][-1]["content"] for r in service.requests(tag)]
    assert asked == ["/help, what is it?", "//"]


def test_conversation_is_kept(chat: Chat) -> None:
    result = chat(typed="My name is Ada.\nWhat is my name?\n")
    assert result.returncode == 0, result.stderr
    assert "Nice to meet you, Ada!" in result.stdout
    assert "Your name is **Ada**." in result.stdout


def test_new_forgets_the_conversation(chat: Chat) -> None:
    result = chat(typed="My name is Ada.\n/new\n\nWhat is my name?\n")
    assert "You have not told me your name yet." in result.stdout


def test_commands_do_not_go_to_the_model(chat: Chat, service: Service, tag: str) -> None:
    result = chat(typed="/help\n/nonsense now\n/save\n", tag=tag)
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr.count("/save FILE ") == 3
    assert service.records(tag) == []


def test_answer_that_has_as_many_tokens_as_it_may(chat: Chat) -> None:
    """Over WebSocket the service does not say why an answer ended, but both counts are known."""
    asked = ("--once", "Hello, who are you?", "--max-tokens")
    result = chat(*asked, "2")
    assert "The answer was probably cut at the limit of tokens; --max-tokens" in result.stderr
    assert "cut" not in chat(*asked, "999").stderr


def test_failed_question_is_not_part_of_the_conversation(
    chat: Chat, service: Service, tag: str
) -> None:
    typed = "#scenario error:code=10005\n#scenario close_early\nHow many questions?\n"
    result = chat(typed=typed, tag=tag)
    assert result.returncode == 1
    request = json.loads(service.records(tag)[-1]["requests"][-1])
    assert request["payload"]["message"]["text"] == [
        {"role": "user", "content": "How many questions?"}
    ]


def test_system_message_and_options_are_sent(chat: Chat, service: Service, tag: str) -> None:
    options = ["--system", "You are a pirate.", "--user", "someone", "--temperature", "0.25"]
    options += ["--max-tokens", "99", "--search", "deep", "--once", "Hello"]
    result = chat(*options, tag=tag)
    assert result.returncode == 0, result.stderr
    assert "pirate" in result.stdout
    request = json.loads(service.records(tag)[0]["requests"][0])
    assert request["header"]["uid"] == "someone"
    chat_options = request["parameter"]["chat"]
    assert chat_options["temperature"] == 0.25
    assert chat_options["max_tokens"] == 99
    assert "deep" in json.dumps(chat_options)


def test_model_by_name(chat: Chat, service: Service, tag: str) -> None:
    result = chat("--model", "4.0Ultra", "--once", "Hello", path="/v4.0/chat", tag=tag)
    assert result.returncode == 0, result.stderr
    (record,) = service.records(tag)
    assert json.loads(record["requests"][0])["parameter"]["chat"]["domain"] == "4.0Ultra"


def test_reasoning_is_on_standard_error(chat: Chat) -> None:
    result = chat("--once", "Hello", scenario="reasoning:thoughts=let me see,content=done")
    assert result.stdout == "done\n"
    assert "let me see\n" in result.stderr


def test_citations_and_function_calls_and_warnings(chat: Chat) -> None:
    result = chat("--once", "Hello", scenario="citations:content=found")
    assert result.stdout == "found\n"
    assert "[1] Example page 1" in result.stderr
    assert "https://example.com/pages/2" in result.stderr
    result = chat("--once", "Hello", scenario="function_call:name=f,arguments={}")
    assert (result.returncode, result.stdout) == (0, "")
    assert "tool: f\n  with: {}\n" in result.stderr
    result = chat("--once", "Hello", scenario="late_error")
    assert result.returncode == 0
    assert "warning 10019: " in result.stderr


def test_errors_say_what_to_do(chat: Chat) -> None:
    result = chat("--once", "Hello", scenario="error:code=11200,message=why")
    assert (result.returncode, result.stdout) == (1, "")
    assert "error: service code 11200: why" in result.stderr
    assert "hint: " in result.stderr
    assert re.search(r"\nsid: \S+\n$", result.stderr)
    assert result.stderr.count("11200") == 1


def test_refusals_show_status_and_clock(chat: Chat) -> None:
    result = chat("--once", "Hello", scenario="skew:seconds=3600,always=1")
    assert result.returncode == 1
    error, hint = result.stderr.splitlines()
    assert "HTTP status 403" in error
    assert re.search(r"clock: it is (3599|3600|3601) s behind", hint)


def test_partial_answer_is_printed_and_is_a_failure(chat: Chat) -> None:
    result = chat("--once", "Hello", scenario="drop:after=2,content=abcdefgh")
    assert (result.returncode, result.stdout) == (1, "abc\n")
    assert "error: " in result.stderr


def test_missing_credentials_are_named(workshop: Workshop) -> None:
    result = run([workshop.example("chat"), "--once", "Hello"])
    assert (result.returncode, result.stdout) == (1, "")
    assert "IFLYTEK_SPARK_APP_ID" in result.stderr


@pytest.mark.parametrize(
    "options",
    [
        ["--nonsense"],
        ["hello"],
        ["--model"],
        ["--temperature", "warm"],
        ["--max-tokens", "nan"],
        ["--search", "perhaps"],
        ["--thinking", "hard"],
    ],
)
def test_wrong_usage(options: list[str], workshop: Workshop, service: Service) -> None:
    result = run([workshop.example("chat"), *options], env=service.environment(), input="")
    assert (result.returncode, result.stdout) == (2, "")
    assert "--help" in result.stderr


def test_value_that_the_service_does_not_take(chat: Chat) -> None:
    result = chat("--temperature", "7", "--once", "Hello")
    assert (result.returncode, result.stdout) == (1, "")
    assert "temperature" in result.stderr
    result = chat("--user", "u" * 33, "--once", "Hello")
    assert result.returncode == 1
    assert "user id" in result.stderr


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_over_http(chat: Chat, scheme: str, service: Service, tag: str) -> None:
    options = ["--domain", "generalv3.5", "--http"]
    result = chat(
        *options, path="/v1", scheme=scheme, typed="My name is Ada.\nWho am I?\n", tag=tag
    )
    assert result.returncode == 0, result.stderr
    assert "Nice to meet you, Ada!" in result.stdout
    records = service.records(tag)
    assert [len(record["body"]["messages"]) for record in records] == [1, 3]
    assert {record["authorization"] for record in records} == {"password"}


def test_transport_and_url_have_to_agree(chat: Chat) -> None:
    result = chat("--http", "--once", "Hello")
    assert (result.returncode, result.stdout) == (1, "")
    assert "transport is HTTP" in result.stderr


@pytest.mark.parametrize(
    ("word", "kind"), [("off", "disabled"), ("on", "enabled"), ("auto", "auto")]
)
def test_thinking(word: str, kind: str, chat: Chat, service: Service, tag: str) -> None:
    options = ["--model", "x1.5", "--thinking", word, "--once", "Hello"]
    result = chat(*options, path="/v1/x1", tag=tag)
    assert result.returncode == 0, result.stderr
    request = json.loads(service.records(tag)[0]["requests"][0])
    assert request["parameter"]["chat"]["thinking"] == {"type": kind}


def test_image_goes_with_every_question(
    chat: Chat, service: Service, tag: str, tmp_path: Path
) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(png())
    options = ["--model", "image", "--image", str(picture)]
    typed = "What is this?\nWhy?\n/new\nAnd now?\n"
    result = chat(*options, path="/v2.1/image", typed=typed, tag=tag)
    assert result.returncode == 0, result.stderr
    for record, count in zip(service.records(tag), (2, 4, 2), strict=True):
        messages = json.loads(record["requests"][0])["payload"]["message"]["text"]
        assert messages[0]["content_type"] == "image"
        assert len(messages) == count


def test_conversation_in_a_file(chat: Chat, tmp_path: Path) -> None:
    file = tmp_path / "a talk.json"
    result = chat(typed=f"My name is Ada.\n/save {file}\n")
    assert result.returncode == 0, result.stderr
    assert f"(saved in {file})" in result.stderr
    assert [message["role"] for message in json.loads(file.read_text())["messages"]] == [
        "user",
        "assistant",
    ]
    result = chat(typed=f"/load {file}\nWhat is my name?\n")
    assert f"(2 messages from {file})" in result.stderr
    assert "Your name is **Ada**." in result.stdout


def test_file_that_is_none_changes_nothing(chat: Chat, tmp_path: Path) -> None:
    file = tmp_path / "odd.json"
    file.write_text('{"version": 9}')
    commands = [f"/load {file}", f"/load {tmp_path}/none", f"/save {tmp_path}", "/load /dev/zero"]
    result = chat(typed="\n".join(["My name is Ada.", *commands, "What is my name?", ""]))
    assert result.stderr.count("error: ") == 1
    assert "No such file" in result.stderr
    assert "Is a directory" in result.stderr
    assert "File too large" in result.stderr
    assert "Your name is **Ada**." in result.stdout


def test_help_names_every_option(workshop: Workshop) -> None:
    result = run([workshop.example("chat"), "--help"])
    assert (result.returncode, result.stderr) == (0, "")
    options = "--model --url --domain --system --user --ca-file --once --temperature --max-tokens"
    options += " --search --http --image --thinking --doctor --output"
    for option in options.split():
        assert re.search(rf"^  {option} ", result.stdout, re.MULTILINE), option


@pytest.mark.parametrize(
    ("scenario", "told"),
    [
        ("finish:reason=length", "was cut at the limit of tokens; --max-tokens raises the limit."),
        ("finish:reason=length,shows=reasoning", "answer: the limit of tokens went into reasoning"),
        ("finish:reason=length,shows=nothing", "answer: the limit of tokens was reached before it"),
        ("finish:reason=content_filter", "moderation stopped the answer; ask in other words."),
        ("finish:reason=max_tokens", "was cut at the limit of tokens"),
        ("finish:reason=sensitive", "moderation stopped the answer"),
        ("finish:reason=Paused", 'ended the answer with "Paused", so it may not be whole'),
        ("finish:reason=abort,shows=half", 'ended the answer with "abort", so it may not be whole'),
        (
            "finish:reason=abort,shows=nothing",
            'no answer: the service ended it with "abort"; ask again.',
        ),
        ("finish:reason=stop,shows=nothing", "The answer is empty; ask again"),
        ("finish:reason=stop", None),
        ("finish:reason=STOP", None),
        ("finish:reason=tool_calls", None),
    ],
)
def test_answer_that_did_not_end_as_it_should(chat: Chat, scenario: str, told: str | None) -> None:
    path = "/v1/chat/completions"
    options = ("--http", "--domain", "generalv3.5", "--once", "Hello")
    result = chat(*options, scheme="https", path=path, scenario=scenario)
    assert result.returncode == 0, result.stderr
    notes = result.stderr.replace("(tokens: ", "\n").splitlines()
    if told is None:
        assert "nswer" not in result.stderr
    else:
        assert any(told in line for line in notes), result.stderr
