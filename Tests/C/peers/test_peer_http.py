"""Defects of OpenAI's clients with Spark's dialect of HTTP (docs/peers.md)."""

from __future__ import annotations

import pytest
from support.asking import ask
from support.courses import COMPLETE, ending
from support.service import Service
from support.workshop import Workshop


@pytest.mark.parametrize("via", ["invoke", "stream", "pull", "group"])
def test_error_with_http_200_is_an_error(
    via: str, workshop: Workshop, service: Service, tag: str
) -> None:
    scenario = "error:code=10013,message=the input,how=inband"
    answer = ask(workshop, service.url("https", scenario=scenario, tag=tag), "Hello", "via", via)
    assert ending(answer) == ("ERR_CONTENT_FILTERED", "failed", 10013, 0, "first token")
    assert answer.message == "service code 10013: the input"
    (record,) = service.records(tag)
    assert record["status"] == 200
    assert answer.error_sid == record["sid"]


@pytest.mark.parametrize("done", [0, 1])
@pytest.mark.parametrize("via", ["invoke", "stream", "pull", "group"])
def test_error_in_the_middle_of_a_stream_is_an_error(
    via: str, done: int, workshop: Workshop, service: Service
) -> None:
    # Whatever follows: [DONE] does not make it a success.
    scenario = f"error:code=10014,message=the output,how=event,after=2,done={done},content=abcdef"
    answer = ask(workshop, service.url("https", scenario=scenario), "Hello", "via", via)
    assert ending(answer) == ("ERR_CONTENT_FILTERED", "failed", 10014, 0, "idle")
    assert (answer.text, answer.message) == ("abc", "service code 10014: the output")


@pytest.mark.parametrize(
    "scenario",
    [
        "drop:how=fin",
        "drop:how=cut",
        "drop:how=reset",
        "drop:bytes=30",
        "close_early:after=2",
        "sse:done=0",
    ],
)
@pytest.mark.parametrize("via", ["invoke", "stream", "pull", "group"])
def test_stream_that_is_cut_before_done_is_truncated(
    via: str, scenario: str, workshop: Workshop, service: Service
) -> None:
    url = service.url("https", scenario=f"{scenario},content=abcdef")
    answer = ask(workshop, url, "Hello", "via", via)
    assert ending(answer)[:2] == ("ERR_TRUNCATED", "truncated")
    assert answer.text == ("abcdef" if "done" in scenario else "abc")


def test_function_calls_of_a_document(workshop: Workshop, service: Service) -> None:
    # Spark's own form, which is an object, and without a stream.
    text = "#scenario json_body\nHow is the weather?"
    answer = ask(workshop, service.url("https"), text, "function", "get_weather")
    assert ending(answer) == COMPLETE
    assert [call["name"] for call in answer.calls] == ["get_weather"]
    assert answer.calls[0]["valid"] == 1


@pytest.mark.parametrize("scenario", ["text", "json_body", "error:code=11200", "drop:after=2"])
def test_id_of_the_exchange_is_known(
    scenario: str, workshop: Workshop, service: Service, tag: str
) -> None:
    answer = ask(workshop, service.url("https", scenario=scenario, tag=tag))
    (record,) = service.records(tag)
    assert record["sid"]
    assert answer.sid == record["sid"]
    if answer.status != "OK":
        assert answer.error_sid == record["sid"]


@pytest.mark.parametrize(
    "path",
    ["/v1", "/v1/", "/v1//", "/v1/chat/completions", "/v1/chat/completions/"],
)
def test_base_and_whole_path_mean_the_same(
    path: str, workshop: Workshop, service: Service, tag: str
) -> None:
    answer = ask(workshop, service.url("https", path, tag=tag))
    assert ending(answer) == COMPLETE
    (record,) = service.records(tag)
    assert record["path"] == "/v1/chat/completions"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://spark-api.xf-yun.com/v3.5/chat", ("speaks WebSocket", "wss://")),
        ("wss://spark-api-open.xf-yun.com/v1/chat/completions", ("speaks HTTP", "https://")),
    ],
)
def test_wrong_scheme_is_told_before_anything_is_sent(
    url: str, words: tuple[str, str], workshop: Workshop
) -> None:
    answer = ask(workshop, url)
    assert answer.status == "ERR_CONFIG"
    assert words[0] in answer.message
    assert words[1] in answer.hint
    assert answer.attempts == 0


@pytest.mark.parametrize("transport", ["1", "2"])
def test_transport_that_is_not_the_url_s_is_told(transport: str, workshop: Workshop) -> None:
    url = workshop.service.url("https" if transport == "1" else "wss")
    answer = ask(workshop, url, "Hello", "transport", transport)
    assert answer.status == "ERR_CONFIG"
    assert "transport is" in answer.message
