"""`sparkchat batch`: a file of questions becomes a file of answers, whatever happens on the way."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import time
from pathlib import Path

import pytest
from openai.types.chat import ChatCompletion

from jobs import JobFolder, kill_often
from service import Service
from serving import TOOL
from sparkchat.limiters import FileLimiter


@pytest.fixture
def job(tmp_path: Path, service: Service, tag: str) -> JobFolder:
    return JobFolder(tmp_path, service, tag)


def asking(number: int, text: str | None = None, **more: object) -> dict[str, object]:
    """Return an input line in the format of OpenAI's files."""
    messages = [{"role": "user", "content": text or f"{number}+1"}]
    return {
        "custom_id": f"request-{number}",
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {"messages": messages, **more},
    }


def test_lines_of_all_kinds(job: JobFolder) -> None:
    job.write(
        asking(1, model="generalv3.5", temperature=0.5, max_tokens=200, stream=False, user="me"),
        asking(2, model="4.0Ultra", max_completion_tokens=100),
        {"prompt": "3+1"},
        "",
        {"custom_id": "mine", "prompt": "4+1", "top_k": 3},
        {"custom_id": "talk", "body": {"prompt": "5+1"}},
    )
    status, said = job.run()
    assert status == 0, said
    found = {line["custom_id"]: line for line in job.lines()}
    assert set(found) == {"request-1", "request-2", "line-3", "mine", "talk"}
    first = found["request-1"]
    assert first["error"] is None
    body = first["response"]["body"]
    message = ChatCompletion.model_validate(body).choices[0].message
    assert (message.role, message.content) == ("assistant", "1 + 1 = **2**.")
    assert body["usage"]["total_tokens"] > 0
    assert body["model"] == "generalv3.5"
    assert found["request-2"]["response"]["body"]["model"] == "4.0Ultra"
    assert body["id"] == f"chatcmpl-{first['response']['request_id']}"
    assert "5 of 5 answered, 0 failed, 0 left" in said
    assert re.search(r"tokens: \d+ of questions, \d+ of answers", said)
    assert sorted(path.name for path in job.input.parent.iterdir()) == ["in.jsonl", "out.jsonl"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON"),
        ("5", "not an object"),
        ({"custom_id": "x"}, "neither messages nor a prompt"),
        ({"custom_id": 5, "prompt": "Hello"}, "custom_id is not a text"),
        ({"custom_id": "\ud800", "prompt": "Hello"}, "half of a surrogate pair"),
        ({"custom_id": "request-1", "prompt": "Hello"}, "is also that of line 1"),
        ({"prompt": "Hello", "logit_bias": {"x": 1}}, "logit_bias has a value that"),
        ({"prompt": "Hello", "n": 2}, "ask several times"),
        ({"prompt": "Hello", "seed": 5}, "seed has a value that the service does not support"),
        ({"prompt": 5}, "prompt is not a text"),
        ({"prompt": "Hello", "messages": [{"role": "user", "content": "x"}]}, "both messages and"),
        ({"body": {"prompt": "Hello"}, "prompt": "Hello"}, "prompt is next to its body"),
        ({"body": {"prompt": "Hello"}, "temperature": 1}, "temperature is next to its body"),
        ({"method": "GET", "prompt": "Hello"}, "method is 'GET'"),
        ({"prompt": "Hello", "temperature": 5}, "temperature"),
        ({"prompt": "Hello", "temperature": "hot"}, "temperature"),
        ({"body": {"messages": [{"role": "nobody", "content": "x"}]}}, "nobody"),
        ({"url": "/v1/embeddings", "prompt": "Hello"}, "only chat completions"),
        ({"body": []}, "body is not an object"),
    ],
)
def test_a_bad_line_is_named_before_anything_is_asked(
    job: JobFolder, service: Service, tag: str, line: object, said: str
) -> None:
    job.write(asking(1), line, asking(3))
    status, heard = job.run()
    assert status == 2
    assert "line 2: " in heard and said in heard
    assert not job.output.exists()
    assert service.records(tag, wait=0) == []


