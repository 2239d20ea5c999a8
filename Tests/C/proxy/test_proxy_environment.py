"""The proxy from the environment, and the exceptions in `no_proxy`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from proxies import RunningProxy, free_port, running
from support.asking import Answer, ask
from support.service import Service
from support.workshop import Workshop


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    """Start a proxy of the simplest kind."""
    with running("microsocks", tmp_path_factory.mktemp("a proxy")) as proxy:
        yield proxy


@pytest.fixture
def nowhere() -> str:
    """Return the address of a proxy that is down: using it fails."""
    return f"http://127.0.0.1:{free_port()}"


def went_through(outcome: Answer) -> bool:
    """Return whether the proxy that is down was used."""
    if outcome.status == "OK":
        return False
    assert outcome.status == "ERR_CONNECT", outcome
    assert "proxy" in outcome.message
    return True


@pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
def test_each_variable(
    variable: str, proxy: RunningProxy, workshop: Workshop, service: Service
) -> None:
    """Each variable is enough, for both kinds of URL."""
    for scheme in ("ws", "wss"):
        before = proxy.log().count("connected to")
        outcome = ask(
            workshop, service.url(scheme), proxy_environment=1, environment={variable: proxy.url()}
        )
        assert outcome.status == "OK", outcome
        assert proxy.log().count("connected to") == before + 1


def test_only_on_request(nowhere: str, workshop: Workshop, service: Service) -> None:
    """Without the call, the environment is not read."""
    assert (
        ask(
            workshop, service.url(), environment={"https_proxy": nowhere, "all_proxy": nowhere}
        ).status
        == "OK"
    )


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "ftp_proxy", "proxy"])
def test_other_variables(variable: str, nowhere: str, workshop: Workshop, service: Service) -> None:
    """Variables that other programs use are ignored."""
    assert (
        ask(workshop, service.url(), proxy_environment=1, environment={variable: nowhere}).status
        == "OK"
    )


def test_order(proxy: RunningProxy, nowhere: str, workshop: Workshop, service: Service) -> None:
    """The more specific name has priority, and an empty variable counts as unset."""
    good, bad = proxy.url(), nowhere
    for variables in (
        {"https_proxy": good, "all_proxy": bad},
        {"HTTPS_PROXY": good, "ALL_PROXY": bad, "all_proxy": bad},
        {"https_proxy": "", "all_proxy": good},
    ):
        outcome = ask(workshop, service.url(), proxy_environment=1, environment=variables)
        assert outcome.status == "OK", (variables, outcome)


@pytest.mark.parametrize(
    "entry", ["*", "127.0.0.1", "localhost,127.0.0.0/8", "a.test 127.0.0.1:{port}", "127.0.0.1/32"]
)
@pytest.mark.parametrize("variable", ["no_proxy", "NO_PROXY"])
def test_no_proxy_covers(
    variable: str, entry: str, nowhere: str, workshop: Workshop, service: Service
) -> None:
    """The server is reached directly."""
    covered = {"https_proxy": nowhere, variable: entry.format(port=service.ready["ws_port"])}
    assert not went_through(ask(workshop, service.url(), proxy_environment=1, environment=covered))


@pytest.mark.parametrize("entry", ["", "localhost", "127.0.0.1:1", "10.0.0.0/8", "7.0.0.1", "::1"])
def test_no_proxy_does_not_cover(
    entry: str, nowhere: str, workshop: Workshop, service: Service
) -> None:
    """The list applies to the server's name in the URL."""
    variables = {"https_proxy": nowhere, "no_proxy": entry}
    outcome = ask(workshop, service.url(), proxy_environment=1, environment=variables)
    assert went_through(outcome)


def test_no_proxy_covers_names(nowhere: str, workshop: Workshop, service: Service) -> None:
    """Here the URL says `localhost`."""
    for entry, is_covered in (("LocalHost", True), ("host", False), ("127.0.0.1", False)):
        variables = {"https_proxy": nowhere, "no_proxy": entry}
        outcome = ask(workshop, service.url("wss"), proxy_environment=1, environment=variables)
        assert went_through(outcome) != is_covered, (entry, outcome)


