"""Endless data without content that a server can send, over HTTP and WebSocket."""

from __future__ import annotations

from dataclasses import dataclass

from .dialects import HTTP, WebSocket, encoded, said
from .peer import Peer, frame

# The size of one piece, which a server sends again and again.
SIZE = 1 << 20

CHUNKED = b"Content-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n"
STREAM = b"HTTP/1.1 200 OK\r\n" + CHUNKED % b"text/event-stream"


def times(piece: bytes) -> bytes:
    """Repeat data until it has the size of a piece."""
    return piece * (SIZE // len(piece) + 1)


def chunk(data: bytes) -> bytes:
    """Return data as a chunk of a body."""
    return b"%x\r\n" % len(data) + data + b"\r\n"


@dataclass(frozen=True)
class Flood:
    """What a server sends first, and what it sends forever."""

    first: bytes
    then: bytes
    over_http: bool = False
    in_upgrade: bool = False
    """The flood replaces the answer to the upgrade."""
    may_refuse: bool = False
    """Whether a client may refuse the flood as too much or as invalid."""
    behind: bool = False
    """The flood follows a whole answer."""

    def __call__(self, peer: Peer) -> None:
        """Serve a connection."""
        if self.over_http:
            peer.body()
        elif self.in_upgrade:
            peer.head()
        else:
            peer.upgrade()
        if self.behind and not self.over_http:
            peer.question()
        peer.send(self.first)
        piece = times(self.then)
        while True:
            peer.send(piece)


SILENT_FRAME = frame(encoded(WebSocket.message({"role": "assistant", "content": ""})))
SILENT_EVENT = b"data: " + encoded(HTTP.message({"role": "assistant", "content": ""})) + b"\n\n"
INTERIM = b"HTTP/1.1 102 Processing\r\n\r\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n"
REFUSAL = b"HTTP/1.1 403 Forbidden\r\n" + CHUNKED % b"text/plain"
ENDLESS_REFUSAL = b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html\r\n\r\n"
# A body of one byte, in a chunk of several thousand.
EXTENDED = b"1;" + b"a=b;" * 900 + b"\r\nn\r\n"

FLOODS = {
    "pings": Flood(b"", frame(b"", 9)),
    "pongs": Flood(b"", frame(b"", 10)),
    "frames without text": Flood(b"", SILENT_FRAME),
    # A text that has begun, and continues with nothing.
    "empty fragments": Flood(b"\x01\x00", b"\x00\x00", may_refuse=True),
    "interim heads": Flood(b"", INTERIM, in_upgrade=True, may_refuse=True),
    "refusal": Flood(REFUSAL, chunk(b"no" * 500), in_upgrade=True, may_refuse=True),
    "refusal with extensions": Flood(REFUSAL, EXTENDED, in_upgrade=True, may_refuse=True),
    "interim heads, HTTP": Flood(b"", INTERIM, over_http=True, may_refuse=True),
    "refusal, HTTP": Flood(REFUSAL, chunk(b"no" * 500), over_http=True, may_refuse=True),
    "refusal with extensions, HTTP": Flood(REFUSAL, EXTENDED, over_http=True, may_refuse=True),
    "comments": Flood(STREAM, chunk(b": keep-alive\n\n"), over_http=True),
    "empty lines": Flood(STREAM, chunk(b"\n" * 1000), over_http=True),
    "events without text": Flood(STREAM, chunk(SILENT_EVENT), over_http=True),
}
VARIANTS = {
    "long pings": Flood(b"", frame(b"x" * 125, 9)),
    "hints": Flood(b"", HINTS, in_upgrade=True, may_refuse=True),
    "refusal in small chunks": Flood(REFUSAL, chunk(b"n"), in_upgrade=True, may_refuse=True),
    "refusal to the end": Flood(ENDLESS_REFUSAL, b"no", in_upgrade=True, may_refuse=True),
    "refusal to the end, HTTP": Flood(ENDLESS_REFUSAL, b"no", over_http=True, may_refuse=True),
    "comments in large chunks": Flood(STREAM, chunk(b":\n" * 8000), over_http=True),
    "empty lines, CR": Flood(STREAM, chunk(b"\r" * 1000), over_http=True),
    "fields nobody reads": Flood(STREAM, chunk(b"event: ping\nid: 7\n\n"), over_http=True),
    "blanks": Flood(
        b"HTTP/1.1 200 OK\r\n" + CHUNKED % b"application/json",
        chunk(b"\n" * 1000),
        over_http=True,
        may_refuse=True,
    ),
    "trailers": Flood(STREAM + b"0\r\n", b"X-More: 1\r\n", over_http=True, may_refuse=True),
    "extension of a chunk": Flood(STREAM + b"5;", b"a=b;", over_http=True, may_refuse=True),
}

THOUGHT = {"reasoning_content": "hm"}
CALL = {"function_call": {"name": "look", "arguments": "{}"}}
PAGES = {"text": [{"name": "ifly_search", "content": '[{"url":"https://example.org/"}]'}]}
USAGE = encoded(WebSocket.message(usage={"text": {"total_tokens": 7}}))
NO_PIECE = {"role": "assistant", "tool_calls": [{"index": 0, "function": {"arguments": ""}}]}
EMPTY_PIECE = b"data: " + encoded(HTTP.message(NO_PIECE)) + b"\n\n"
HEAD = b"HTTP/1.1 200 OK\r\n"
# Additional floods for `make prove`.
MORE = {
    "fields without end": Flood(HEAD, b"A: b\r\n", over_http=True, may_refuse=True),
    "a field without end": Flood(HEAD + b"A: ", b"b", over_http=True, may_refuse=True),
    "a field without end, upgrade": Flood(HEAD + b"A: ", b"b", in_upgrade=True, may_refuse=True),
    "a size without end": Flood(STREAM, b"0", over_http=True, may_refuse=True),
    "a line without end": Flood(
        STREAM + chunk(b"data: "), chunk(b"x" * 9000), over_http=True, may_refuse=True
    ),
    "an event without end": Flood(
        STREAM, chunk(b"data:\n" * 1000), over_http=True, may_refuse=True
    ),
    "a document without end": Flood(
        STREAM, chunk(b'{"a":' * 1000), over_http=True, may_refuse=True
    ),
    "fragments of a text": Flood(b"\x01\x01{", b"\x00\x01 ", may_refuse=True),
    "frames of usage": Flood(b"", frame(USAGE)),
    # An answer has a limit.
    "frames of reasoning": Flood(b"", frame(encoded(WebSocket.message(THOUGHT))), may_refuse=True),
    "frames of calls": Flood(b"", frame(encoded(WebSocket.message(CALL))), may_refuse=True),
    "frames of pages": Flood(
        b"", frame(encoded(WebSocket.message(plugins=PAGES))), may_refuse=True
    ),
    "pieces of nothing": Flood(STREAM, chunk(EMPTY_PIECE), over_http=True),
    "empty data": Flood(STREAM, chunk(b"data:\n\n" * 100), over_http=True),
}

ANSWER = frame(encoded(WebSocket.message(said("whole"), is_last=True)))
EVENTS = chunk(b"data: " + encoded(HTTP.message(said("whole"))) + b"\n\ndata: [DONE]\n\n")
BEHIND = {
    "pings": Flood(ANSWER, frame(b"", 9), behind=True),
    "frames without text": Flood(ANSWER, SILENT_FRAME, behind=True),
    "comments": Flood(STREAM + EVENTS, chunk(b": keep-alive\n\n"), over_http=True, behind=True),
    "body with extensions": Flood(STREAM + EVENTS, EXTENDED, over_http=True, behind=True),
    "trailers": Flood(STREAM + EVENTS + b"0\r\n", b"X-M: 1\r\n", over_http=True, behind=True),
}
