"""`sparkchat doctor` with credentials, plans and domains that are wrong."""

from __future__ import annotations

import re

import pytest

from doctors import QUESTIONS, Doctor, credentials, doctor, way
from service import Service

__all__ = ["doctor", "way"]


def test_a_key_of_another_plan(doctor: Doctor, service: Service, way: str) -> None:
    url = "https://maas-coding-api.cn-huabei-1.xf-yun.com/v2"
    where = ["--proxy", way, "--domain", "astron-code-latest"]
    key = {"IFLYTEK_SPARK_API_PASSWORD": service.ready["coding_key"]}
    done = doctor(*where, url=url, environment=key)
    assert done.status == 0, done.said
    assert "the Coding Plan (its terms allow coding tools" in done.finding("plan", "ok")
    key = {"IFLYTEK_SPARK_API_PASSWORD": service.ready["token_key"]}
    done = doctor(*where, url=url, environment=key)
    assert done.status == 1
    said = done.finding("plain (astron-code-latest over HTTP)", "problem")
    assert "apikey not found" in said
    assert "the Coding Plan takes only its own keys" in said


def test_a_key_of_a_plan_alone(doctor: Doctor, service: Service, way: str) -> None:
    key = {"IFLYTEK_SPARK_API_PASSWORD": service.ready["coding_key"]}
    done = doctor("--proxy", way, url="", environment=key)
    assert done.status == 1
    said = done.finding("plan: the API password may belong to another plan", "note")
    host = "cn-huabei-1.xf-yun.com/v2"
    for name, url in (
        ("maas", "maas-api"),
        ("token-plan", "maas-token-api"),
        ("coding-plan", "maas-coding-api"),
    ):
        assert f"--model {name} (https://{url}.{host})" in said
    there = ("--model", "coding-plan", "--domain", "astron-code-latest")
    done = doctor("--proxy", way, *there, url="", environment=key)
    assert done.status == 0, done.said


def test_a_gateway_of_the_environment(doctor: Doctor, service: Service) -> None:
    for url in (service.url(), service.url(tls=True)):
        there = {"IFLYTEK_SPARK_API_URL": url}
        done = doctor(url="", environment={**credentials(service), **there})
        assert (done.status, done.complained) == (0, ""), done.said
        for topic in QUESTIONS:
            done.finding(topic, "ok")


def test_a_test_service_of_the_environment(doctor: Doctor, service: Service) -> None:
    there = {"SPARKCHAT_TEST_SERVICE": service.base()}
    done = doctor(url="", environment={**credentials(service), **there})
    assert (done.status, done.complained) == (0, ""), done.said
    done.finding("over HTTP (generalv3.5 over HTTP)", "ok")


def test_a_wrong_key(doctor: Doctor, service: Service) -> None:
    done = doctor(environment=credentials(service, password=False, api_key="f" * 32))
    assert done.status == 1
    done.finding("clock", "ok")
    said = done.finding("plain", "problem")
    assert "HTTP status 401" in said
    assert "the API key is unknown" in said
    assert "the API key comes from IFLYTEK_SPARK_API_KEY" in said


def test_key_and_secret_swapped(doctor: Doctor, service: Service) -> None:
    key, secret = service.credentials["api_key"], service.credentials["api_secret"]
    done = doctor(environment=credentials(service, api_key=secret, api_secret=key))
    assert done.status == 1
    said = done.finding("credentials: API key and API secret look swapped", "problem")
    assert re.findall(r"\n(\w+) +credentials: ", done.said) == ["problem"]
    assert "exchange the values of IFLYTEK_SPARK_API_KEY and IFLYTEK_SPARK_API_SECRET" in said


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ('"{}"', "quotation marks around it"),
        ("'{}'", "quotation marks around it"),
        (" {}", "a blank or a line end in it"),
        ("{}\r", "a blank or a line end in it"),
        ("{}é", "a character that is not ASCII"),
    ],
)
def test_what_was_copied_badly(doctor: Doctor, service: Service, odd: str, words: str) -> None:
    key = odd.format(service.credentials["api_key"])
    done = doctor(environment=credentials(service, api_key=key))
    assert done.status == 1
    said = done.finding("credentials: the API key", "problem")
    assert re.findall(r"\n(\w+) +credentials: ", done.said) == ["problem"]
    assert f"the API key in IFLYTEK_SPARK_API_KEY has {words}" in said
    assert "copy it from the console again" in said
    assert "begin with: credentials" in done.said
    assert service.credentials["api_key"] not in done.said + done.file.read_text(encoding="utf-8")


def test_a_key_of_an_unusual_length(doctor: Doctor, service: Service) -> None:
    done = doctor(environment=credentials(service, app_id="a1b2c3d"))
    assert "has 7 characters, not the usual 8 hex digits" in done.finding(
        "credentials: the app", "note"
    )


def test_a_secret_of_one_letter(doctor: Doctor, service: Service) -> None:
    done = doctor(environment=credentials(service, api_key="p"))
    assert (done.status, done.complained) == (1, "")
    assert "wrong on this side" in done.said


def test_a_secret_that_is_missing(doctor: Doctor, service: Service) -> None:
    done = doctor(environment=credentials(service, password=False, api_secret=""))
    assert done.status == 1
    assert "set IFLYTEK_SPARK_API_SECRET" in done.finding("credentials", "problem")


def test_no_credentials_at_all(doctor: Doctor) -> None:
    done = doctor(environment={})
    assert done.status == 1
    # Checks that need no credentials still run.
    done.finding("clock", "ok")
    said = done.finding("credentials: there are none", "problem")
    assert "set IFLYTEK_SPARK_APP_ID" in said
    assert "console at xfyun.cn" in said
    assert "see the credentials" in done.finding("plain", "skipped")


def test_a_domain_that_is_not_served_at_the_url(doctor: Doctor) -> None:
    done = doctor("--domain", "4.0Ultra")
    assert done.status == 1
    said = done.finding("plain (4.0Ultra over WebSocket)", "problem")
    assert "code 10003" in said
    assert "check that the domain belongs to the URL" in said
    done = doctor("--domain", "4.0Ultra", url="wss://spark-api.xf-yun.com/v3.5/chat")
    assert done.status == 1
    assert "4.0Ultra" in done.finding("settings", "problem")