def test_explicit_proxy_wins(
    proxy: RunningProxy, nowhere: str, workshop: Workshop, service: Service
) -> None:
    """In either order; and `no_proxy` does not apply to it."""
    explicit, implicit = ("proxy", proxy.url()), ("proxy_environment", "1")
    variables = {"https_proxy": nowhere, "no_proxy": "*"}
    for options in ((*explicit, *implicit), (*implicit, *explicit)):
        before = proxy.log().count("connected to")
        outcome = ask(workshop, service.url(), "Hello", *options, environment=variables)
        assert outcome.status == "OK", outcome
        assert proxy.log().count("connected to") == before + 1, options


def test_explicit_no_proxy_wins(nowhere: str, workshop: Workshop, service: Service) -> None:
    """An empty setting counts as set."""
    none, implicit = ("proxy", ""), ("proxy_environment", "1")
    for options in ((*none, *implicit), (*implicit, *none)):
        variables = {"https_proxy": nowhere}
        outcome = ask(workshop, service.url(), "Hello", *options, environment=variables)
        assert outcome.status == "OK", (options, outcome)


@pytest.mark.parametrize("variable", ["https_proxy", "ALL_PROXY"])
def test_bad_value(variable: str, workshop: Workshop, service: Service) -> None:
    """The error names the variable, but not its value."""
    bad = {variable: "https://alice:hunter2@proxy"}
    outcome = ask(workshop, service.url(), proxy_environment=1, environment=bad)
    assert outcome.status == "ERR_INVALID_ARGUMENT", outcome
    assert variable in outcome.message
    assert "hunter2" not in str(outcome)
    outcome = ask(workshop, service.url(), proxy_environment=1, proxy="", environment=bad)
    assert outcome.status == "OK", outcome


def test_bad_value_only_counts_where_it_would_be_used(
    proxy: RunningProxy, workshop: Workshop, service: Service
) -> None:
    """Not for a host in `no_proxy`, and not if a variable with priority is set."""
    for variables in (
        {"https_proxy": "nonsense://proxy", "no_proxy": "127.0.0.1"},
        {"all_proxy": "https://proxy", "NO_PROXY": "*"},
        {"https_proxy": proxy.url(), "all_proxy": "nonsense://proxy"},
    ):
        outcome = ask(workshop, service.url(), proxy_environment=1, environment=variables)
        assert outcome.status == "OK", (variables, outcome)


def test_socks_is_socks5(proxy: RunningProxy, workshop: Workshop, service: Service) -> None:
    """Desktops write it like this, with a slash at the end."""
    before = proxy.log().count("connected to")
    value = proxy.url().replace("socks5:", "socks:") + "/"
    outcome = ask(workshop, service.url(), proxy_environment=1, environment={"ALL_PROXY": value})
    assert outcome.status == "OK", outcome
    assert proxy.log().count("connected to") == before + 1


@pytest.mark.parametrize("host", ["127.0.0.1", "nowhere.test"])
@pytest.mark.parametrize("variable", [None, "https_proxy", "ALL_PROXY"])
def test_hint_names_where_it_was_set(
    variable: str | None, host: str, workshop: Workshop, service: Service
) -> None:
    """If the proxy is down or unknown, the hint blames the proxy, not the URL."""
    proxy = f"http://{host}:{free_port()}"
    if variable:
        outcome = ask(workshop, service.url(), environment={variable: proxy}, proxy_environment=1)
    else:
        outcome = ask(workshop, service.url(), proxy=proxy)
    assert outcome.status in ("ERR_CONNECT", "ERR_RESOLVE"), outcome
    assert f"proxy {host}" in outcome.message
    assert "URL" not in outcome.hint
    assert (variable or "comes from the configuration") in outcome.hint
