"""A client for the tests: its own signer, its requests, and the `websockets` package."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import ssl
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

Frame = dict[str, Any]
MAX = "generalv3.5"


def signature(secret: str, host: str, date: str, path: str) -> str:
    text = f"host: {host}\ndate: {date}\nGET {path} HTTP/1.1".encode()
    return base64.b64encode(hmac.new(secret.encode(), text, hashlib.sha256).digest()).decode()


def request_text(
    *texts: str | Frame,
    app_id: str = "a1b2c3d4",
    domain: str = MAX,
    system: str | None = None,
    functions: Any = None,
    **chat: Any,
) -> str:
    """Return a request; texts are messages of user and assistant in turn, the last the user's."""
    messages: list[Any] = [] if system is None else [{"role": "system", "content": system}]
    for number, text in enumerate(texts):
        role = "user" if (len(texts) - number) % 2 else "assistant"
        messages.append({"role": role, "content": text} if isinstance(text, str) else text)
    payload: Frame = {"message": {"text": messages}}
    if functions is not None:
        payload["functions"] = functions
    return json.dumps(
        {
            "header": {"app_id": app_id, "uid": "tester"},
            "parameter": {"chat": {"domain": domain, **chat}},
            "payload": payload,
        }
    )


@dataclass
class Answer:
    """Everything that a client received, and how it ended."""

    raw: list[str | bytes] = field(default_factory=list)
    close_code: int | None = None
    close_reason: str = ""

    @property
    def frames(self) -> list[Frame]:
        return [json.loads(text) for text in self.raw]

    @property
    def items(self) -> list[Frame]:
        choices = [frame.get("payload", {}).get("choices", {}) for frame in self.frames]
        return [item for choice in choices for item in choice.get("text", [])]

    @property
    def text(self) -> str:
        return "".join(item.get("content") or "" for item in self.items)

    @property
    def reasoning(self) -> str:
        return "".join(item.get("reasoning_content") or "" for item in self.items)

    @property
    def statuses(self) -> list[int]:
        return [frame["header"]["status"] for frame in self.frames]

    @property
    def error(self) -> Frame:
        header: Frame = self.frames[-1]["header"]
        return header


async def exchange(url: str, text: str, context: ssl.SSLContext | None, timeout: float) -> Answer:
    """Send one request and read until the connection is closed.

    This does not use the package's threaded client, which reads and writes a TLS connection from
    two threads at the same time: sometimes its request never leaves the TLS library.
    """
    answer = Answer()
    async with connect(
        url, ssl=context, max_size=None, compression=None, close_timeout=2
    ) as socket:
        await socket.send(text)
        try:
            while True:
                answer.raw.append(await asyncio.wait_for(socket.recv(), timeout))
        except ConnectionClosed as closed:
            if closed.rcvd is not None:
                answer.close_code, answer.close_reason = closed.rcvd.code, closed.rcvd.reason
            else:
                answer.close_code = 1006
    return answer


@dataclass
class Target:
    """The emulator's address, and the tag of the test."""

    ready: dict[str, Any]
    tag: str = "none"

    def host(self, port: int | None = None) -> str:
        return f"{self.ready['host']}:{port or self.ready['ws_port']}"

    def query(self, path: str, host: str, at: float | None = None, **more: str) -> str:
        date = formatdate(time.time() if at is None else at, usegmt=True)
        signed = signature(self.ready["api_secret"], host, date, path)
        plain = (
            f'api_key="{self.ready["api_key"]}", algorithm="hmac-sha256", '
            f'headers="host date request-line", signature="{signed}"'
        )
        authorization = base64.b64encode(plain.encode()).decode()
        return urlencode(
            {"authorization": authorization, "date": date, "host": host, "tag": self.tag, **more}
        )

    def url(
        self,
        path: str = "/v3.5/chat",
        *,
        tls: bool = False,
        port: int | None = None,
        at: float | None = None,
        **more: str,
    ) -> str:
        """Return a URL signed with the current time, or `at`."""
        host = self.host(port or self.ready["wss_port" if tls else "ws_port"])
        return f"{'wss' if tls else 'ws'}://{host}{path}?{self.query(path, host, at, **more)}"

    def trust(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.ready["ca_file"])
        # Some Pythons set it: an end without close_notify then looks like a proper end.
        context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
        return context

    def ask(
        self,
        *texts: str | Frame,
        scenario: str | None = None,
        path: str = "/v3.5/chat",
        tls: bool = False,
        raw: str | None = None,
        timeout: float = 5,
        **parts: Any,
    ) -> Answer:
        """Ask one question and read until the connection is closed."""
        more: dict[str, Any] = {"scenario": scenario} if scenario else {}
        text = request_text(*(texts or ("Hello",)), **parts) if raw is None else raw
        url = self.url(path, tls=tls, **more)
        return asyncio.run(exchange(url, text, self.trust() if tls else None, timeout))

    def page(self, path: str, method: str = "GET") -> Any:
        url = f"http://{self.host()}/_emulator/{path}"
        with urlopen(Request(url, method=method), timeout=10) as response:
            return json.load(response)

    def record(self) -> Frame:
        """The only record with this test's tag, once it is complete."""
        (record,) = self.page(f"records?tag={self.tag}&wait=5")
        result: Frame = record
        return result
