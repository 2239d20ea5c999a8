"""The dialect on `websockets`, in fragments, with pings between them: PORT [CERTIFICATE KEY]."""

import asyncio
import ssl
import sys

from dialect import answer
from websockets.asyncio.server import ServerConnection, serve


async def chat(socket: ServerConnection) -> None:
    """Answer one question."""
    async for request in socket:
        assert isinstance(request, str)
        for frame in answer(request):
            middle = len(frame) // 2
            await socket.send([frame[:middle], "", frame[middle:]])
            await socket.ping()
        break
    await socket.close(1000, "再见")


async def main() -> None:
    """Serve until the process is terminated."""
    port, *files = sys.argv[1:]
    context = None
    if files:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*files)
    async with serve(chat, "127.0.0.1", int(port), ssl=context, max_size=None) as server:
        await server.serve_forever()


asyncio.run(main())
