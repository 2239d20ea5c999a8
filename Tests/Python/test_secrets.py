"""No credential and no signature appears where anyone could read it."""

from __future__ import annotations

import contextlib
import copy
import gc
import json
import pickle
import socket
import threading
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

from service import MakeChat, Service
from sparkchat import Spark, SparkError

KEY = "SENTINELkey0123456789abcdefghijkl"
PASSWORD = "SENTINELpassword:0123456789abcdef"
SECRET = "SENTINELsecret0123456789abcdefghi"


def looks_clean(*texts: str) -> bool:
    return not any(
        word in text for text in texts for word in ("SENTINEL", "authorization", "signature=")
    )


def test_a_client_shows_no_secret() -> None:
    client = Spark(
        "a1b2c3d4", KEY, SECRET, api_password=PASSWORD, model="max", transport="websocket"
    )
    assert repr(client) == (
        "Spark(model='max', url='wss://spark-api.xf-yun.com/v3.5/chat', domain='generalv3.5')"
    )
    shown = [repr(getattr(client, name)) for name in dir(client) if not name.startswith("__")]
    assert looks_clean(repr(client), str(client), *shown)
    assert not hasattr(client, "__dict__")


def test_nothing_of_python_holds_a_secret() -> None:
    key = KEY[:10] + "".join(reversed(KEY[10:]))
    password = PASSWORD[:10] + "".join(reversed(PASSWORD[10:]))
    client = Spark("a1b2c3d4", key, SECRET, api_password=password)
    del key, password
    reachable: list[Any] = [client]
    seen = set()
    while reachable:
        thing = reachable.pop()
        if id(thing) in seen or isinstance(thing, type) or type(thing).__name__ == "module":
            continue
        seen.add(id(thing))
        if isinstance(thing, str):
            assert "SENTINEL" not in thing
        elif isinstance(thing, bytes):
            assert b"SENTINEL" not in thing
        elif not callable(thing):
            reachable += gc.get_referents(thing)
    assert len(seen) > 5


def test_a_stream_shows_no_secret(chat: MakeChat) -> None:
    stream = chat().stream("Hello")
    list(stream)
    assert repr(stream).startswith("<sparkchat.Stream complete sid=cht")
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="a Stream cannot be pickled or copied"):
            attempt(stream)


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"scenario": "status:code=404,body=no"},
        {"scenario": "error:code=10013"},
        {"scenario": "drop:after=1"},
        {"scenario": "skew:seconds=999"},
        {"scenario": "redirect"},
        {"port": "garbage"},
        {"port": "tls_untrusted"},
        {"url": "ws://127.0.0.1:1/v3.5/chat"},
    ],
)
def test_no_error_shows_a_secret(chat: MakeChat, arguments: dict[str, Any]) -> None:
    with pytest.raises(SparkError) as caught:
        chat(api_key=KEY, api_secret=SECRET, **arguments).invoke("Hello")
    error = caught.value
    trace = "".join(traceback.format_exception(error))
    assert looks_clean(repr(error), str(error), trace, repr(vars(error)))
    assert b"SENTINEL" not in pickle.dumps(error)


@pytest.mark.parametrize("scenario", [None, "error:code=11200", "drop:after=1", "status:code=500"])
def test_no_error_over_http_shows_a_secret(chat: MakeChat, scenario: str | None) -> None:
    for credentials in ({"api_password": PASSWORD}, {"api_key": KEY, "api_secret": SECRET}):
        client = chat(scenario, transport="http", **{"api_password": None, **credentials})
        with pytest.raises(SparkError) as caught:
            client.invoke("Hello")
        trace = "".join(traceback.format_exception(caught.value))
        assert looks_clean(trace, repr(vars(caught.value)), repr(client))
        assert b"SENTINEL" not in pickle.dumps(caught.value)


@pytest.mark.parametrize("bad", [SECRET + "\0", SECRET + "\ud83d", SECRET + " ", SECRET * 20])
@pytest.mark.parametrize("name", ["api_key", "api_secret", "api_password"])
def test_a_bad_secret_is_not_repeated(service: Service, name: str, bad: str) -> None:
    with pytest.raises(SparkError) as caught:
        Spark(**{**service.credentials, name: bad})
    error: BaseException | None = caught.value
    assert name.replace("_", " ")[4:] in str(error)
    while error is not None:
        assert looks_clean(repr(error), repr(vars(error)))
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize(
    "url", ["wss://h/v3.5/chat?authorization=SENTINEL", "https://me:SENTINEL@h/v1"]
)
def test_a_url_in_place_of_the_app_id_is_not_repeated(url: str) -> None:
    with pytest.raises(SparkError, match="app_id is a URL") as caught:
        Spark(url)
    assert looks_clean(str(caught.value), caught.value.hint)


def test_a_url_with_credentials_is_refused_without_repeating_them() -> None:
    with pytest.raises(SparkError) as caught:
        Spark("a1b2c3d4", KEY, SECRET, url="wss://user:SENTINEL@example.com/v3.5/chat")
    assert looks_clean(str(caught.value))


@contextlib.contextmanager
def quoting(answer: bytes) -> Iterator[int]:
    """Serve an answer to every client; yield the port."""

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection:
                    data = b""
                    while b"\r\n\r\n" not in data:
                        data += connection.recv(65536)
                    connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(30)


def refusal(body: bytes = b"", head: str = "") -> bytes:
    return (
        f"HTTP/1.1 401 No\r\n{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    ).encode() + body


def report(message: str, **more: str) -> bytes:
    return refusal(json.dumps({"error": {"message": message, "code": "11200"}, **more}).encode())


@pytest.mark.parametrize(
    "answer",
    [
        refusal(PASSWORD.encode()),
        # If the library cut the text first, a part of the secret would remain.
        refusal(b"y" * (8192 - 20) + PASSWORD.encode()),
        refusal(b"y" * 280 + PASSWORD.encode()),
        report("x" * 480 + PASSWORD),
        report("no", sid=PASSWORD),
        refusal(head=f"Date: {PASSWORD}\r\n"),
        f"HTTP/1.1 302 No\r\nLocation: http://x/{'a' * 50}{PASSWORD}\r\n\r\n".encode(),
        f"HTTP/1.1 200 OK\r\nContent-Encoding: {'q' * 60}{PASSWORD}\r\n\r\n".encode(),
        f'HTTP/1.1 200 OK\r\n\r\ndata: {{"a": {PASSWORD}\n\n'.encode(),
    ],
)
def test_what_a_server_quotes_is_taken_out(answer: bytes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with quoting(answer) as port:
        url = f"http://127.0.0.1:{port}/v1/chat/completions"
        spark = Spark(url=url, domain="x", api_password=PASSWORD, environment=False, max_attempts=2)
        with pytest.raises(SparkError) as caught:
            spark.invoke("Hello")
    error = caught.value
    shown = [repr(getattr(error, name, "")) for name in dir(error) if not name.startswith("__")]
    assert looks_clean(str(error), repr(error), caplog.text, *shown)
    assert "[redacted]" in "".join(shown)
