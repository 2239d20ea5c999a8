"""The table of models: every row, and what is sent over each of its transports."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from pictures import png
from service import Service
from sparkchat import Feature, Image, InvalidArgumentError, Model, Spark, Transport, models

# Name, path and domain over WebSocket, path and model over HTTP, and what a model takes: S(ystem),
# F(unctions), W(eb search), C(itations), R(easoning), I(mages), J(SON mode); lower case if public
# sources disagree.
ROWS: dict[str, tuple[tuple[str, str] | None, tuple[str, str] | None, str]] = {
    "max": (("/v3.5/chat", "generalv3.5"), ("/v1", "generalv3.5"), "SFWCJ"),
    "lite": (("/v1.1/chat", "lite"), ("/v1", "lite"), "J"),
    "v2": (("/v2.1/chat", "generalv2"), None, "s"),
    "pro": (("/v3.1/chat", "generalv3"), ("/v1", "generalv3"), "sfWcJ"),
    "pro-128k": (("/chat/pro-128k", "pro-128k"), ("/v1", "pro-128k"), "sfwcJ"),
    "max-32k": (("/chat/max-32k", "max-32k"), ("/v1", "max-32k"), "SfwcJ"),
    "4.0Ultra": (("/v4.0/chat", "4.0Ultra"), ("/v1", "4.0Ultra"), "SFWCJ"),
    "x1": (("/v1/x1", "x1"), ("/v2", "x1"), "SWCRJ"),
    "x1.5": (("/v1/x1", "spark-x"), ("/v2", "spark-x"), "SFWCRJ"),
    "x2": (("/x2", "spark-x"), ("/x2", "spark-x"), "SFWCRJ"),
    "x2-flash": (None, ("/agent/v1", "spark-x"), "SFWCRJ"),
    "x1-preview": (("/v1/reasoner-x1-preview", "x1"), ("/v2", "x1-preview"), "SfWCRJ"),
    "x2.5": (None, ("/v2", "spark-x2.5"), "SFWCRJ"),
    "x2.5-4b": (None, ("/v1", "spark-x2.5-4b"), "SFWCRJ"),
    "x2.5-1.7b": (None, ("/v1", "spark-x2.5-1.7b"), "SFWCRJ"),
    "kjwx": (("/v1.1/chat_kjwx", "kjwx"), None, ""),
    "multilang": (("/v1.1/chat_multilang", "multilang"), None, ""),
    "image": (("/v2.1/image", "imagev3"), None, "I"),
    "maas": (("/v1.1/chat", "patch"), ("/v2", "xopqwen36"), "SFwcriJ"),
    "token-plan": (None, ("/v2", "xopqwen36"), "SFwcriJ"),
    "coding-plan": (None, ("/v2", "xopqwen36"), "SFwcriJ"),
}

LETTERS = {
    Feature.SYSTEM: "S",
    Feature.TOOLS: "F",
    Feature.WEB_SEARCH: "W",
    Feature.CITATIONS: "C",
    Feature.REASONING: "R",
    Feature.IMAGES: "I",
    Feature.JSON_MODE: "J",
}
TOOL = {
    "name": "get_weather",
    "description": "Look up the weather.",
    "parameters": {"type": "object", "properties": {}, "required": []},
}
FIXED = {"x2.5", "x2.5-4b", "x2.5-1.7b"}
# Their models can have any name.
ANY = {"maas", "token-plan", "coding-plan"}


def cases() -> Iterator[tuple[Model, Transport]]:
    for model in models():
        for transport in (Transport.WEBSOCKET, Transport.HTTP):
            if ROWS[model.name][transport - 1] is not None:
                yield model, transport


def taken(model: Model, transport: Transport) -> frozenset[Feature]:
    """Return the features that a model takes. Hosted models take images over HTTP only."""
    takes = model.features | model.disputed
    is_hosted_socket = model.name in ANY and transport is Transport.WEBSOCKET
    return takes - {Feature.IMAGES} if is_hosted_socket else takes


every_address = pytest.mark.parametrize(
    ("model", "transport"),
    [pytest.param(*case, id=f"{case[0].name}-{case[1]}") for case in cases()],
)


def ask(
    service: Service, tag: str, model: Model, transport: Transport, messages: Any, **options: Any
) -> dict[str, Any]:
    """Ask the local service as if it were the model's own, and return what it recorded."""
    address = ROWS[model.name][transport - 1]
    assert address is not None
    path, domain = address
    client = Spark(
        url=service.url(path, transport=str(transport), tag=tag, scenario="text:content={}"),
        model=model.name,
        domain=domain if model.name in ANY else None,
        api_password=service.password if transport is Transport.HTTP else None,
        user_id="someone",
        environment=False,
        **({} if transport is Transport.HTTP else service.credentials),
    )
    assert client.model == model
    assert client.transport is transport
    response = client.invoke(messages, **options)
    assert response.text == "{}"
    record = service.records(tag)[0]
    assert isinstance(record, dict)
    return record


