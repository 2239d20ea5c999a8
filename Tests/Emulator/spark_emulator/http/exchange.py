"""One HTTP request and its answer, as scenarios use them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..json_text import to_text
from ..options import Options
from ..service.auth import http_date
from ..service.chunking import equal_chunks
from ..service.completions_request import CompletionsRequest
from ..service.reply import Reply, at_least
from ..service.request import ChatRequest
from ..transports import BATCH
from .answer import SERVER, http_answer
from .body import BodyFormat
from .connection import HttpConnection
from .documents import Document, Envelope, documents_of
from .errors import ErrorDocument, error_body, error_status
from .events import EventFormat
from .refusal import answer_with_status

# The number of blank lines for `keep_alive`, each followed by a pause of `--pace`.
_BLANK_LINES = 3


@dataclass
class HttpExchange:
    """A request, its reply, and the connection."""

    wanted: CompletionsRequest
    reply: Reply
    sid: str
    connection: HttpConnection
    options: Options
    stream_wanted: bool = True
    events: EventFormat = field(default_factory=EventFormat)
    body: BodyFormat = field(default_factory=BodyFormat)
    version: str = "HTTP/1.1"
    status: int = 200
    # Blank lines before a document that is not a stream.
    blank_lines: int = 0

    def __post_init__(self) -> None:
        self.stream_wanted = self.wanted.stream
        self.events.space = self.options.sse_space
        if self.wanted.keep_alive:
            self.blank_lines = _BLANK_LINES
        if self.connection.http10:
            self.body.framing = "close"

    @property
    def request(self) -> ChatRequest:
        """The request, in the form for both transports."""
        return self.wanted.chat

    @property
    def envelope(self) -> Envelope:
        """The members that the documents of the answer share."""
        return Envelope(
            self.sid,
            int(time.time()),
            self.request.domain,
            self.request.model,
            self.stream_wanted,
            self.reply.calls.shape or self.wanted.tool_shape,
            self.reply.details,
        )

    # -- what is sent --------------------------------------------------------------------------

    def documents(self) -> Iterator[Document]:
        """Yield the JSON documents of the reply."""
        return documents_of(self.reply, self.envelope)

    def part(self, document: Document | str, number: int = 0) -> bytes:
        """Return the part of the body for a document."""
        if isinstance(document, str):
            text = document
        elif self.stream_wanted and self.events.multiline:
            text = json.dumps(document, indent=1)
        else:
            text = to_text(document)
        if not self.stream_wanted:
            return text.encode()
        named = isinstance(document, ErrorDocument) and self.reply.telling.named
        return self.events.event(text, number, "error" if named else "")

    def parts(self, documents: Iterable[Document | str] | None = None) -> Iterator[bytes]:
        """Yield the parts of the body for all documents."""
        for number, document in enumerate(self.documents() if documents is None else documents):
            yield self.part(document, number)

    def unfinished(self, count: int) -> tuple[list[bytes], list[bytes]]:
        """Return the first `count` parts, without the last one, and the rest.

        Without a stream there is one document, which is cut into pieces.
        """
        if not self.stream_wanted:
            text = b"".join(self.parts()).decode()
            bits = [bit.encode() for bit in equal_chunks(text, count + 1)]
            return bits[:count], bits[count:]
        self.reply.pieces = at_least(count + 1, self.reply.pieces)
        parts = list(self.parts())
        return parts[:count], parts[count:]

    def end_mark(self) -> bytes:
        """Return the mark of the end of a stream."""
        reply = self.reply
        marked = reply.done if reply.error is None else reply.telling.done
        return self.events.end() if marked and self.stream_wanted else b""

    # -- sending -------------------------------------------------------------------------------

    def head(self, length: int = 0, *extra: tuple[str, str]) -> bytes:
        """Return the head of a successful answer."""
        if self.body.framing == "close":
            self.connection.keep_alive = False
        kind = "text/event-stream" if self.stream_wanted else "application/json"
        headers = [
            ("Date", http_date(time.time())),
            ("Server", SERVER),
            ("Content-Type", kind),
            ("Cache-Control", "no-cache"),
            *extra,
            *self.body.headers(length),
        ]
        if not self.connection.keep_alive:
            headers.append(("Connection", "close"))
        return http_answer(self.status, headers, version=self.version)

    async def begin(self, head: bytes | None = None) -> None:
        """Send the head, and blank lines if requested."""
        self.connection.record.status = self.status
        await self.connection.write(self.head() if head is None else head)
        await self.send_blank_lines()

    async def send_blank_lines(self) -> None:
        """Send the blank lines before a document."""
        if not self.stream_wanted:
            for _ in range(self.blank_lines):
                await self.send(b"\n")
                await self.pause()

    async def send(self, data: bytes) -> None:
        """Send a part of the body."""
        for piece in self.body.slices(data):
            await self.connection.write(piece)
            if self.body.split:
                # A timer would cost a millisecond each time. Every write becomes its own segment.
                await asyncio.sleep(0)

    async def pause(self) -> None:
        """Wait as `--pace` says, or at least let other exchanges run."""
        await asyncio.sleep(self.options.pace_ms / 1000)

    async def stream(self, parts: Iterable[bytes]) -> None:
        """Send parts with documents, with a pause after each."""
        for part in parts:
            self.connection.record.frames_sent += 1
            await self.send(part)
            await self.pause()

    async def stream_fast(self, parts: Iterable[bytes]) -> None:
        """Send parts in large writes, for answers of very many chunks."""
        batch = bytearray()
        for part in parts:
            batch += part
            self.connection.record.frames_sent += 1
            if len(batch) >= BATCH:
                await self.send(bytes(batch))
                batch.clear()
                await asyncio.sleep(0)
        await self.send(bytes(batch))

    async def finish(self, mark: bytes | None = None) -> None:
        """Send the mark of the end of the stream, then the end of the body."""
        await self.send(self.end_mark() if mark is None else mark)
        await self.end_body()

    async def end_body(self) -> None:
        """End the body."""
        if end := self.body.end():
            await self.connection.write(end)
        self.connection.record.end("complete")

    async def deliver(self, parts: Iterable[bytes]) -> None:
        """Send a whole answer."""
        length = 0
        if self.body.framing == "length":
            parts = list(parts)
            length = self.length_of(parts)
        await self.begin(self.head(length))
        await (self.stream_fast(parts) if self.reply.fast else self.stream(parts))
        await self.finish()

    def length_of(self, parts: Iterable[bytes]) -> int:
        """Return the length of a body of these parts."""
        blanks = 0 if self.stream_wanted else self.blank_lines
        return sum(map(len, parts)) + len(self.end_mark()) + blanks

    async def stream_reply(self) -> None:
        """Send the whole reply as the service would."""
        error, telling = self.reply.error, self.reply.telling
        if error is not None:
            if telling.how == "status":
                form = self.request.model.form
                body = to_text(error_body(error, self.sid, form, telling)).encode()
                await self.refuse(error_status(error, form, telling), body)
                return
            if telling.how == "inband":
                self.stream_wanted = False
            self.status = telling.status or 200
        await self.deliver(self.parts())

    async def refuse(self, status: int, body: bytes) -> None:
        """Answer with an error status."""
        await answer_with_status(
            self.connection, status, [("Content-Type", "application/json")], body
        )

    async def wait_for_client(self) -> None:
        """Wait until the client leaves."""
        await self.connection.wait_for_client()
