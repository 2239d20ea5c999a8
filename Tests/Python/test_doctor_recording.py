"""What the doctor writes can be replayed, and contains no secret."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from doctors import LOGIN, Doctor, Examined, credentials, doctor
from service import Service
from sparkchat import Response, Spark, SparkError
from sparkchat._recording.redaction import Redaction
from sparkchat.testing import Replay, replay

__all__ = ["doctor"]


def ask_again(service: Replay, exchange: dict[str, str]) -> Response | SparkError:
    """Ask a recorded question of the service that replays its answer."""
    question, domain = "1+1", "generalv3.5"
    request = json.loads(json.dumps(exchange["request"]))
    if exchange["transport"] == "http":
        question, domain = request["messages"][0]["content"], request["model"]
    elif request:
        question = request["payload"]["message"]["text"][0]["content"]
        domain = request["parameter"]["chat"]["domain"]
    settings = service.settings_for(exchange["transport"], exchange["path"], domain)
    with Spark(**settings, environment=False, max_attempts=1) as spark:
        try:
            return spark.invoke(question)
        except SparkError as error:
            return error


def replayed(done: Examined) -> Iterator[tuple[dict, Response | SparkError]]:
    with replay(done.file) as service:
        for exchange in done.recording["exchanges"]:
            yield exchange, ask_again(service, exchange)
        assert service.left == []


def test_answers_are_replayed(doctor: Doctor) -> None:
    texts = []
    for exchange, answer in replayed(doctor()):
        assert isinstance(answer, Response), answer
        assert exchange["error"] is None
        assert exchange["timings"]["first_text"] > 0
        texts.append(answer.text)
    assert texts[0] == "1 + 1 = **2**."
    assert texts[2:] == ["2 + 2 = **4**.", "3 + 3 = **6**."]


@pytest.mark.parametrize(
    "scenario",
    [
        "error:code=10008",
        "error:code=11200,after=1",
        "status:code=403,body=Your IP address is not allowed",
        "drop:after=2",
    ],
)
def test_failures_are_replayed(doctor: Doctor, scenario: str) -> None:
    count = 0
    for exchange, error in replayed(doctor(scenario=scenario)):
        assert isinstance(error, SparkError)
        recorded = exchange["error"]
        assert recorded["status"] == error.status.name
        assert recorded["service_code"] == error.service_code
        assert recorded["sid"] == error.sid
        count += 1
    assert count == 4


def test_a_wrong_clock_is_replayed(doctor: Doctor) -> None:
    for exchange, error in replayed(doctor(scenario="skew:seconds=3600,always=1")):
        if exchange["transport"] == "websocket":
            assert isinstance(error, PermissionError)
            assert abs(error.clock_skew + 3600) <= 1  # type: ignore[attr-defined]
            assert "set this machine's clock" in error.hint  # type: ignore[attr-defined]


def encoded(before: str, secret: str, behind: str) -> str:
    return base64.b64encode(f"{before}{secret}{behind}".encode()).decode()


BEFORE = ("", "a", "ab", 'api_key="')


def clothes(secret: str) -> Iterator[str]:
    """Yield the forms in which a server may repeat a secret."""
    yield secret
    yield secret.encode().hex()
    yield from (encoded(before, secret, '", more') for before in BEFORE)


def traces(secret: str) -> Iterator[str]:
    """Yield texts that show one of these forms, whatever precedes and follows the secret."""
    yield secret
    yield secret.encode().hex()
    for before in BEFORE:
        start = -(-len(before) * 4 // 3)
        one, other = encoded(before, secret, "AAA"), encoded(before, secret, "\x7f\x7f\x7f")
        same = next(
            at for at, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]
        )
        yield one[start:same]


def forms(secret: str) -> Iterator[str]:
    escapes = (str, lambda text: quote(text, safe=""), lambda text: json.dumps(text)[1:-1])
    for trace, escape in product(traces(secret), escapes):
        yield escape(trace)


@pytest.fixture
def told(service: Service) -> dict[str, str]:
    """Environment variables with this machine's secrets."""
    return {
        **credentials(service),
        "SPARKAI_API_KEY": "fedcba98765432100123456789abcdef",
        "https_proxy": f"http://{LOGIN}@127.0.0.1:9",
        "no_proxy": "*",
        "USER": "wanderer",
    }


@pytest.mark.parametrize(
    "scenario", ["error:code=10012,message", "status:code=401,body", "single:content"]
)
def test_no_secret_is_said_or_written(
    scenario: str, doctor: Doctor, service: Service, told: dict[str, str], tmp_path: Path
) -> None:
    secrets = [*credentials(service).values(), told["SPARKAI_API_KEY"], *LOGIN.split(":")]
    authorization = service.signed_url().partition("authorization=")[2].partition("&")[0]
    # A URL cannot hold more; the test below tries the other forms without a service.
    plain = " ".join([*secrets, authorization, f"Bearer {service.password}"])
    echoed = f"{plain} {encoded(BEFORE[-1], secrets[1], 'x')} {secrets[2].encode().hex()}"
    folder = tmp_path / "wanderer"
    folder.mkdir()
    authority = folder / "ca.pem"
    authority.write_bytes(Path(service.ca_file).read_bytes())
    done = doctor("--ca-file", str(authority), environment=told, scenario=f"{scenario}={echoed}")
    everything = done.said + done.complained + done.file.read_text(encoding="utf-8")
    for secret in secrets:
        for form in forms(secret):
            assert form.lower() not in everything.lower(), (secret, form)
    assert authorization not in everything
    assert "wanderer" not in everything
    assert str(tmp_path) not in everything
    assert "***" in everything
    assert len(done.recording["exchanges"]) == 4


@pytest.mark.parametrize(
    "secret", ["0123456789abcdef", 'a "quoted" pass/word', "pässwörd", "k+/=k+/="]
)
def test_secrets_in_clothes(secret: str) -> None:
    redaction = Redaction([secret])
    for worn, change in product(clothes(secret), (str, quote, quote_plus, json.dumps, str.upper)):
        left = redaction.text(f"before {change(worn)} behind")
        for form in forms(secret):
            assert form.lower() not in left.lower(), (worn, form)
        assert left.startswith("before ")
        assert left.endswith(" behind")


def test_a_secret_that_was_cut_is_told_by_its_beginning() -> None:
    secret = "0123456789abcdef"
    for worn in clothes(secret):
        assert worn[:20] not in Redaction([secret]).text(f"before {worn[:20]}")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("GET /chat?authorization=abc%3D&date=x", "GET /chat?authorization=***&date=x"),
        ("Authorization: Bearer abc:def123", "Authorization: Bearer ***"),
        ("no valid authorization: the account", "no valid authorization: the account"),
        ("http://me:word@proxy:3128", "http://***@proxy:3128"),
        ('signature=\\"abc\\"', 'signature=\\"***\\"'),
        ("YXBpX2tleT0iMDEyMw== is one", "*** is one"),
        ("/home/ada/x, /home/adam, /srv/ada", "~/x, /home/adam, /srv/***"),
    ],
)
def test_what_is_a_credential_by_its_place(text: str, left: str) -> None:
    assert Redaction([], names=["ada"], home="/home/ada").text(text) == left


def test_names_of_users_are_taken_out_of_paths_only(doctor: Doctor, service: Service) -> None:
    done = doctor(environment={**credentials(service), "USER": "library"})
    assert "library" in done.recording["doctor"]
