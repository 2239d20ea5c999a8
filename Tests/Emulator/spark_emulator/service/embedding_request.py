"""Parses and checks the request for a vector, and refuses it as the service might."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from . import schema
from .errors import ServiceError
from .request import parse_json
from .tokens import count_tokens

# The service's limit.
MOST_TOKENS = 2048


@dataclass(frozen=True)
class EmbeddingRequest:
    """A request that passed every check."""

    text: str
    domain: str
    uid: str


def parse_embedding(body: str, *, app_id: str) -> EmbeddingRequest:
    """Turn a body into a request, or raise the service's error."""
    document = parse_json(body)
    header = schema.member(document, "header", "$")
    parameter = schema.member(document, "parameter", "$")
    payload = schema.member(document, "payload", "$")
    given_app_id = schema.string(header, "app_id", "$.header", longest=50, required=True)
    uid = schema.string(header, "uid", "$.header", longest=50)
    if header.get("status") != 3:
        schema.fail("$.header.status", "value must be 3")
    emb = schema.member(parameter, "emb", "$.parameter")
    domain = schema.string(emb, "domain", "$.parameter.emb", required=True)
    if domain not in ("para", "query"):
        schema.fail("$.parameter.emb.domain", "value is invalid")
    messages = schema.member(payload, "messages", "$.payload")
    encoded = schema.string(messages, "text", "$.payload.messages", required=True)
    text = _content(encoded)
    if given_app_id != app_id:
        raise ServiceError(11200, "embedding")
    tokens = count_tokens(text)
    if tokens > MOST_TOKENS:
        raise ServiceError(10907, f"{tokens} tokens exceed the limit of {MOST_TOKENS}")
    return EmbeddingRequest(text, domain, uid)


def _content(encoded: str) -> str:
    place = "$.payload.messages.text"
    try:
        inner = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        schema.fail(place, "value must be base64")
    items = parse_json(inner).get("messages")
    if not isinstance(items, list) or len(items) != 1 or not isinstance(items[0], dict):
        schema.fail(place, "messages must have one item")
    if items[0].get("role") != "user":
        schema.fail(f"{place}.role", "value must be user")
    return schema.string(items[0], "content", place, required=True)
