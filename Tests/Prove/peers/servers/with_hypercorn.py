"""The dialect on hypercorn, whose WebSocket is wsproto: PORT [CERTIFICATE KEY]."""

import asyncio
import sys
from typing import Any

from dialect import answer
from hypercorn.asyncio import serve
from hypercorn.config import Config


async def chat(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer one question."""
    if scope["type"] != "websocket":
        return
    assert (await receive())["type"] == "websocket.connect"
    await send({"type": "websocket.accept"})
    request = await receive()
    if request["type"] == "websocket.receive":
        for frame in answer(request["text"]):
            await send({"type": "websocket.send", "text": frame})
        await send({"type": "websocket.close", "code": 1000})


def main() -> None:
    """Serve until the process is terminated."""
    port, *files = sys.argv[1:]
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.loglevel = "ERROR"
    if files:
        config.certfile, config.keyfile = files
    application: Any = chat
    asyncio.run(serve(application, config))


main()
