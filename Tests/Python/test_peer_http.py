"""What other clients get wrong over HTTP (docs/peers.md)."""

from __future__ import annotations

import pytest

import sparkchat
from service import MakeChat, Service
from sparkchat import ConfigError, Outcome, Spark, Transport


def test_an_error_in_a_document_with_status_200_is_an_error(chat: MakeChat) -> None:
    with pytest.raises(sparkchat.ContentFilteredError) as caught:
        chat("error:code=10013,how=inband", transport="http").invoke("Hello")
    assert (caught.value.service_code, caught.value.http_status) == (10013, None)
    assert caught.value.sid is not None


@pytest.mark.parametrize("done", [0, 1])
def test_an_error_event_does_not_end_an_answer_well(chat: MakeChat, done: int) -> None:
    with pytest.raises(sparkchat.ContentFilteredError) as caught:
        chat(f"error:code=10014,after=3,how=event,done={done}", transport="http").invoke("Hello")
    assert caught.value.service_code == 10014
    assert caught.value.response is not None
    assert caught.value.response.text
    assert caught.value.response.outcome is Outcome.FAILED


@pytest.mark.parametrize("how", ["drop:after=3", "close_early:after=3", "drop:after=3,how=reset"])
def test_a_stream_that_is_cut_is_no_success(chat: MakeChat, how: str) -> None:
    with pytest.raises(sparkchat.TruncatedError) as caught:
        chat(how, transport="http").invoke("Hello")
    assert caught.value.response is not None
    assert caught.value.response.text


@pytest.mark.parametrize("shape", ["object", "array", "deltas"])
@pytest.mark.parametrize("ids", [0, 1])
def test_calls_have_one_shape_whatever_the_service_sends(
    chat: MakeChat, shape: str, ids: int
) -> None:
    count = 1 if shape == "object" else 2
    scenario = f"tools:shape={shape},calls={count},ids={ids}"
    calls = chat(scenario, transport="http").invoke("Weather?").tool_calls
    assert len(calls) == len({call.id for call in calls}) == count
    assert all(call.name == "get_weather" and call.valid and call.id for call in calls)


def test_an_answer_and_an_error_have_the_sid(chat: MakeChat, service: Service, tag: str) -> None:
    answer = chat(transport="http", tag=tag).invoke("Hello")
    with pytest.raises(sparkchat.ServiceError) as caught:
        chat("error:code=11200", transport="http", tag=tag).invoke("Hello")
    sids = [record["sid"] for record in service.records(tag)]
    assert [answer.sid, caught.value.sid] == sids


@pytest.mark.parametrize("path", ["", "/", "/chat/completions", "/chat/completions/"])
def test_the_base_of_a_url_and_all_of_it_are_understood(
    service: Service, tag: str, path: str
) -> None:
    url = service.url(f"/v1{path}", transport="http", tag=tag)
    client = Spark(url=url, domain="lite", api_password=service.password, environment=False)
    assert client.transport is Transport.HTTP
    assert client.invoke("Hello").text
    assert service.records(tag)[0]["path"] == "/v1/chat/completions"


@pytest.mark.parametrize(
    "url", ["https://spark-api.xf-yun.com/v3.5/chat", "wss://spark-api-open.xf-yun.com/v1"]
)
def test_a_scheme_that_the_host_does_not_speak_is_refused_at_once(url: str) -> None:
    with pytest.raises(ConfigError, match=r"write (wss|https)://"):
        Spark("a1b2c3d4", "key", "secret", url=url, domain="generalv3.5", environment=False)
