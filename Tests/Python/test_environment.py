"""Settings from the environment: both families of names, and their precedence."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from service import Service
from sparkchat import (
    AuthenticationError,
    ConfigError,
    InvalidArgumentError,
    PermissionDeniedError,
    Spark,
    Transport,
    models,
)

FAMILIES = {
    "langchain": {
        "app_id": "IFLYTEK_SPARK_APP_ID",
        "api_key": "IFLYTEK_SPARK_API_KEY",
        "api_secret": "IFLYTEK_SPARK_API_SECRET",
        "url": "IFLYTEK_SPARK_API_URL",
        "domain": "IFLYTEK_SPARK_LLM_DOMAIN",
    },
    "official SDK": {
        "app_id": "SPARKAI_APP_ID",
        "api_key": "SPARKAI_API_KEY",
        "api_secret": "SPARKAI_API_SECRET",
        "url": "SPARKAI_URL",
        "domain": "SPARKAI_DOMAIN",
    },
}


@pytest.fixture(params=FAMILIES)
def names(request: pytest.FixtureRequest) -> dict[str, str]:
    return FAMILIES[request.param]


@pytest.mark.parametrize(
    ("variable", "value", "settings"),
    [
        ("IFLYTEK_SPARK_API_URL", "wss://spark-api.xf-yun.com/v3.5/chat", {"transport": "http"}),
        ("SPARKAI_URL", "https://spark-api-open.xf-yun.com/v1", {"transport": "websocket"}),
        ("IFLYTEK_SPARK_LLM_DOMAIN", "nonsense", {}),
        ("SPARKAI_DOMAIN", "image", {"transport": "http"}),
    ],
)
def test_a_value_of_the_environment_that_does_not_fit_says_whose_it_is(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, settings: dict[str, Any]
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError, match=f"comes from {variable}"):
        Spark("a1b2c3d4", "key", "secret", **settings)
    option = "url" if "URL" in variable else "domain"
    with pytest.raises(ConfigError) as caught:
        Spark("a1b2c3d4", "key", "secret", **{option: value}, **settings)
    assert variable not in str(caught.value)


def test_a_refusal_says_which_credentials_are_the_environments(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IFLYTEK_SPARK_API_SECRET", "OfAnotherApp")
    given = {name: service.credentials[name] for name in ("app_id", "api_key")}
    client = Spark(**given, url=service.url(), max_attempts=1)
    with pytest.raises(AuthenticationError) as caught:
        client.invoke("Hello")
    assert caught.value.hint.endswith("the API secret comes from IFLYTEK_SPARK_API_SECRET")


def test_a_refused_app_says_whose_its_id_is(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {
        **service.credentials,
        "url": service.url(scenario="error:code=11200,message=domain.lite"),
    }
    monkeypatch.setenv("IFLYTEK_SPARK_APP_ID", given.pop("app_id"))
    with pytest.raises(PermissionDeniedError) as caught:
        Spark(**given, max_attempts=1).invoke("Hello")
    assert caught.value.hint.endswith("the app id comes from IFLYTEK_SPARK_APP_ID")


@pytest.mark.parametrize(
    ("around", "says"),
    [
        ('"{}"', "quotation mark"),
        ("'{}'", "quotation mark"),
        ("{}\r", "carriage return"),
        (" {}", "space"),
        ("{} ", "space"),
        ("{}\n", "line end"),
        ("{} # of the console", "comment"),
    ],
)
@pytest.mark.parametrize("option", ["app_id", "api_key", "api_secret", "url", "domain", "model"])
def test_what_a_file_leaves_around_a_value_is_told(
    monkeypatch: pytest.MonkeyPatch, option: str, around: str, says: str
) -> None:
    good = {
        **{"app_id": "a1b2c3d4", "api_key": "key", "api_secret": "secret", "model": "max"},
        **{"url": "wss://spark-api.xf-yun.com/v3.5/chat", "domain": "generalv3.5"},
    }
    value = around.format(good[option])
    with pytest.raises(InvalidArgumentError, match=says):
        Spark(**{option: value})  # type: ignore[arg-type]
    variable = FAMILIES["langchain"].get(option)
    if variable is not None:
        monkeypatch.setenv(variable, value)
        with pytest.raises(InvalidArgumentError, match=f"{variable}: .*{says}"):
            Spark()


def test_everything_can_come_from_the_environment(
    service: Service, tag: str, monkeypatch: pytest.MonkeyPatch, names: dict[str, str]
) -> None:
    settings = {
        **service.credentials,
        "url": service.url("/v2.1/chat", tag=tag),
        "domain": "generalv2",
    }
    for option, value in settings.items():
        monkeypatch.setenv(names[option], value)
    client = Spark()
    assert (client.url, client.domain) == (settings["url"], "generalv2")
    assert client.invoke("Hello").text
    (record,) = service.records(tag)
    assert record["path"] == "/v2.1/chat"


def test_a_password_of_the_environment_chooses_http_where_nothing_else_is_set(
    service: Service, tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IFLYTEK_SPARK_API_PASSWORD", service.password)
    client = Spark(model="max")
    assert client.transport is Transport.HTTP
    assert client.url == "https://spark-api-open.xf-yun.com/v1/chat/completions"
    assert Spark(url=service.url("/v1", transport="http", tag=tag), domain="lite").invoke("Hello")
    assert service.records(tag)[0]["authorization"] == "password"
    assert Spark(model="max", **service.credentials).transport is Transport.WEBSOCKET


@pytest.mark.parametrize(
    ("settings", "transport"),
    [
        ({}, Transport.WEBSOCKET),
        ({"api_password": "password"}, Transport.HTTP),
        ({"api_password": "password", "transport": "websocket"}, Transport.WEBSOCKET),
        ({"transport": "http"}, Transport.HTTP),
        ({"transport": Transport.HTTP}, Transport.HTTP),
        ({"transport": "auto"}, Transport.WEBSOCKET),
        ({"model": "x2-flash"}, Transport.HTTP),
        ({"model": "image", "api_password": "password"}, Transport.WEBSOCKET),
    ],
)
def test_the_transport_follows_from_model_and_credentials(
    settings: dict[str, Any], transport: Transport
) -> None:
    client = Spark("a1b2c3d4", "key", "secret", **{"model": "max", **settings})
    assert client.transport is transport


@pytest.mark.parametrize(
    ("settings", "error", "says"),
    [
        ({"transport": "tcp"}, InvalidArgumentError, "'tcp'.*websocket"),
        ({"transport": 2}, TypeError, "transport must be a str"),
        ({"transport": "http", "url": "wss://example.com/v3.5/chat"}, ConfigError, "wss://"),
        ({"transport": "http", "model": "image"}, ConfigError, "not served over HTTP"),
        ({"transport": "websocket", "api_key": None}, ConfigError, "API key"),
        ({"transport": "http", "api_secret": None}, ConfigError, "(?i)password"),
    ],
)
def test_a_transport_that_does_not_fit_is_refused(
    settings: dict[str, Any], error: type[Exception], says: str
) -> None:
    credentials = {"app_id": "a1b2c3d4", "api_key": "key", "api_secret": "secret"}
    with pytest.raises(error, match=says):
        Spark(**{**credentials, **settings}, environment=False)


def test_arguments_come_first(
    service: Service, tag: str, monkeypatch: pytest.MonkeyPatch, names: dict[str, str]
) -> None:
    for option, name in names.items():
        monkeypatch.setenv(name, {"url": "ws://127.0.0.1:1/v3.5/chat"}.get(option, "wrong"))
    client = Spark(url=service.url(tag=tag), domain="generalv3.5", **service.credentials)
    assert client.invoke("Hello").text
    # URL and domain belong together: a given one is not combined with the other from elsewhere.
    monkeypatch.setenv(names["url"], "wss://spark-api.xf-yun.com/v3.5/chat")
    assert Spark(model="x1").url == "wss://spark-api.xf-yun.com/v1/x1"
    assert Spark(domain="generalv2").url == "wss://spark-api.xf-yun.com/v2.1/chat"


def test_a_gateway_of_the_environment_is_asked_for_every_model(
    service: Service, tag: str, monkeypatch: pytest.MonkeyPatch, names: dict[str, str]
) -> None:
    for option, value in {**service.credentials, "url": service.url(tag=tag)}.items():
        monkeypatch.setenv(names[option], value)
    monkeypatch.setenv(names["domain"], "generalv3.5")
    for settings in GATEWAY:
        assert Spark(**settings).invoke("1+1").text == "1 + 1 = **2**.", settings
    talk = Spark(model="4.0Ultra").with_options(model="lite")
    assert talk.invoke("1+1").text
    paths = [record["path"] for record in service.records(tag)]
    assert paths == [
        "/v3.5/chat",
        "/v4.0/chat",
        "/v3.1/chat",
        "/v1/x1",
        "/v2.1/image",
        "/agent/v1/chat/completions",
        "/v1/chat/completions",
        "/v1/chat/completions",
        "/v2/chat/completions",
        "/v1.1/chat",
        "/v1.1/chat",
    ]


GATEWAY: list[dict[str, Any]] = [
    {},
    {"model": "4.0Ultra"},
    {"domain": "generalv3"},
    {"model": "x1"},
    {"model": "image"},
    {"model": "x2-flash"},
    {"model": "lite", "transport": "http"},
    {"transport": "http"},
    {"model": "coding-plan", "domain": "astron-code-latest"},
    {"model": "maas", "domain": "patch"},
]


def test_what_replaces_a_url_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "sparkchat")
    monkeypatch.setenv("IFLYTEK_SPARK_API_URL", "ws://gateway:81/v3.5/chat?key=hidden")
    assert Spark("a", "b", "c", model="x1").url == "ws://gateway:81/v1/x1?key=hidden"
    (entry,) = caplog.records
    assert vars(entry)["sparkchat"] == {
        "domain": "x1",
        "url": "ws://gateway:81/v1/x1",
        "replaced_url": "ws://gateway:81/v3.5/chat",
    }
    caplog.clear()
    assert Spark("a", "b", "c").url == "ws://gateway:81/v3.5/chat?key=hidden"
    assert not caplog.records


def test_another_model_is_asked_at_the_same_gateway() -> None:
    first = Spark("a", "b", "c", url="ws://gateway:81/v3.5/chat", domain="generalv3.5")
    for changes, url in (
        ({"model": "x1"}, "ws://gateway:81/v1/x1"),
        ({"domain": "4.0Ultra"}, "ws://gateway:81/v4.0/chat"),
        ({"model": "coding-plan", "domain": "any"}, "http://gateway:81/v2/chat/completions"),
        ({"domain": "mine"}, "ws://gateway:81/v3.5/chat"),
        ({"url": "ws://other/v4.0/chat"}, "ws://other/v4.0/chat"),
        ({"url": None, "model": "x1"}, "wss://spark-api.xf-yun.com/v1/x1"),
    ):
        other = first.with_options(**changes)  # type: ignore[arg-type]
        assert (other.url, first.domain) == (url, "generalv3.5")
    own = Spark("a", "b", "c", url="wss://spark-api.xf-yun.com/v3.5/chat")
    assert own.with_options(model="x1").url == "wss://spark-api.xf-yun.com/v1/x1"


def test_langchains_names_come_before_the_official_sdks(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("app_id", "api_key", "api_secret"):
        for family in FAMILIES.values():
            monkeypatch.setenv(family[name], "a1b2c3d4")
    monkeypatch.setenv("SPARKAI_DOMAIN", "generalv2")
    assert Spark().domain == "generalv2"
    monkeypatch.setenv("IFLYTEK_SPARK_LLM_DOMAIN", "4.0Ultra")
    assert Spark().domain == "4.0Ultra"
    monkeypatch.setenv("IFLYTEK_SPARK_LLM_DOMAIN", "")
    assert Spark().domain == "generalv2"


def test_the_environment_can_be_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in FAMILIES["langchain"].values():
        monkeypatch.setenv(name, "a1b2c3d4")
    with pytest.raises(ConfigError, match="not set"):
        Spark(environment=False)
    monkeypatch.setenv("IFLYTEK_SPARK_API_URL", "not a URL")
    Spark("a", "b", "c", environment=False)


def test_a_bad_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IFLYTEK_SPARK_API_URL", "ftp://example.com/")
    with pytest.raises(InvalidArgumentError, match="IFLYTEK_SPARK_API_URL"):
        Spark("a", "b", "c")


def test_without_any_setting_the_defaults_hold() -> None:
    client = Spark("a1b2c3d4", "key", "secret")
    assert client.url == "wss://spark-api.xf-yun.com/v3.5/chat"
    assert client.domain == "generalv3.5"
    assert client.transport is Transport.WEBSOCKET
    assert client.model == models()[0]


def test_the_model_is_what_is_asked() -> None:
    client = Spark("a1b2c3d4", "key", "secret", model="4.0ultra")
    assert client.url == "wss://spark-api.xf-yun.com/v4.0/chat"
    assert client.domain == "4.0Ultra"
    assert client.model is not None
    assert client.model.name == "4.0Ultra"


def test_what_does_not_fit_together_is_refused() -> None:
    url = "wss://spark-api.xf-yun.com/v1.1/chat"
    with pytest.raises(ConfigError, match="generalv2"):
        Spark("a1b2c3d4", "key", "secret", url=url, domain="generalv2")
    with pytest.raises(ConfigError, match=r"gpt.*4\.0Ultra"):
        Spark("a1b2c3d4", "key", "secret", model="gpt")


def test_a_missing_ca_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConnectionError, match=r"missing\.pem"):
        Spark("a1b2c3d4", "key", "secret", ca_file=tmp_path / "missing.pem")


def test_ca_directory(service: Service, tmp_path: Path) -> None:
    # The link that `openssl rehash` would make.
    from subprocess import run

    command = ["openssl", "x509", "-noout", "-subject_hash", "-in", service.ca_file]
    name = run(command, capture_output=True, encoding="utf-8", check=True).stdout.strip()
    os.symlink(service.ca_file, tmp_path / f"{name}.0")
    url = service.url(tls=True)
    assert Spark(url=url, ca_directory=tmp_path, **service.credentials).invoke("Hello").text
