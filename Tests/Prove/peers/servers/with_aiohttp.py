"""The dialect on aiohttp, which sends pings of its own: PORT [CERTIFICATE KEY]."""

import ssl
import sys

from aiohttp import WSMsgType, web
from dialect import answer


async def chat(request: web.Request) -> web.WebSocketResponse:
    """Answer one question."""
    socket = web.WebSocketResponse(heartbeat=0.05, max_msg_size=0)
    await socket.prepare(request)
    async for message in socket:
        if message.type is not WSMsgType.TEXT:
            break
        for frame in answer(message.data):
            await socket.send_str(frame)
        break
    await socket.close()
    return socket


def main() -> None:
    """Serve until the process is terminated."""
    port, *files = sys.argv[1:]
    context = None
    if files:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*files)
    application = web.Application()
    application.router.add_get("/{path:.*}", chat)
    web.run_app(application, host="127.0.0.1", port=int(port), ssl_context=context, print=None)


main()
