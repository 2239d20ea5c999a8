"""Chats through real proxies: successes, and the error for each refusal."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from proxies import RunningProxy, find, free_port, running
from proxy_kinds import FORBIDDEN_HOST, HIDDEN_HOST, KINDS, Login
from support.asking import Answer, ask
from support.cases import run_case
from support.paths import TESTS
from support.service import Service
from support.workshop import Workshop

Start = Callable[..., RunningProxy]
WITH_LOGIN = [name for name, kind in KINDS.items() if kind.password]
# The Swift runtime never frees its own data; only definite losses count.
VALGRIND = (
    *("valgrind", "-q", "--error-exitcode=9", "--leak-check=full"),
    *("--show-leak-kinds=definite", "--errors-for-leak-kinds=definite"),
)
# Installing squid starts it permanently, so the test run does not install it automatically.
OPTIONAL = {"squid"}


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Start each proxy once."""
    started: dict[tuple[str, bool], RunningProxy] = {}
    with ExitStack() as stack:

        def proxy(name: str, *, with_login: bool = False) -> RunningProxy:
            if name in OPTIONAL and find(KINDS[name].program) is None:
                pytest.skip(f"{name} is not installed")
            if (name, with_login) not in started:
                folder = tmp_path_factory.mktemp("a proxy")
                started[name, with_login] = stack.enter_context(
                    running(name, folder, with_login=with_login)
                )
            return started[name, with_login]

        yield proxy


def on_host(service: Service, host: str, scheme: str = "ws", **query: str) -> str:
    """Return the service's address with another host."""
    known = "localhost" if scheme in ("wss", "https") else "127.0.0.1"
    return service.url(scheme, **query).replace(known, host, 1)


def assert_nothing_leaks(outcome: Answer, proxy: RunningProxy) -> None:
    """No password is visible, neither plain nor as it was written in the URL."""
    assert proxy.login is not None
    for secret in (proxy.login.password, proxy.login.quoted().partition(":")[2]):
        assert secret not in str(outcome)


@pytest.mark.parametrize("scheme", ["ws", "wss", "http", "https"])
@pytest.mark.parametrize("name", KINDS)
def test_chats_through(
    name: str, scheme: str, start: Start, workshop: Workshop, service: Service, tag: str
) -> None:
    """The request arrives once, and the proxy has seen the connection."""
    proxy = start(name)
    outcome = ask(workshop, service.url(scheme, tag=tag), proxy=proxy.url())
    assert outcome.status == "OK", outcome
    assert outcome.text
    assert len(service.records(tag)) == 1
    port = service.base(scheme).rpartition(":")[2]
    deadline = time.monotonic() + 10
    while port not in proxy.log() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert port in proxy.log()


@pytest.mark.parametrize("name", KINDS)
def test_long_answer(name: str, start: Start, workshop: Workshop, service: Service) -> None:
    """The tunnel carries an answer of many chunks unchanged."""
    url = service.url("wss", scenario="count:n=3000,size=200")
    outcome = ask(workshop, url, proxy=start(name).url())
    assert outcome.status == "OK", outcome
    words = outcome.text.replace(".", " ").split()
    assert words == [str(number) for number in range(3000)]


@pytest.mark.parametrize("scheme", ["wss", "https"])
@pytest.mark.parametrize("name", KINDS)
def test_many_at_once(
    name: str, scheme: str, start: Start, workshop: Workshop, service: Service
) -> None:
    """A group waits for all proxies concurrently, not for one of them alone."""
    program = workshop.case_program(TESTS / "proxy" / "through_a_proxy.c", sanitized=True)
    addresses = {"SPARK_URL": service.url(scheme), "SPARK_PROXY": start(name).url()}
    run_case(program, "forty_at_once", workshop, **addresses)


@pytest.mark.parametrize("name", ["tinyproxy", "microsocks"])
def test_memory(name: str, start: Start, workshop: Workshop, service: Service) -> None:
    """Valgrind reports nothing, whether the proxy connects or not."""
    proxy = start(name, with_login=True)
    for login in (proxy.login, Login("bob", "wrong")):
        url = service.url("wss")
        outcome = ask(workshop, url, proxy=proxy.url(login), backoff=1, wrapper=VALGRIND)
        assert outcome.status == ("OK" if login is proxy.login else "ERR_CONNECT")


@pytest.mark.parametrize("name", KINDS)
def test_proxy_looks_up_the_name(
    name: str, start: Start, workshop: Workshop, service: Service, tag: str
) -> None:
    """The name cannot be looked up here; only the proxy knows it."""
    url = on_host(service, HIDDEN_HOST, tag=tag)
    assert ask(workshop, url).status == "ERR_RESOLVE"
    outcome = ask(workshop, url, proxy=start(name).url())
    assert outcome.status == "OK", outcome
    assert len(service.records(tag)) == 1


@pytest.mark.parametrize("name", KINDS)
def test_server_with_an_ipv6_address(
    name: str, start: Start, workshop: Workshop, service: Service
) -> None:
    """The proxy receives the address as an address."""
    if not has_ipv6():
        pytest.skip("this machine has no IPv6")
    for scheme in ("ws", "wss"):
        url = on_host(service, "[::1]", scheme)
        outcome = ask(workshop, url, proxy=start(name).url())
        assert outcome.status == "OK", outcome