def test_every_model_is_here() -> None:
    assert [model.name for model in models()] == list(ROWS)


@pytest.mark.parametrize("model", models(), ids=lambda model: model.name)
def test_what_a_model_takes(model: Model) -> None:
    letters = "".join(
        letter if feature in model.features else letter.lower()
        for feature, letter in LETTERS.items()
        if feature in model.features | model.disputed
    )
    assert letters == ROWS[model.name][2]
    assert not model.features & model.disputed
    assert (model.max_tokens or 4096) >= 4096


@pytest.mark.parametrize("model", models(), ids=lambda model: model.name)
def test_where_a_model_is_asked(model: Model) -> None:
    for endpoint, expected, scheme, end in (
        (model.websocket, ROWS[model.name][0], "wss", ""),
        (model.http, ROWS[model.name][1], "https", "/chat/completions"),
    ):
        if expected is None:
            assert endpoint is None
            continue
        assert endpoint is not None
        path, domain = expected
        assert endpoint.domain == (None if model.name in ANY else domain)
        # Public sources do not say where the small models are served.
        assert (endpoint.url is None) == (model.name in FIXED - {"x2.5"})
        if endpoint.url is not None:
            url = urlsplit(endpoint.url)
            assert (url.scheme, url.path) == (scheme, path + end)
            assert (url.hostname or "").endswith(".xf-yun.com")


@every_address
def test_a_plain_question(service: Service, tag: str, model: Model, transport: Transport) -> None:
    picture = [Image(png(60, 60))] if Feature.IMAGES in model.features else []
    hosted = model.name in ANY | FIXED
    record = ask(service, tag, model, transport, [*picture, "Hello"])
    address = ROWS[model.name][transport - 1]
    assert address is not None
    path, domain = address
    question = {"role": "user", "content": "Hello"}
    if transport is Transport.HTTP:
        expected = {"model": domain, "messages": [question], "stream": True, "user": "someone"}
        if hosted:
            expected["stream_options"] = {"include_usage": True}
        assert record["path"] == f"{path}/chat/completions"
        assert record["body"] == expected
        assert record["authorization"] == "password"
        return
    (request,) = service.requests(tag)
    said = [
        {"role": "user", "content": base64.b64encode(png(60, 60)).decode(), "content_type": "image"}
        for _ in picture
    ]
    assert record["path"] == path
    assert request == {
        "header": {"app_id": service.credentials["app_id"], "uid": "someone"},
        "parameter": {"chat": {"domain": domain}},
        "payload": {"message": {"text": [*said, question]}},
    }


@every_address
def test_all_that_a_model_takes(
    service: Service, tag: str, model: Model, transport: Transport
) -> None:
    takes = taken(model, transport)
    messages: list[Any] = [("user", "Answer as JSON.")]
    options: dict[str, Any] = {"max_tokens": 4096}
    if model.name not in FIXED:
        options |= {"temperature": 0.5, "top_k": 3}
    if Feature.SYSTEM in takes:
        messages.insert(0, ("system", "Be brief."))
    if Feature.IMAGES in takes:
        messages.insert(-1, Image(png(60, 60)))
    if Feature.REASONING in takes:
        options["thinking"] = False
    # Public sources say that hosted models take functions over HTTP only; the emulator refuses them
    # over WebSocket.
    hosted_socket = model.name == "maas" and transport is Transport.WEBSOCKET
    if Feature.TOOLS in takes and not hosted_socket:
        options["tools"] = [TOOL]
    # Over HTTP, the newer models do not take tools and web search together.
    both = transport is Transport.WEBSOCKET or Feature.REASONING not in model.features
    if Feature.WEB_SEARCH in takes and (both or "tools" not in options):
        options |= {"search": "deep", "references": Feature.CITATIONS in takes}
    if transport is Transport.HTTP and Feature.JSON_MODE in takes:
        options["response_format"] = "json_object"
    ask(service, tag, model, transport, messages, **options)
    (request,) = service.requests(tag)
    check = check_http if transport is Transport.HTTP else check_websocket
    check(request, model, options)
    said = request["messages"] if "messages" in request else request["payload"]["message"]["text"]
    assert (said[0] == {"role": "system", "content": "Be brief."}) == (Feature.SYSTEM in takes)