def test_all_bad_lines_are_named(job: JobFolder) -> None:
    job.write(asking(1), "{", asking(3), {"prompt": 5}, *["5"] * 30)
    status, heard = job.run()
    assert status == 2
    assert "line 2: this is not JSON" in heard and "line 4: its prompt is not a text" in heard
    assert "line 22: " in heard and "line 23: " not in heard
    assert "12 more lines are wrong" in heard and "nothing was sent" in heard


def test_what_fails_is_in_a_file_of_its_own(job: JobFolder, service: Service, tag: str) -> None:
    fails = "#scenario error:code=10013,times=1\n2+1"
    job.write(asking(1), asking(2, fails), asking(3))
    status, said = job.run()
    assert status == 1
    assert "2 of 3 answered, 1 failed, 0 left" in said
    assert "failures: ContentFilteredError 10013 1" in said
    (failed,) = job.lines(job.errors)
    assert failed["custom_id"] == "request-2"
    assert failed["error"]["service_code"] == 10013
    assert set(job.answered()) == {"request-1", "request-3"}
    # A failed line is not tried again unless --retry-errors is given.
    before = len(service.records(tag))
    assert job.run()[0] == 1
    assert len(service.records(tag, wait=0)) == before
    status, said = job.run("--retry-errors")
    assert status == 0, said
    assert len(service.records(tag)) == before + 1
    assert job.answered() == {"request-1": 1, "request-2": 1, "request-3": 1}
    assert not job.errors.exists()


def test_an_answer_that_is_given_up_has_failed(job: JobFolder, service: Service, tag: str) -> None:
    """`sparkchat serve` responds with 502 in this case."""
    url = service.url("/v1/chat/completions", transport="http", tag=tag)
    where = "--url", url, "--model", "4.0Ultra"
    given_up = "#scenario finish:reason=abort,shows={shows},times=1\n{number}+1"
    job.write(
        asking(1),
        asking(2, given_up.format(shows="nothing", number=2)),
        asking(3, given_up.format(shows="half", number=3)),
    )
    status, said = job.run(*where)
    assert status == 1
    assert "1 of 3 answered, 2 failed, 0 left" in said and "ServiceError 2" in said
    failed = {line["custom_id"]: line["error"] for line in job.lines(job.errors)}
    assert set(failed) == {"request-2", "request-3"}
    assert all('"abort"' in error["message"] and error["sid"] for error in failed.values())
    assert failed["request-3"]["text"] and not failed["request-2"]["text"]
    assert job.run(*where, "--retry-errors")[0] == 0
    assert job.answered() == {f"request-{number}": 1 for number in (1, 2, 3)}


def test_answers_are_in_the_form_of_openai(job: JobFolder) -> None:
    weather = "What is the weather in Hefei?"
    job.write(asking(1), asking(2, weather, tools=[TOOL]), asking(3, "3+1", max_tokens=2))
    status, said = job.run()
    assert status == 0, said
    found = {
        line["custom_id"]: ChatCompletion.model_validate(line["response"]["body"])
        for line in job.lines()
    }
    reasons = {name: answer.choices[0].finish_reason for name, answer in found.items()}
    assert reasons == {"request-1": "stop", "request-2": "tool_calls", "request-3": "length"}
    (call,) = found["request-2"].choices[0].message.tool_calls or ()
    assert call.type == "function" and call.function.name == TOOL["function"]["name"]


