"""An HTTP client for the tests: aiohttp's, with its own parsing of the body."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp

from client import Target

Json = dict[str, Any]
V1 = "/v1/chat/completions"
V2 = "/v2/chat/completions"


def body_of(*texts: str | Json, model: str = "generalv3.5", **more: Any) -> Json:
    """Return a body; texts are alternating messages of user and assistant, the last the user's."""
    messages: list[Any] = []
    for number, text in enumerate(texts):
        role = "user" if (len(texts) - number) % 2 else "assistant"
        messages.append({"role": role, "content": text} if isinstance(text, str) else text)
    return {"model": model, "messages": messages, "stream": True, **more}


@dataclass
class HttpAnswer:
    """Everything that a client received, and how it ended."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes = b""
    failure: Exception | None = None

    @property
    def json(self) -> Json:
        document: Json = json.loads(self.raw)
        return document

    @property
    def data(self) -> list[str]:
        """The data of every event, with any line ends."""
        text = self.raw.decode().removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        blocks = text.split("\n\n")
        lines = [[x for x in block.split("\n") if x.startswith("data:")] for block in blocks]
        return ["\n".join(x[5:].removeprefix(" ") for x in block) for block in lines if block]

    @property
    def done(self) -> bool:
        return self.data[-1:] == ["[DONE]"]

    @property
    def documents(self) -> list[Json]:
        if self.headers.get("Content-Type") != "text/event-stream":
            return [self.json]
        return [json.loads(text) for text in self.data if text != "[DONE]"]

    @property
    def parts(self) -> list[Json]:
        """Deltas or messages of all choices."""
        choices = [c for document in self.documents for c in document.get("choices", [])]
        return [choice["delta" if "delta" in choice else "message"] for choice in choices]

    @property
    def text(self) -> str:
        return "".join(part.get("content") or "" for part in self.parts)

    @property
    def reasoning(self) -> str:
        return "".join(part.get("reasoning_content") or "" for part in self.parts)

    @property
    def usage(self) -> Json:
        usage: Json = self.documents[-1]["usage"]
        return usage

    @property
    def error(self) -> Json:
        error: Json = self.json["error"]
        return error


@dataclass
class HttpTarget:
    """The emulator's HTTP API, and the tag of the test."""

    target: Target

    def url(self, path: str = V1, *, tls: bool = False, **query: str) -> str:
        port = self.target.ready["wss_port" if tls else "ws_port"]
        asked = urlencode({"tag": self.target.tag, **query})
        return f"{'https' if tls else 'http'}://{self.target.host(port)}{path}?{asked}"

    def ask(
        self,
        *texts: str | Json,
        scenario: str | None = None,
        path: str = V1,
        tls: bool = False,
        bearer: str | None = "",
        raw: bytes | None = None,
        headers: dict[str, str] | None = None,
        timeout: float = 5,
        **members: Any,
    ) -> HttpAnswer:
        """Ask one question and read to the end of the answer."""
        data = raw
        if data is None:
            data = json.dumps(body_of(*(texts or ("Hello",)), **members)).encode()
        sent = {"Content-Type": "application/json", **(headers or {})}
        if bearer is not None:
            sent["Authorization"] = f"Bearer {bearer or self.target.ready['api_password']}"
        more: dict[str, Any] = {"scenario": scenario} if scenario else {}
        url = self.url(path, tls=tls, **more)
        return asyncio.run(self._post(url, data, sent, tls, timeout))

    async def _post(
        self, url: str, data: bytes, headers: dict[str, str], tls: bool, timeout: float
    ) -> HttpAnswer:
        answer = HttpAnswer()
        context = self.target.trust() if tls else True
        limit = aiohttp.ClientTimeout(total=timeout)
        async with aiohttp.ClientSession(timeout=limit) as session:
            try:
                async with session.post(
                    url, data=data, headers=headers, ssl=context, allow_redirects=False
                ) as response:
                    answer.status = response.status
                    answer.headers = dict(response.headers)
                    async for chunk in response.content.iter_any():
                        answer.raw += chunk
            except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
                answer.failure = error
        return answer
