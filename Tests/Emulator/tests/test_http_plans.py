"""The hosted services: their hosts, keys, models and answers, as they are in 2026."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import ssl
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from websockets.asyncio.client import connect

from client import Target, request_text
from http_client import V1, V2, HttpAnswer, HttpTarget
from spark_emulator.scenarios import SCENARIOS, Kind, Transport
from test_images import jpeg, png

HOSTS = {
    "open": "spark-api-open.xf-yun.com",
    "maas": "maas-api.cn-huabei-1.xf-yun.com",
    "token": "maas-token-api.cn-huabei-1.xf-yun.com",
    "coding": "maas-coding-api.cn-huabei-1.xf-yun.com",
}
KEYS = {
    "open": "api_password",
    "maas": "maas_password",
    "token": "token_key",
    "coding": "coding_key",
}
MODEL = {"open": "generalv3.5", "maas": "xopglm51", "token": "xopglm51", "coding": "xopglm51"}


def ask(http: HttpTarget, plan: str, *texts: Any, **more: Any) -> HttpAnswer:
    """Ask with the plan's own key and model, under the plan's own name."""
    more = {"path": V1 if plan == "open" else V2, "model": MODEL[plan], **more}
    more.setdefault("bearer", http.target.ready[KEYS[plan]])
    return http.ask(*(texts or ("1+1",)), headers={"Host": HOSTS[plan]}, **more)


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


def test_no_granted_order(http: HttpTarget) -> None:
    answer = ask(http, "maas", scenario="error:code=11200,message=no order")
    assert (answer.status, answer.json) == (403, {"error": {"code": 11200, "message": "no order"}})
    assert ask(http, "open", scenario="error:code=11200").status == 500


def test_a_stream_of_2026(http: HttpTarget) -> None:
    answer = ask(http, "maas", "Hello")
    first, *middle = answer.documents[:-1]
    last = answer.documents[-1]
    for document in (first, *middle):
        assert list(document) == ["id", "object", "created", "model", "choices"]
        assert "finish_reason" not in document["choices"][0]
    assert first["choices"][0]["delta"]["role"] == "assistant"
    assert not any("role" in document["choices"][0]["delta"] for document in [*middle, last])
    assert (last["choices"][0]["finish_reason"], last["id"][:3]) == ("stop", "cht")
    assert last["usage"]["prompt_tokens_details"] == {"cached_tokens": 0}
    assert last["usage"]["completion_tokens_details"] == {"reasoning_tokens": 0}
    assert answer.done


# All but the one that Python cannot read.
SHAPES = [
    name
    for name, found in SCENARIOS.items()
    if Transport.HTTP in found.variants
    and found.variants[Transport.HTTP].kind is Kind.SHAPE
    and name != "deep_json"
]


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("path", [V1, V2])
def test_shapes_of_answers_are_there_as_well(http: HttpTarget, name: str, path: str) -> None:
    answer = ask(http, "maas", "Hello", path=path, scenario=name)
    assert (answer.status, answer.done) == (200, True)
    assert "Spark" in answer.text


@pytest.mark.parametrize("model", ["spark-x2.5", "xopdeepseekr1"])
def test_reasoning_is_billed(http: HttpTarget, model: str) -> None:
    answer = ask(http, "maas", "Hello", model=model)
    assert answer.usage["completion_tokens_details"]["reasoning_tokens"] > 0
    spent = ask(http, "maas", "Hello", model=model, max_tokens=4)
    assert (spent.text, spent.documents[-1]["choices"][0]["finish_reason"]) == ("", "length")
    assert spent.usage["completion_tokens_details"] == {"reasoning_tokens": 4}


@pytest.mark.parametrize(
    ("model", "members", "thinks"),
    [
        ("spark-x2.5", {}, True),
        ("spark-x2.5", {"enable_thinking": False}, False),
        ("spark-x2.5", {"thinking": {"type": "disabled"}}, True),
        ("xsparkx2flash", {}, True),
        ("xsparkx2flash", {"enable_thinking": False}, False),
        ("xopglm51", {}, False),
        ("xopglm51", {"enable_thinking": True, "reasoning_effort": "high"}, True),
    ],
)
def test_thinking(http: HttpTarget, model: str, members: dict[str, Any], thinks: bool) -> None:
    answer = ask(http, "maas", "Hello", model=model, **members)
    assert (answer.status, bool(answer.reasoning)) == (200, thinks)


@pytest.mark.parametrize(
    "members", [{"enable_thinking": "no"}, {"enable_thinking": 0}, {"reasoning_effort": 3}]
)
def test_members_that_are_refused(http: HttpTarget, members: dict[str, Any]) -> None:
    answer = ask(http, "maas", **members)
    assert (answer.status, answer.error["code"]) == (400, 10004)
    assert "code: 10004, msg: SchemaCheckError:" in answer.error["message"]


TIME = {"type": "function", "function": {"name": "get_time", "description": "Tells the time"}}


@pytest.mark.parametrize(
    ("model", "obeys"),
    [("spark-x2.5", False), ("xsparkx2", False), ("xopglm51", False), ("xopkimik26", False),
     ("xopqwen36", True)],
)  # fmt: skip
def test_a_required_call(http: HttpTarget, model: str, obeys: bool) -> None:
    answer = ask(http, "maas", "Hello", model=model, tools=[TIME], tool_choice="required")
    called = any("tool_calls" in part for part in answer.parts)
    assert (answer.status, called, bool(answer.text)) == (200, obeys, not obeys)
    asked = ask(http, "maas", "What time is it?", model=model, tools=[TIME], tool_choice="auto")
    assert asked.documents[-1]["choices"][0]["finish_reason"] == "tool_calls"


@pytest.mark.parametrize("model", ["spark-x2.5", "xopqwen36"])
def test_a_choice_must_be_a_string(http: HttpTarget, model: str) -> None:
    choice = {"type": "function", "function": {"name": "get_time"}}
    answer = ask(http, "maas", model=model, tools=[TIME], tool_choice=choice)
    assert answer.status == 400
    assert (
        "RequestParamsError:'$.parameter.cbm.tool_choice' type must be string"
        in (answer.error["message"])
    )


def data_url(kind: str, data: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def seen(http: HttpTarget, url: Any, model: str = "xopqwen36", role: str = "user") -> HttpAnswer:
    parts = [{"type": "text", "text": "1+1"}, {"type": "image_url", "image_url": url}]
    messages = [{"role": role, "content": parts}, {"role": "user", "content": "1+1"}]
    return ask(http, "maas", messages=messages, model=model)


@pytest.mark.parametrize(
    ("url", "text"),
    [
        (data_url("png", png(64, 48)), "A PNG image of 64 x 48 pixels. "),
        (data_url("jpeg", jpeg(80, 50)), "A JPEG image of 80 x 50 pixels. "),
        ("https://example.com/cat.png", "An image at https://example.com/cat.png. "),
    ],
)
def test_images(http: HttpTarget, url: str, text: str) -> None:
    assert seen(http, {"url": url}).text == f"{text}1 + 1 = **2**."
    for model in ("spark-x2.5", "xsparkx2"):
        refused = seen(http, {"url": url}, model)
        assert refused.status == 400
        assert "content[1].type' value is invalid" in refused.error["message"]


@pytest.mark.parametrize(
    "url",
    [{}, "https://example.com/", {"url": 7}, {"url": "ftp://example.com/cat.png"},
     {"url": "data:image/gif;base64,aGk="}, {"url": "data:image/png;base64,aGk="}],
)  # fmt: skip
def test_images_that_are_refused(http: HttpTarget, url: Any) -> None:
    assert seen(http, url).status == 400
    assert seen(http, {"url": "https://example.com/"}, role="system").status == 400


def test_the_proxy_leads_to_the_hosts(target: Target) -> None:
    """As a client does that is given nothing but the service's address and a proxy."""
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
