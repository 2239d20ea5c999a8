"""The hosted services: their hosts, and the keys, models and paths of each."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from websockets.asyncio.client import connect

from client import Target, request_text
from http_client import V1, V2, HttpTarget
from plans import HOSTS, KEYS, MODEL
from plans import ask_plan as ask


@pytest.mark.parametrize("plan", HOSTS)
@pytest.mark.parametrize("stream", [True, False])
def test_every_host_answers(http: HttpTarget, plan: str, stream: bool) -> None:
    answer = ask(http, plan, stream=stream)
    assert (answer.status, answer.text) == (200, "1 + 1 = **2**.")


@pytest.mark.parametrize("plan", HOSTS)
@pytest.mark.parametrize("other", HOSTS)
def test_keys_are_good_for_one_plan(http: HttpTarget, plan: str, other: str) -> None:
    answer = ask(http, plan, bearer=http.target.ready[KEYS[other]])
    assert answer.status == (200 if plan == other else 401)
    record = http.target.record()
    kind = "password" if plan == other else "other plan"
    assert (record["authorization"], record["auth"]) == (kind, "ok" if plan == other else "wrong")
    if plan != other and plan != "open":
        words = "HMAC signature cannot be verified: apikey not found"
        assert answer.json == {"message": words}
    elif plan != other:
        assert answer.error["message"] == "invalid user"


@pytest.mark.parametrize("plan", HOSTS)
def test_other_credentials(http: HttpTarget, plan: str) -> None:
    ready = http.target.ready
    pair = f"{ready['api_key']}:{ready['api_secret']}"
    assert ask(http, plan, bearer=pair).status == (200 if plan in ("open", "maas") else 401)
    assert ask(http, plan, bearer="nobody's").status == 401
    assert ask(http, plan, bearer=None).json["message"].startswith("HMAC signature cannot")


@pytest.mark.parametrize("plan", HOSTS)
def test_a_plan_is_named_in_the_query(target: Target, plan: str) -> None:
    class Named(HttpTarget):
        def url(self, path: str = V1, *, tls: bool = False, **query: str) -> str:
            return super().url(path, tls=tls, plan=plan, **query)

    path = V1 if plan == "open" else V2
    key = target.ready[KEYS[plan]]
    answer = Named(target).ask("1+1", path=path, model=MODEL[plan], bearer=key)
    assert (answer.status, answer.text) == (200, "1 + 1 = **2**.")


def test_a_plan_that_is_none(target: Target) -> None:
    class Named(HttpTarget):
        def url(self, path: str = V1, *, tls: bool = False, **query: str) -> str:
            return super().url(path, tls=tls, plan="golden", **query)

    answer = Named(target).ask()
    assert (answer.status, answer.error["code"]) == (400, "10005")
    assert "unknown plan: golden; there are all, open, maas, token, coding" in answer.raw.decode()


@pytest.mark.parametrize(
    ("plan", "path", "model"),
    [
        ("maas", V2, "spark-x2.5"), ("maas", V2, "xopqwen36"), ("maas", V1, "xdeepseekv3"),
        ("token", V2, "xsparkx2"), ("token", V2, "xsparkx2flash"),
        ("coding", V2, "astron-code-latest"), ("coding", V2, "xopdeepseekv4pro"),
        ("coding", V2, "xopkimik26"), ("open", V2, "x1"),
    ],
)  # fmt: skip
def test_models(http: HttpTarget, plan: str, path: str, model: str) -> None:
    assert ask(http, plan, path=path, model=model).status == 200


@pytest.mark.parametrize(
    ("plan", "path", "model", "status", "code", "words"),
    [
        ("token", V2, "spark-x2.5", 403, 11221, "model unauthorized"),
        ("coding", V2, "xopqwen36", 403, 11221, "model unauthorized"),
        ("maas", V2, "GLM-Large", 400, 10404, "no category route found"),
        ("maas", V2, "x1", 400, 10404, "no category route found"),
        ("open", V2, "xopglm51", 400, "10005", "invalid param model:xopglm51"),
        ("open", V1, "spark-x2.5", 400, "10005", "invalid param model:spark-x2.5"),
    ],
)
def test_models_that_are_not_there(
    http: HttpTarget, plan: str, path: str, model: str, status: int, code: Any, words: str
) -> None:
    answer = ask(http, plan, path=path, model=model)
    assert (answer.status, answer.error["code"]) == (status, code)
    assert answer.error["message"].startswith(words)


@pytest.mark.parametrize(
    ("plan", "path"),
    [("coding", V1), ("token", V1), ("maas", "/x2/chat/completions"), ("maas", "/v2/models"),
     ("coding", "/v3/chat/completions")],
)  # fmt: skip
def test_paths_that_are_not_there(http: HttpTarget, plan: str, path: str) -> None:
    answer = ask(http, plan, path=path)
    assert (answer.status, list(answer.json)) == (404, ["message", "sid"])
    assert answer.json["message"] == "no any schema route found"
    assert answer.json["sid"].startswith("ase")
    assert ask(http, "open", path="/v3/chat/completions").raw == b"404 page not found"


@pytest.mark.parametrize(
    ("plan", "path", "status"),
    [
        ("maas", "/v1.1/chat", 101), ("maas", "/v3.5/chat", 404), ("coding", "/v1.1/chat", 404),
        ("token", "/v1.1/chat", 404), ("open", "/v3.5/chat", 404), ("golden", "/v3.5/chat", 400),
    ],
)  # fmt: skip
def test_sockets(target: Target, plan: str, path: str, status: int) -> None:
    url = target.url(path, plan=plan)
    if status == 101:
        text = request_text("1+1", domain="xopqwen36")
        assert read_one(url, text)["header"]["code"] == 0
        return
    with pytest.raises(HTTPError) as caught:
        urlopen(url.replace("ws", "http", 1), timeout=5)
    assert caught.value.code == status
    assert (b"no any schema route found" in caught.value.read()) is (
        plan in KEYS and plan != "open"
    )


def read_one(url: str, text: str) -> Any:
    """Ask over a WebSocket that stays open, and return the first frame."""

    async def ask() -> Any:
        async with connect(url, compression=None) as connection:
            await connection.send(text)
            return json.loads(await connection.recv())

    return asyncio.run(ask())


def test_the_proxy_leads_to_the_hosts(target: Target) -> None:
    """A client that has only the service's address and a proxy reaches the emulator."""
    host = HOSTS["coding"]
    body = {"model": "xopglm51", "messages": [{"role": "user", "content": "1+1"}]}
    data = json.dumps(body).encode()
    head = (
        f"POST {V2} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(data)}\r\n"
        f"Authorization: Bearer {target.ready['coding_key']}\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", target.ready["proxy_port"]), 5) as client:
        client.sendall(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
        assert client.recv(1000) == b"HTTP/1.1 200 Connection established\r\n\r\n"
        with target.trust().wrap_socket(client, server_hostname=host) as tls:
            tls.sendall(head.encode() + data)
            assert b"1 + 1 = **2**." in read_all(tls)
    with socket.create_connection(("127.0.0.1", target.ready["proxy_port"]), 5) as client:
        client.sendall(b"CONNECT example.com:80 HTTP/1.1\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 200 ")
        client.sendall(b"GET /_emulator/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b'{"ok": true}' in read_all(client)
    with socket.create_connection(("127.0.0.1", target.ready["proxy_port"]), 5) as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 405 ")


def read_all(client: socket.socket | ssl.SSLSocket) -> bytes:
    data = b""
    while more := client.recv(65536):
        data += more
    return data