def check_websocket(request: dict[str, Any], model: Model, options: dict[str, Any]) -> None:
    chat = request["parameter"]["chat"]
    check_sampling(chat, model, options)
    functions = request["payload"].get("functions", {"text": []})["text"]
    assert functions == options.get("tools", [])
    assert chat.get("tools", []) == search_tools(model, options)


def check_http(request: dict[str, Any], model: Model, options: dict[str, Any]) -> None:
    check_sampling(request, model, options)
    functions = [{"type": "function", "function": tool} for tool in options.get("tools", [])]
    assert request.get("tools", []) == functions + search_tools(model, options)
    # Ask for an array of calls, instead of the first call as an object.
    hosted = model.name in ANY | FIXED
    assert request.get("tool_calls_switch") == (True if functions and not hosted else None)
    assert request["response_format"] == {"type": "json_object"}


def check_sampling(chat: dict[str, Any], model: Model, options: dict[str, Any]) -> None:
    assert chat["max_tokens"] == options["max_tokens"]
    assert chat.get("temperature") == options.get("temperature")
    assert chat.get("top_k") == options.get("top_k")
    if model.name in ANY | FIXED:
        assert chat["enable_thinking"] is False
    elif "thinking" in options:
        assert chat["thinking"] == {"type": "disabled"}
    if model.name in ANY:
        assert (chat["search_disable"], chat["show_ref_label"]) == (False, True)


def search_tools(model: Model, options: dict[str, Any]) -> list[dict[str, Any]]:
    if "search" not in options or model.name in ANY:
        return []
    search = {"enable": True, "show_ref_label": options["references"], "search_mode": "deep"}
    return [{"type": "web_search", "web_search": search}]


@every_address
def test_what_a_model_does_not_take_is_refused_before_anything_is_sent(
    service: Service, tag: str, model: Model, transport: Transport
) -> None:
    takes = taken(model, transport)
    uses: dict[Feature, tuple[Any, dict[str, Any]]] = {
        Feature.SYSTEM: ([("system", "Be brief."), "Hello"], {}),
        Feature.TOOLS: ("Hello", {"tools": [TOOL]}),
        Feature.WEB_SEARCH: ("Hello", {"search": True}),
        Feature.REASONING: ("Hello", {"thinking": True}),
        Feature.IMAGES: ([Image(png(60, 60)), "What is it?"], {}),
    }
    refused = {feature: use for feature, use in uses.items() if feature not in takes}
    # Over WebSocket an image has to come first; with it, nothing else is wrong.
    if Feature.IMAGES in takes:
        refused = {f: ([Image(png(60, 60)), *m], o) for f, (m, o) in refused.items() if not o}
    for messages, options in refused.values():
        with pytest.raises(InvalidArgumentError):
            ask(service, tag, model, transport, messages, **options)
    # Over HTTP, hosted models have their own limits.
    if model.max_tokens and (model.name not in ANY or transport is Transport.WEBSOCKET):
        with pytest.raises(InvalidArgumentError, match="max_tokens"):
            ask(service, tag, model, transport, "Hello", max_tokens=model.max_tokens + 1)
    assert service.records(tag, wait=0.05) == []


def test_a_fine_tuned_model(service: Service, tag: str) -> None:
    for transport in (Transport.WEBSOCKET, Transport.HTTP):
        path = "/v1" if transport is Transport.HTTP else "/v1.1/chat"
        url = service.url(path, transport=str(transport), tag=tag)
        settings = {"url": url, "model": "maas", "domain": "patch", "patch_id": "resource-1"}
        client = Spark(**service.credentials, **settings, environment=False)
        assert client.invoke("Hello").text
    first, second = service.records(tag)
    assert '"patch_id":["resource-1"]' in first["requests"][0].replace(" ", "")
    assert second["lora_id"] == "resource-1"


def test_a_name_of_tomorrow_passes_with_url_and_domain(service: Service, tag: str) -> None:
    url = service.url("/v1", transport="http", tag=tag)
    client = Spark(
        api_password=service.password, url=url, model="spark-y", domain="lite", environment=False
    )
    assert client.model is None
    assert client.invoke("Hello").text
