"""A loop written by hand with the `websockets` package and `json`."""

import json
import ssl

import measure
from websockets.sync.client import connect


def receive(url: str, ca_file: str) -> list[str]:
    context = ssl.create_default_context(cafile=ca_file) if url.startswith("wss:") else None
    parts: list[str] = []
    with connect(url, ssl=context, compression=None, proxy=None) as socket:
        socket.send(measure.QUESTION)
        for message in socket:
            frame = json.loads(message)
            if frame["header"]["code"] != 0:
                raise RuntimeError(frame["header"]["message"])
            choices = frame["payload"]["choices"]
            if not parts:
                measure.first_token()
            parts.append(choices["text"][0]["content"])
            if choices["status"] == 2:
                break
    return parts


measure.main(receive)
