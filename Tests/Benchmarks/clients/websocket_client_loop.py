"""A loop written by hand with the `websocket-client` package and `json`."""

import json

import measure
import websocket


def receive(url: str, ca_file: str) -> list[str]:
    socket = websocket.create_connection(url, sslopt={"ca_certs": ca_file})
    socket.send(measure.QUESTION)
    parts: list[str] = []
    while True:
        frame = json.loads(socket.recv())
        if frame["header"]["code"] != 0:
            raise RuntimeError(frame["header"]["message"])
        choices = frame["payload"]["choices"]
        if not parts:
            measure.first_token()
        parts.append(choices["text"][0]["content"])
        if choices["status"] == 2:
            break
    socket.close()
    return parts


measure.main(receive)
