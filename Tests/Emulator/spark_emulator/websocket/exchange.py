"""One request and its answer on an open connection, as scenarios use them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from ..json_text import to_text
from ..options import Options
from ..service.models import Model
from ..service.reply import Reply, at_least
from ..service.request import ChatRequest
from ..transports import BATCH
from .codec import TEXT, encode_frame
from .connection import Connection
from .frames import Frame, frames_of

GOODBYE = "close this ws conn"


class Ending(Enum):
    """What happens to a connection after an answer."""

    CLOSE = auto()
    STAY_OPEN = auto()
    ENDED = auto()


@dataclass
class Exchange:
    """A request, its reply, and the connection."""

    request: ChatRequest
    reply: Reply
    sid: str
    connection: Connection
    options: Options

    @property
    def model(self) -> Model:
        """The model that was asked."""
        return self.request.model

    def frames(self) -> Iterator[Frame]:
        """Yield the frames of the reply."""
        return frames_of(self.reply, self.sid, self.model)

    def texts(self) -> Iterator[str]:
        """Yield the frames of the reply as JSON text."""
        return map(to_text, self.frames())

    def unfinished(self, count: int) -> tuple[list[str], list[str]]:
        """Return the first `count` frames, without the final one, and the rest."""
        self.reply.pieces = at_least(count + 1, self.reply.pieces)
        texts = list(self.texts())
        return texts[:count], texts[count:]

    async def send(self, frame: Frame | str) -> None:
        """Send one frame."""
        await self.connection.send_text(frame if isinstance(frame, str) else to_text(frame))

    async def pause(self) -> None:
        """Wait as `--pace` says, or at least let other exchanges run."""
        await asyncio.sleep(self.options.pace_ms / 1000)

    async def stream(self, frames: Iterable[Frame | str]) -> None:
        """Send frames, with a pause after each."""
        for frame in frames:
            await self.send(frame)
            await self.pause()

    async def stream_fast(self, texts: Iterable[str]) -> None:
        """Send frames in large writes, for answers of very many chunks."""
        batch = bytearray()
        for text in texts:
            batch += encode_frame(TEXT, text.encode())
            self.connection.record.frames_sent += 1
            if len(batch) >= BATCH:
                await self.connection.write(bytes(batch))
                batch.clear()
                await asyncio.sleep(0)
        await self.connection.write(bytes(batch))

    async def stream_reply(self) -> None:
        """Send the whole reply as the service would."""
        if self.reply.fast:
            await self.stream_fast(self.texts())
        else:
            await self.stream(self.frames())

    async def wait_for_client(self) -> Ending:
        """Wait until the client leaves."""
        await self.connection.wait_until_over()
        return Ending.ENDED
