"""Proxies that do not exist, do not answer, or speak another protocol; and bad settings."""

from __future__ import annotations

import pytest
from proxies import free_port, running
from support.asking import ask
from support.peer import Peer
from support.server import ScriptedServer
from support.service import Service
from support.workshop import Workshop

SCHEMES = ["http", "socks5"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_proxy_is_down(scheme: str, workshop: Workshop, service: Service) -> None:
    """The error names the proxy, and nothing bypasses it."""
    port = free_port()
    outcome = ask(
        workshop,
        service.url("wss"),
        proxy=f"{scheme}://127.0.0.1:{port}",
        max_attempts=2,
        backoff=1,
    )
    assert outcome.status == "ERR_CONNECT", outcome
    assert outcome.phase == "connect"
    assert outcome.retryable == 1
    assert outcome.attempts == 2
    assert f"proxy 127.0.0.1:{port}" in outcome.message


@pytest.mark.parametrize("scheme", SCHEMES)
def test_proxy_name_is_unknown(scheme: str, workshop: Workshop, service: Service) -> None:
    """The proxy's own name is looked up here."""
    outcome = ask(workshop, service.url(), proxy=f"{scheme}://user:hunter2@nowhere.test")
    assert outcome.status == "ERR_RESOLVE", outcome
    assert outcome.phase == "resolve"
    assert "nowhere.test" in outcome.message
    assert "hunter2" not in str(outcome)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("option", ["connect_timeout", "total_timeout"])
def test_proxy_says_nothing(option: str, scheme: str, workshop: Workshop, service: Service) -> None:
    """The proxy has the connect timeout, within the total timeout."""
    port = service.ready["ports"]["blackhole"]
    outcome = ask(workshop, service.url(), proxy=f"{scheme}://127.0.0.1:{port}", **{option: 300})
    assert outcome.status == "ERR_TIMEOUT", outcome
    assert outcome.phase == ("proxy" if option.startswith("connect") else "total")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_proxy_stops_in_the_middle(scheme: str, workshop: Workshop, service: Service) -> None:
    """The start of an answer is not an answer."""
    start = b"HTTP/1.1 200 OK\r\nVia:" if scheme == "http" else b"\x05\x00\x05\x00\x00\x03"

    def script(peer: Peer) -> None:
        peer.send(start)
        peer.wait()

    with ScriptedServer(script) as server:
        proxy = f"{scheme}://127.0.0.1:{server.port}"
        outcome = ask(workshop, service.url(), proxy=proxy, connect_timeout=500)
    assert outcome.status == "ERR_TIMEOUT", outcome
    assert outcome.phase == "proxy"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("port", ["close", "reset"])
def test_proxy_hangs_up(port: str, scheme: str, workshop: Workshop, service: Service) -> None:
    """The failure may be transient."""
    number = service.ready["ports"][port]
    outcome = ask(
        workshop, service.url(), proxy=f"{scheme}://127.0.0.1:{number}", max_attempts=2, backoff=1
    )
    assert outcome.status == "ERR_CONNECT", outcome
    assert outcome.retryable == 1
    assert outcome.attempts == 2
    assert f"proxy 127.0.0.1:{number}" in outcome.message


@pytest.mark.parametrize("scheme", SCHEMES)
def test_proxy_is_none(scheme: str, workshop: Workshop, service: Service) -> None:
    """Its answer is invalid."""
    port = service.ready["ports"]["garbage"]
    proxy = f"{scheme}://alice:hunter2@127.0.0.1:{port}"
    outcome = ask(workshop, service.url(), proxy=proxy, max_attempts=2, backoff=1)
    assert outcome.status == "ERR_PROTOCOL", outcome
    assert outcome.phase == "proxy"
    assert outcome.attempts == 1
    assert f"proxy 127.0.0.1:{port}" in outcome.message
    assert "hunter2" not in str(outcome)


def test_proxy_is_a_page(workshop: Workshop, service: Service) -> None:
    """A web server answers any request with 200: the proxy's URL is to blame, not the service's."""

    def script(peer: Peer) -> None:
        peer.head()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>")
        peer.wait()

    with ScriptedServer(script) as server:
        outcome = ask(workshop, service.url("wss"), proxy=f"http://127.0.0.1:{server.port}")
    assert outcome.status == "ERR_PROTOCOL", outcome
    assert "unexpected data" in outcome.message
    assert "the proxy's URL" in outcome.hint
    assert "Spark endpoint" not in outcome.hint


def test_scheme_is_wrong(
    workshop: Workshop, service: Service, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SOCKS to an HTTP proxy: it answers in HTTP, hangs up, or waits for a line end."""
    with running("tinyproxy", tmp_path_factory.mktemp("a proxy")) as proxy:
        url = proxy.url().replace("http://", "socks5://")
        outcome = ask(workshop, service.url(), proxy=url, connect_timeout=500)
        assert outcome.status in ("ERR_PROTOCOL", "ERR_CONNECT", "ERR_TIMEOUT"), outcome
        assert outcome.phase == "proxy"
    with running("microsocks", tmp_path_factory.mktemp("a proxy")) as proxy:
        url = proxy.url().replace("socks5://", "http://")
        outcome = ask(workshop, service.url(), proxy=url, connect_timeout=500)
        assert outcome.status in ("ERR_PROTOCOL", "ERR_CONNECT"), outcome
        assert outcome.phase == "proxy"
        assert str(proxy.port) in outcome.message


@pytest.mark.parametrize(
    "url",
    [
        "https://alice:hunter2@proxy:1",
        "socks4://alice:hunter2@proxy:1",
        "http://alice:hunter2",
        "http://alice:hunter2@proxy:1/path",
        "http://alice:hunter%2@proxy:1",
        "http://alice:hunter2@[::1",
        "http://alice hunter2@proxy",
    ],
)
def test_setting_is_bad(url: str, workshop: Workshop, service: Service) -> None:
    """It is refused before any connection, without showing it; a valid one replaces it."""
    outcome = ask(workshop, service.url(), proxy=url)
    assert outcome.status == "ERR_INVALID_ARGUMENT", outcome
    assert "proxy" in outcome.message
    assert outcome.hint
    assert "hunter" not in str(outcome)
    assert ask(workshop, service.url(), "Hello", "proxy", url, "proxy", "").status == "OK"
