"""The signed URL, and how the gateway refuses it."""

from __future__ import annotations

import base64
import json
import time
from email.utils import formatdate
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest

from client import Target, signature
from raw import ACCEPT, RawClient
from spark_emulator.service import auth

KEY, SECRET = "0123456789abcdef0123456789abcdef", "TestOnlySecretNotReal0000000000x"
PATH, HOST = "/v3.5/chat", "spark-api.xf-yun.com"
NOW = 1736150400.0  # Mon, 06 Jan 2025 08:00:00 GMT


@pytest.mark.parametrize(
    ("host", "path", "zone", "expected"),
    [
        (HOST, "/v3.5/chat", "GMT", "tt7kZaas4LhgW61UIM70n8ZYoFMkhLVg2NpbteZdp7c="),
        ("127.0.0.1:8765", "/v1.1/chat", "GMT", "p3c3ouccksJ3ZurDtcMASvjFd3ApZR1ItnUbh1K4qTg="),
        (HOST, "/v4.0/chat", "UTC", "GACZ14m7Wonx6yM0gQliulgBE72wWlGLaWzKF8Chea4="),
    ],
)
def test_published_vectors(host: str, path: str, zone: str, expected: str) -> None:
    date = f"Mon, 06 Jan 2025 08:00:00 {zone}"
    assert auth.sign(SECRET, host, date, path) == expected
    assert auth.parse_date(date) == NOW
    assert auth.http_date(NOW) == "Mon, 06 Jan 2025 08:00:00 GMT"


def query(style: str = "{key}, {algorithm}, {headers}, {signature}", **change: str) -> str:
    date = change.get("date", formatdate(time.time(), usegmt=True))
    host = change.get("host", HOST)
    fields = {
        "key": change.get("key", f'api_key="{KEY}"'),
        "algorithm": change.get("algorithm", 'algorithm="hmac-sha256"'),
        "headers": change.get("headers", 'headers="host date request-line"'),
        "signature": f'signature="{signature(SECRET, host, date, PATH)}"',
    }
    authorization = base64.b64encode(style.format(**fields).encode()).decode()
    return urlencode({"authorization": authorization, "date": date, "host": host})


def handshake(target: Target, query: str, path: str = PATH, **options: Any) -> RawClient:
    return RawClient(f"ws://{target.host()}{path}?{query}&tag={target.tag}", **options)


def utc(offset: float = 0) -> str:
    return formatdate(time.time() + offset, usegmt=True).replace("GMT", "UTC")


@pytest.mark.parametrize(
    "good",
    [
        lambda: query(),
        lambda: query("hmac {key}, {algorithm}, {headers}, {signature}"),
        lambda: query(key=f'hmac username="{KEY}"'),
        lambda: query("{key}, {algorithm},         {headers}, {signature}"),
        lambda: query("{key},{algorithm},{headers},{signature}"),
        lambda: query(date=utc()),
        lambda: query(date=utc(-290)),
        lambda: query(date=utc(290)),
        lambda: query().replace("+", "%20"),
        lambda: query().replace("%3D", "="),
        lambda: query(host="localhost:9999"),
        lambda: "&".join(reversed(query().split("&"))),
    ],
)
def test_accepted_variants(target: Target, good: object) -> None:
    assert callable(good)
    with handshake(target, good()) as client:
        assert client.status == 101
        assert client.fields["sec-websocket-accept"] == ACCEPT
        assert client.fields["upgrade"] == "websocket"
        assert "date" in client.fields
    assert target.record()["auth"] == "ok"


NOT_SIGNED = (
    "HMAC signature cannot be verified:enforced header 'host' not used for signature creation"
)
BAD_DATE = (
    "HMAC signature cannot be verified, a valid date or x-date header is required for "
    "HMAC Authentication"
)