@pytest.mark.parametrize("name", WITH_LOGIN)
def test_login(name: str, start: Start, workshop: Workshop, service: Service) -> None:
    """The proxy accepts user name and password, with all characters that a URL must encode."""
    proxy = start(name, with_login=True)
    for scheme in ("ws", "wss", "http", "https"):
        outcome = ask(workshop, service.url(scheme), proxy=proxy.url())
        assert outcome.status == "OK", outcome
        assert_nothing_leaks(outcome, proxy)


@pytest.mark.parametrize("name", WITH_LOGIN)
def test_login_is_missing(name: str, start: Start, workshop: Workshop, service: Service) -> None:
    """The error says what to set."""
    proxy = start(name, with_login=True)
    outcome = ask(workshop, service.url(), proxy=proxy.url(None), max_attempts=3, backoff=1)
    assert outcome.status == "ERR_CONNECT", outcome
    assert outcome.phase == "proxy"
    assert outcome.http_status == (407 if proxy.kind.scheme == "http" else 0)
    assert outcome.retryable == 0
    assert outcome.attempts == 1
    assert "requires a user name and a password" in outcome.message
    assert f"127.0.0.1:{proxy.port}" in outcome.message
    assert f"{proxy.kind.scheme}://user:password@host:port" in outcome.hint


@pytest.mark.parametrize("name", WITH_LOGIN)
def test_login_is_wrong(name: str, start: Start, workshop: Workshop, service: Service) -> None:
    """It is not retried, and is not visible anywhere."""
    proxy = start(name, with_login=True)
    assert proxy.login is not None
    wrong = Login(proxy.login.user, "wr0ng-" + proxy.login.password)
    outcome = ask(workshop, service.url("wss"), proxy=proxy.url(wrong), max_attempts=3, backoff=1)
    assert outcome.status == "ERR_CONNECT", outcome
    assert outcome.phase == "proxy"
    assert outcome.retryable == 0
    assert outcome.attempts == 1
    assert "does not accept the user name and the password" in outcome.message
    assert_nothing_leaks(outcome, proxy)
    assert "wr0ng" not in str(outcome)


@pytest.mark.parametrize("name", KINDS)
def test_server_is_down(name: str, start: Start, workshop: Workshop) -> None:
    """The error names both, and is retryable."""
    proxy = start(name)
    port = free_port()
    outcome = ask(
        workshop, f"ws://127.0.0.1:{port}/v3.5/chat", proxy=proxy.url(), max_attempts=2, backoff=1
    )
    assert outcome.status == "ERR_CONNECT", outcome
    assert outcome.phase == "proxy"
    assert outcome.retryable == 1
    assert outcome.attempts == 2
    assert f"127.0.0.1:{proxy.port}" in outcome.message
    assert f"127.0.0.1:{port}" in outcome.message


@pytest.mark.parametrize("name", ["tinyproxy", "squid", "danted"])
def test_server_is_forbidden(name: str, start: Start, workshop: Workshop, service: Service) -> None:
    """A connection that the proxy's rules forbid is not retried."""
    url = on_host(service, FORBIDDEN_HOST)
    outcome = ask(workshop, url, proxy=start(name).url(), max_attempts=3, backoff=1)
    assert outcome.status == "ERR_CONNECT", outcome
    assert outcome.phase == "proxy"
    assert outcome.retryable == 0
    assert outcome.attempts == 1
    assert "administrator" in outcome.hint
    assert FORBIDDEN_HOST in outcome.message


@pytest.mark.parametrize("name", KINDS)
def test_server_name_is_unknown(name: str, start: Start, workshop: Workshop) -> None:
    """The proxy reports it, each kind in its own way."""
    outcome = ask(workshop, "wss://nowhere.test/v3.5/chat", proxy=start(name).url())
    assert outcome.status == "ERR_CONNECT", outcome
    assert outcome.phase == "proxy"
    assert "nowhere.test:443" in outcome.message


@pytest.mark.parametrize("name", KINDS)
def test_tls_is_verified_through(
    name: str, start: Start, workshop: Workshop, service: Service
) -> None:
    """The certificate must match the server in the URL, whatever proxy carries the bytes."""
    proxy = start(name).url()
    for port in ("tls_untrusted", "tls_wrong_name", "tls_expired"):
        authority = f"localhost:{service.ready['ports'][port]}"
        for url in (f"wss://{authority}/v3.5/chat", f"https://{authority}/v1/chat/completions"):
            outcome = ask(workshop, url, proxy=proxy)
            assert outcome.status == "ERR_CERTIFICATE", outcome
            assert outcome.phase == "tls"
    for scheme in ("wss", "https"):
        outcome = ask(workshop, on_host(service, HIDDEN_HOST, scheme), proxy=proxy)
        assert outcome.status == "ERR_CERTIFICATE", outcome
        assert HIDDEN_HOST in outcome.message


def has_ipv6() -> bool:
    """Return whether the loopback has an IPv6 address."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True
