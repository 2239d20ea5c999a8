"""The service's two transports, message by message: how a request arrives, and how to answer it.

A message is the JSON text that goes over the wire, so that a test can send anything.
"""

from __future__ import annotations

import json
from typing import Any

from .peer import Peer, frame
from .server import ScriptedServer

Item = dict[str, Any]


class WebSocket:
    """Over WebSocket: a frame for each message, and a close frame after the last one."""

    name = "ws"

    @staticmethod
    def url(server: ScriptedServer) -> str:
        """Return where to ask."""
        return server.url

    @staticmethod
    def question(peer: Peer) -> str:
        """Accept the connection, and return the question."""
        peer.secure()
        peer.upgrade()
        return peer.question()

    @staticmethod
    def message(*items: Item, is_last: bool = False, **payload: Any) -> dict[str, Any]:
        """Return a message with these items of text."""
        status = 2 if is_last else 1
        return {
            "header": {"code": 0, "message": "Success", "sid": "cht000000000@dx", "status": status},
            "payload": {
                "choices": {"status": status, "seq": 0, "text": [*items]},
                **payload,
            },
        }

    @staticmethod
    def reply(peer: Peer, *messages: bytes) -> None:
        """Send messages and a close frame."""
        peer.send(b"".join(frame(message) for message in messages))
        peer.goodbye()


class HTTP:
    """Over HTTP: an event stream that ends with the connection."""

    name = "http"
    HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"

    @staticmethod
    def url(server: ScriptedServer) -> str:
        """Return where to ask."""
        return server.http_url

    @staticmethod
    def question(peer: Peer) -> str:
        """Accept the connection, and return the question."""
        peer.secure()
        return HTTP.text_of(peer.body())

    @staticmethod
    def text_of(body: bytes) -> str:
        """Return the question in a request's body."""
        question: str = json.loads(body)["messages"][-1]["content"]
        return question

    @staticmethod
    def message(*items: Item, is_last: bool = False, **members: Any) -> dict[str, Any]:
        """Return a message with these deltas. Only `[DONE]` after it marks the last message."""
        return {
            "code": 0,
            "message": "Success",
            "sid": "cht000000000@dx",
            "choices": [{"index": 0, "delta": item} for item in items],
            **members,
        }

    @classmethod
    def reply(cls, peer: Peer, *messages: bytes) -> None:
        """Send messages as events, followed by `[DONE]`."""
        events = b"".join(b"data: " + message + b"\n\n" for message in messages)
        peer.send(cls.HEAD + events + b"data: [DONE]\n\n")


Dialect = type[WebSocket] | type[HTTP]
DIALECTS: list[Dialect] = [WebSocket, HTTP]


def name_of(dialect: Dialect) -> str:
    """Return the name of a dialect, for test IDs."""
    return dialect.name


def said(content: str) -> Item:
    """Return an item of text."""
    return {"role": "assistant", "content": content}


def encoded(message: dict[str, Any]) -> bytes:
    """Return a message as the service writes it."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
