"""Retries, the queue, and proxies: what the library does automatically."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import sparkchat
from service import MakeChat, Service
from sparkchat import ConfigError, InvalidArgumentError, ServiceError, Spark, SparkError


def test_what_may_pass_is_tried_again(chat: MakeChat, service: Service, tag: str) -> None:
    client = chat("error:code=10012", tag=tag, max_attempts=3, retry_backoff=(0.01, 0.02))
    with pytest.raises(ServiceError):
        client.invoke("Hello")
    assert len(service.records(tag)) == 3


def test_what_will_not_pass_is_tried_once(chat: MakeChat, service: Service, tag: str) -> None:
    client = chat("error:code=10013", tag=tag, max_attempts=3, retry_backoff=(0.01, 0.02))
    with pytest.raises(ServiceError):
        client.invoke("Hello")
    assert len(service.records(tag)) == 1


def test_an_answer_that_has_begun_is_not_tried_again(
    chat: MakeChat, service: Service, tag: str
) -> None:
    client = chat("drop:after=2", tag=tag, max_attempts=3, retry_backoff=(0.01, 0.02))
    with pytest.raises(SparkError):
        client.invoke("Hello")
    assert len(service.records(tag)) == 1


def test_retries_end_with_their_budget(chat: MakeChat, service: Service, tag: str) -> None:
    client = chat("error:code=10012", tag=tag, max_attempts=10, retry_budget=0.001)
    with pytest.raises(ServiceError):
        client.invoke("Hello")
    assert len(service.records(tag)) <= 2


def test_a_wrong_clock_can_be_corrected(chat: MakeChat, service: Service, tag: str) -> None:
    with pytest.raises(sparkchat.AuthenticationError):
        chat("skew:seconds=1000", tag=tag).invoke("Hello")
    assert chat("skew:seconds=1000", tag=tag, clock_correction=True).invoke("Hello").text
    assert [record["status"] for record in service.records(tag)] == [403, 403, 101]


@pytest.mark.parametrize("limit", [{"max_concurrency": 1}, {"max_rate": 50}])
def test_questions_wait_in_line(chat: MakeChat, limit: dict[str, float]) -> None:
    client = chat("echo", **limit)
    questions = [f"question {number}" for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(client.invoke, question) for question in questions]
        assert [answer.result(timeout=30).text for answer in answers] == questions


def test_the_line_has_a_deadline(chat: MakeChat) -> None:
    client = chat("stall:at=middle", max_concurrency=1, queue_timeout=0.2)
    with client.stream("Hello") as first:
        next(first)
        with pytest.raises(TimeoutError) as caught:
            client.invoke("Hello")
    assert caught.value.phase == 9  # type: ignore[attr-defined]


class RefusingProxy:
    """A proxy that takes one connection, remembers the request, and refuses it."""

    def __enter__(self) -> RefusingProxy:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://user:SENTINEL@127.0.0.1:{self._socket.getsockname()[1]}"
        self.heard = b""
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def _serve(self) -> None:
        connection, _ = self._socket.accept()
        with connection:
            while b"\r\n\r\n" not in self.heard:
                self.heard += connection.recv(4096)
            connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    def __exit__(self, *unused: object) -> None:
        self._thread.join(10)
        self._socket.close()


def test_a_proxy_is_asked(chat: MakeChat) -> None:
    with RefusingProxy() as proxy:
        client = chat(url="ws://spark.invalid:81/v3.5/chat", proxy=proxy.url)
        with pytest.raises(ConnectionError) as caught:
            client.invoke("Hello")
    assert proxy.heard.startswith(b"CONNECT spark.invalid:81 HTTP/1.1\r\n")
    assert "SENTINEL" not in repr(client) + str(caught.value) + repr(vars(caught.value))


def test_the_proxy_of_the_environment_is_asked(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RefusingProxy() as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        near = Spark(url=service.url(), **service.credentials)
        far = Spark(url="ws://spark.invalid/v3.5/chat", max_attempts=1, **service.credentials)
        monkeypatch.delenv("https_proxy")
        assert near.invoke("Hello").text
        with pytest.raises(ConnectionError):
            far.invoke("Hello")
    assert b"CONNECT spark.invalid:80" in proxy.heard


def test_a_pin_that_does_not_fit_is_refused(chat: MakeChat) -> None:
    pin = "sha256//" + "A" * 43 + "="
    with pytest.raises(sparkchat.CertificateError):
        chat(tls=True, pinned_public_key=pin).invoke("Hello")


def test_a_client_certificate_is_read(chat: MakeChat, service: Service, tmp_path: Path) -> None:
    with pytest.raises((ConnectionError, ConfigError), match=r"missing\.pem"):
        chat(tls=True, client_certificate=(service.ca_file, tmp_path / "missing.pem"))


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"max_attempts": 0}, InvalidArgumentError),
        ({"max_attempts": 1.5}, TypeError),
        ({"retry_backoff": 1}, TypeError),
        ({"retry_backoff": (1, 2, 3)}, TypeError),
        ({"retry_backoff": (1, "2")}, TypeError),
        ({"clock_correction": 1}, TypeError),
        ({"max_rate": -1}, InvalidArgumentError),
        ({"max_concurrency": -1}, InvalidArgumentError),
        ({"client_certificate": "cert.pem"}, TypeError),
        ({"pinned_public_key": "md5//x"}, InvalidArgumentError),
        ({"proxy": "ftp://127.0.0.1"}, InvalidArgumentError),
    ],
)
def test_bad_settings_are_refused(
    chat: MakeChat, settings: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        chat(**settings)
