"""A scheme that the server does not speak: the hint names the right one."""

from __future__ import annotations

import pytest
from support.asking import ask
from support.service import Service
from support.workshop import Workshop

OTHER = {"ws": "wss", "wss": "ws", "http": "https", "https": "http"}


@pytest.mark.parametrize("scheme", OTHER)
def test_scheme_of_the_other_port(scheme: str, workshop: Workshop, service: Service) -> None:
    """Plain text to a TLS server, and TLS to a plain server."""
    url = service.url(OTHER[scheme]).replace(f"{OTHER[scheme]}://", f"{scheme}://", 1)
    outcome = ask(workshop, url, max_attempts=1, domain="4.0Ultra")
    assert outcome.status in ("ERR_TLS", "ERR_IO", "ERR_TRUNCATED", "ERR_HANDSHAKE"), outcome
    assert f"{OTHER[scheme]}://" in outcome.hint, outcome
    assert f"{scheme}://" not in outcome.hint, outcome


@pytest.mark.parametrize("scheme", ["ws", "http"])
def test_server_hangs_up(scheme: str, workshop: Workshop, service: Service) -> None:
    """A TLS server may send nothing at all."""
    url = f"{scheme}://127.0.0.1:{service.ready['ports']['close']}/v4.0/chat"
    outcome = ask(workshop, url, max_attempts=1, domain="4.0Ultra")
    assert f"{OTHER[scheme]}://" in outcome.hint, outcome


@pytest.mark.parametrize("body", ["Client sent an HTTP request to an HTTPS server.", "no"])
def test_servers_word(body: str, workshop: Workshop, service: Service) -> None:
    """Some servers say over HTTP what they expect."""
    outcome = ask(workshop, service.url(scenario=f"status:code=400,body={body}"))
    assert ("wss://" in outcome.hint) == (body != "no"), outcome


def test_domain_at_a_gateway(workshop: Workshop, service: Service) -> None:
    """The service only says that something is wrong."""
    url = service.url().replace("/v4.0/chat", "/v3.5/chat")
    outcome = ask(workshop, url, domain="lite")
    assert outcome.status == "ERR_INVALID_REQUEST", outcome
    assert 'the domain is "lite", and the path is that of "generalv3.5"' in outcome.hint, outcome