@pytest.mark.parametrize(
    ("reason", "bad", "status", "message"),
    [
        ("missing", lambda: "host=x&date=y", 401, "Unauthorized"),
        ("malformed", lambda: "authorization=%21%21", 401, "HMAC signature cannot be verified"),
        (
            "malformed",
            lambda: query("{key}, {headers}, {signature}"),
            401,
            "HMAC signature cannot be verified",
        ),
        (
            "malformed",
            lambda: query(algorithm='algorithm="hmac-md5"'),
            401,
            "HMAC signature cannot be verified",
        ),
        (
            "unknown_key",
            lambda: query(key='api_key="swapped"'),
            401,
            "HMAC signature cannot be verified: fail to retrieve credential",
        ),
        ("date", lambda: query(date=utc(-310)), 403, BAD_DATE),
        ("date", lambda: query(date=utc(310)), 403, BAD_DATE),
        ("date", lambda: query(date="yesterday"), 403, BAD_DATE),
        ("host_not_signed", lambda: query(headers='headers="date request-line"'), 401, NOT_SIGNED),
        (
            "signature",
            lambda: query().replace("host=spark", "host=other"),
            401,
            "HMAC signature does not match",
        ),
    ],
)
def test_refusals(target: Target, reason: str, bad: object, status: int, message: str) -> None:
    assert callable(bad)
    with handshake(target, bad()) as client:
        assert client.status == status
        assert json.loads(client.body()) == {"message": message}
        assert client.fields["content-type"] == "text/plain; charset=utf-8"
        assert auth.parse_date(client.fields["date"]) == pytest.approx(time.time(), abs=5)
    record = target.record()
    assert (record["auth"], record["ended"], record["status"]) == (reason, "refused", status)
    assert "authorization" not in record["query"]


def test_the_path_is_signed(target: Target) -> None:
    with handshake(target, query(), path="/v4.0/chat") as client:
        assert client.status == 401
        assert b"does not match" in client.body()


def test_unknown_path(target: Target) -> None:
    with handshake(target, query(), path="/v9.9/chat") as client:
        assert client.status == 404
        assert client.body() == b"404 page not found"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upgrade": ""}, 400),
        ({"Connection": "keep-alive"}, 400),
        ({"Sec-WebSocket-Version": "8"}, 426),
        ({"Sec-WebSocket-Key": "too short"}, 400),
    ],
)
def test_improper_upgrades(target: Target, headers: dict[str, str], status: int) -> None:
    with handshake(target, query(), headers=headers) as client:
        assert client.status == status


def test_host_match_is_noted(target: Target) -> None:
    port = target.ready["ws_port"]
    for host, matches in ((f"127.0.0.1:{port}", True), ("127.0.0.1", True), (HOST, False)):
        tag = f"{target.tag}-{host}"
        with RawClient(f"ws://127.0.0.1:{port}{PATH}?{query(host=host)}&tag={quote(tag)}"):
            pass
        (record,) = target.page(f"records?wait=5&tag={quote(tag)}")
        assert record["host_matches"] is matches


def test_the_emulator_signs_as_it_checks(target: Target) -> None:
    signed = auth.signed_query(HOST, PATH, api_key=KEY, api_secret=SECRET, now=NOW)
    assert len(signed["authorization"]) == 212
    assert auth.verify(signed, PATH, api_key=KEY, api_secret=SECRET, now=NOW + 299) is None
    late = auth.verify(signed, PATH, api_key=KEY, api_secret=SECRET, now=NOW + 301)
    assert late is auth.DATE
    wrong_day = {**signed, "date": signed["date"].replace("Mon", "Tue")}
    strict = auth.verify(wrong_day, PATH, api_key=KEY, api_secret=SECRET, now=NOW, strict=True)
    assert strict is auth.DATE


def test_works_over_tls_and_ipv6(target: Target) -> None:
    context = target.trust()
    for name in ("localhost", "127.0.0.1"):
        url = target.url(tls=True).replace("127.0.0.1", name, 1)
        with RawClient(url, context=context) as client:
            assert client.status == 101
    port = target.ready["ws_port"]
    try:
        with RawClient(f"ws://[::1]:{port}{urlsplit(target.url()).path}?{query()}") as client:
            assert client.status == 101
    except OSError:
        pytest.skip("no IPv6 here")