def test_lines_may_say_what_requests_to_serve_may(
    job: JobFolder, service: Service, tag: str
) -> None:
    two = [{"role": "system", "content": "Be short."}, {"role": "system", "content": "Be kind."}]
    line = asking(1, top_p=1, parallel_tool_calls=False, prompt_cache_key="a", n=1, user="me")
    line["body"]["messages"] = [*two, {"role": "user", "content": "1+1"}]  # type: ignore[index]
    job.write(line)
    status, said = job.run()
    assert status == 0, said
    assert "no such parameter: prompt_cache_key (1 line)" in said
    (request,) = service.requests(tag)
    assert request["payload"]["message"]["text"][0]["content"] == "Be short.\n\nBe kind."
    assert request["header"]["uid"] == "me"


def test_a_quota_that_is_used_up_ends_the_job(job: JobFolder) -> None:
    fails = "#scenario error:code=11201,times=1\n2+1"
    job.write(asking(1), asking(2, fails), *(asking(number) for number in range(3, 40)))
    status, said = job.run("--max-concurrency", "1")
    assert status == 1
    assert "11201" in said or "daily" in said
    assert "to continue from line 2 (request-2)" in said
    assert "1 of 39 answered, 0 failed, 38 left" in said
    status, said = job.run()
    assert status == 0
    assert set(job.answered().values()) == {1}
    assert len(job.lines()) == 39


def test_a_limit_of_tokens(job: JobFolder) -> None:
    job.write(*(asking(number) for number in range(40)))
    status, said = job.run("--limit-tokens", "60", "--max-concurrency", "2")
    assert status == 1
    assert "the token limit is reached" in said
    answered = len(job.lines())
    assert 5 < answered < 20
    # Tokens of earlier runs count.
    assert job.run("--limit-tokens", "60")[0] == 1
    assert len(job.lines()) == answered


def test_options_go_before_the_lines(job: JobFolder) -> None:
    job.write(asking(1, model="generalv3.5"))
    assert job.run("--model", "4.0Ultra", "--max-rate", "5")[0] == 0
    assert job.lines()[0]["response"]["body"]["model"] == "4.0Ultra"
    for wrong in (["--max-concurrency", "0"], ["--limit-tokens", "-1"]):
        assert job.run(*wrong)[0] == 2


def test_a_limit_that_others_share(job: JobFolder, tmp_path: Path) -> None:
    job.write(*(asking(number) for number in range(4)))
    limit = tmp_path / "limit"
    assert job.run("--limit", str(limit))[0] == 2
    assert job.run("--limit", str(job.input), "--max-rate", "50")[0] == 1
    others = FileLimiter(limit, max_concurrency=1)
    assert others.acquire(-1) == 0
    with job.start("--limit", str(limit), "--max-concurrency", "1") as process:
        while not job.output.exists():
            time.sleep(0.02)
        assert job.output.read_bytes() == b""
        others.release(-1)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 0, said
    assert len(job.lines()) == 4


def test_ctrl_c_while_lines_are_checked(job: JobFolder) -> None:
    job.write(*['{"prompt":"1+1"}'] * 200_000)
    with job.start() as process:
        opened = Path(f"/proc/{process.pid}/fd")
        while job.input not in [Path(os.path.realpath(file)) for file in opened.iterdir()]:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert "while checking the lines: nothing was sent" in said
    assert not job.output.exists()


def test_a_torn_line_is_mended(job: JobFolder) -> None:
    job.write(*(asking(number) for number in range(6)))
    assert job.run()[0] == 0
    whole = job.output.read_bytes()
    lines = whole.splitlines(keepends=True)
    for torn in (whole[:-1], whole[:-30], b"".join(lines[:4]) + b"\0" * 100, b"{", b"\0"):
        job.output.write_bytes(torn)
        assert job.run()[0] == 0
        assert set(job.answered().values()) == {1}
        assert len(job.lines()) == 6
    # The user has to fix damage in the middle.
    job.output.write_bytes(lines[0] + b"something else\n" + lines[1])
    status, said = job.run()
    assert status == 1
    assert "line 2 is not a line of a job" in said
    assert b"something else" in job.output.read_bytes()


