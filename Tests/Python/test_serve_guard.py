"""The OpenAI-compatible server: who may use it."""

from __future__ import annotations

import httpx
import pytest

from service import MakeAsyncChat, MakeChat
from serving import Serve, completion, error_of, serve
from sparkchat.serve import create_app

__all__ = ["serve"]

KEY = "a key with ümlauts"
BEARER = {"Authorization": f"Bearer {KEY}".encode()}


def status(base: str, **headers: str | bytes) -> int:
    """Return the status of a request with headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return completion(base, headers=named).status_code


def test_a_key(serve: Serve, async_chat: MakeAsyncChat) -> None:
    base = serve(async_chat(), api_key=KEY)
    assert completion(base, headers=BEARER).status_code == 200
    for given in ("", "Bearer", "Bearer wrong", f"Basic {KEY}", f"Bearer {KEY} x"):
        response = completion(base, headers={"Authorization": given.encode()})
        assert (response.status_code, error_of(response)["code"]) == (401, "invalid_api_key")
    refused = httpx.get(base + "/models")
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert httpx.get(base + "/nothing").status_code == 401


def test_names_that_lead_here(serve: Serve, async_chat: MakeAsyncChat) -> None:
    base = serve(async_chat())
    for host in ("localhost", "localhost:8000", "127.0.0.1:1", "[::1]", "[::1]:80", "LOCALHOST"):
        assert status(base, Host=host) == 200
    for host in ("evil.example", "evil.example:8000", "localhost.evil.example", "[::1", "", "a@b"):
        assert status(base, Host=host) == 403
    named = serve(async_chat(), hosts=["spark.example"])
    assert [status(named, Host=host) for host in ("spark.example:1", "evil.example")] == [200, 403]
    with_key = serve(async_chat(), api_key=KEY)
    assert status(with_key, Host="spark.example", **BEARER) == 200
    both = serve(async_chat(), api_key=KEY, hosts=["spark.example"])
    assert status(both, Host="evil.example", **BEARER) == 403


def test_pages_of_other_origins(serve: Serve, async_chat: MakeAsyncChat) -> None:
    base = serve(async_chat(), origins=["https://good.example"])
    own = base.removesuffix("/v1")
    assert status(base, Origin="https://good.example") == 200
    assert status(base, Origin=own) == 200
    for origin in (
        "https://evil.example",
        "null",
        "http://good.example",
        "http://[",
        "",
        "file://",
    ):
        assert status(base, Origin=origin) == 403
        assert status(serve(async_chat()), Origin=origin) == 403
    # Applications that mount the server have their own rules.
    assert status(serve(async_chat(), public=True), Origin="https://any.example") == 200
    # If a foreign name resolves to this machine, its page has the same origin.
    assert status(base, Origin="http://evil.example", Host="evil.example") == 403


def test_a_browser_asks_before(serve: Serve, async_chat: MakeAsyncChat) -> None:
    base = serve(async_chat(), api_key=KEY, origins=["https://good.example"])
    asks = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,x-stainless-os",
    }
    url = base + "/chat/completions"
    allowed = httpx.options(url, headers={**asks, "Origin": "https://good.example"})
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == "https://good.example"
    assert "x-stainless-os" in allowed.headers["access-control-allow-headers"]
    other = httpx.options(url, headers={**asks, "Origin": "https://evil.example"})
    assert other.status_code == 400
    assert "access-control-allow-origin" not in other.headers
    # Pages of this origin can read a refusal.
    refused = httpx.get(base + "/models", headers={"Origin": "https://good.example"})
    assert refused.status_code == 401
    assert refused.headers["access-control-allow-origin"] == "https://good.example"


@pytest.mark.parametrize("client", [("192.0.2.1", 1), ("2001:db8::1", 1), ("testclient", 1), None])
def test_other_machines_need_a_key(
    async_chat: MakeAsyncChat, client: tuple[str, int] | None
) -> None:
    for options, expected in (({}, 403), ({"api_key": KEY}, 401), ({"public": True}, 404)):
        app = create_app(async_chat(), **options)  # type: ignore[arg-type]
        assert _status_for(app, client) == expected


@pytest.mark.parametrize("client", ["127.0.0.1", "127.3.2.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_needs_none(async_chat: MakeAsyncChat, client: str) -> None:
    assert _status_for(create_app(async_chat()), (client, 1)) == 404


def _status_for(app: object, client: tuple[str, int] | None) -> int:
    """Return the status that a client at an address gets for an unknown path."""
    import asyncio

    statuses: list[int] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b""}

    async def send(message: dict[str, object]) -> None:
        statuses.extend([message["status"]] if "status" in message else [])  # type: ignore[list-item]

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/nothing",
        "raw_path": b"/nothing",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        "client": client,
    }
    asyncio.run(app(scope, receive, send))  # type: ignore[operator]
    (found,) = statuses
    return found


def test_settings_that_are_too_open(async_chat: MakeAsyncChat) -> None:
    with pytest.raises(ValueError, match="needs an API key"):
        create_app(async_chat(), origins=["*"])
    with pytest.raises(ValueError, match="is empty"):
        create_app(async_chat(), api_key=" ")
    create_app(async_chat(), origins=["*"], api_key=KEY)


def test_a_client_that_is_not_asynchronous(chat: MakeChat) -> None:
    with pytest.raises(TypeError, match="takes an AsyncSpark, not Spark"):
        create_app(chat())  # type: ignore[arg-type]