@pytest.mark.parametrize("text", ["a letter", "a letter\n", '{"letter": 1}\n', "[]\n", None])
def test_what_no_job_has_written_is_left_alone(text: str | None, job: JobFolder) -> None:
    job.write(asking(1))
    # None: the two files are mistaken for each other.
    text = job.input.read_text(encoding="utf-8") if text is None else text
    job.output.write_text(text, encoding="utf-8")
    status, said = job.run()
    assert status == 1
    assert "line 1 is not a line of a job" in said
    assert job.output.read_text(encoding="utf-8") == text


def test_what_is_read_more_than_once_is_a_file(job: JobFolder) -> None:
    job.write(asking(1))
    for source, output in (("-", "out"), ("/dev/stdin", "out"), (str(job.input), "/dev/full")):
        job.input, job.output = Path(source), Path(output)
        status, said = job.run()
        assert status == 2
        assert "is not a file" in said
    assert not Path("out").exists()


def test_a_full_disk_ends_it(job: JobFolder) -> None:
    """The next run asks again for a line that did not fit."""
    job.write(*(asking(number) for number in range(100)))
    status, said = job.run(most_bytes=8192)
    assert status == 1
    assert "disk is full" in said or "too large" in said
    assert job.run()[0] == 0
    assert set(job.answered().values()) == {1}
    assert len(job.lines()) == 100


def test_files_of_other_systems(job: JobFolder) -> None:
    job.input.write_bytes(b'\xef\xbb\xbf{"prompt":"1+1"}\r\n\r\n{"prompt":"2+1"}')
    assert job.run()[0] == 0
    assert set(job.answered()) == {"line-1", "line-3"}
    job.input.write_bytes(b"")
    job.output.unlink()
    assert job.run()[0] == 0
    assert job.output.read_bytes() == b""


def test_two_jobs_do_not_write_one_file(job: JobFolder) -> None:
    job.write(asking(1, "#scenario stall:at=middle\nHello"))
    with job.start() as first:
        asked = job.output.with_suffix(".asked.jsonl")
        while not asked.exists() or not asked.read_text(encoding="utf-8"):
            time.sleep(0.02)
        status, said = job.run()
        first.kill()
        first.communicate()
    assert status == 1
    assert "another job writes" in said


def test_ctrl_c_keeps_what_came(job: JobFolder, service: Service, tag: str) -> None:
    stalls = "#scenario stall:at=middle,times=1\n9+1"
    job.write(*(asking(number) for number in range(9)), asking(9, stalls))
    with job.start("--max-concurrency", "3") as process:
        while not job.output.exists() or job.output.read_bytes().count(b"\n") < 9:
            time.sleep(0.02)
        service.wait_for_questions(tag, 10)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert "9 of 10 answered, 0 failed, 1 left" in said
    status, said = job.run()
    assert status == 0
    assert "1 may be billed twice" in said and "request-9" in said
    assert len(job.lines()) == 10


def test_a_job_that_is_killed_goes_on(job: JobFolder, service: Service, tag: str) -> None:
    """`make prove` kills it 200 times."""
    job.write(*(asking(number) for number in range(300)))
    status, said = kill_often(job, 8, random.Random(tag))
    assert status == 0, said
    assert job.answered() == {f"request-{number}": 1 for number in range(300)}
    answers = {line["custom_id"]: line["response"]["body"] for line in job.lines()}
    for number in range(300):
        text = answers[f"request-{number}"]["choices"][0]["message"]["content"]
        assert text == f"{number} + 1 = **{number + 1}**."
    # Every line that was asked twice was named.
    named = set(re.findall(r"request-\d+", said))
    asked: dict[str, int] = {}
    for record in service.records(tag):
        for request in record["requests"]:
            text = json.loads(request)["payload"]["message"]["text"][0]["content"]
            asked[text] = asked.get(text, 0) + 1
    twice = {f"request-{text.partition('+')[0]}" for text, times in asked.items() if times > 1}
    assert twice <= named
