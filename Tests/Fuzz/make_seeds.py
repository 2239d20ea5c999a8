"""Rewrites the seeds of the fuzz targets: the emulator's output, and a few made by hand.

    PYTHONPATH=Tests/Emulator build/venv/bin/python Tests/Fuzz/make_seeds.py

They are small, so that the fuzzer's own changes reach every part of them. They are committed, so
that a run of the fuzzer needs only the program and this folder.
"""

from __future__ import annotations

import base64
import json
import shutil
import socket
import struct
import urllib.parse
import zlib
from pathlib import Path

from spark_emulator import Emulator

SEEDS = Path(__file__).resolve().parent / "seeds"
KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # the one of RFC 6455
SEPARATOR = b"\x1e"

WEBSOCKET = ["text", "reasoning", "function_call", "citations", "fragments:size=40", "pings"]
WEBSOCKET += ["split_surrogate", "error:code=10013,after=1", "string_numbers", "bad_utf8", "nul"]
WEBSOCKET += ["huge_number", "late_error", "multi_text", "null_content", "close_early:code=none"]
HTTP = ["text", "reasoning", "function_call", "citations", "error", "error:how=event,after=1"]
HTTP += ["split_surrogate", "tools:shape=deltas", "tools:shape=object", "json_body", "fragments"]
HTTP += ["body:framing=length", "body:trailers=1,extensions=1", "sse:eol=crlf,comments=1"]
HTTP += ["sse:eol=cr,multiline=1,bom=1", "multi_text", "late_error"]

JSON = {
    "values": '{"a":[null,true,false,{},[],"",0],"b":{"c":"d"}}',
    "blanks": '\r\n\t [ 1 ,\t{ "a" : "b" ,\n"c":[ ] } ]\r ',
    "numbers": "[0,-0,1.5,-2e3,1E+20,9007199254740993,9223372036854775808,1e400,-1e-400]",
    "escapes": '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\u00e9\\u4f60\\ud83d\\ude00 \u4f60\U0001f600"',
    "halves": '["\\ud83d","\\ude00\\ud83d",{"\\udfff":"\\ud83d\\ud83d\\ude00"}]',
    "twice": '{"a":1,"b":2,"\\u0061":3,"a\\u0000":4}',
    "deep": "[" * 64 + "]" * 64,
    "deeper": '{"":' * 40 + "[" * 25 + "]" * 25 + "}" * 40,
    "inner": '{"content":"[{\\"index\\":1,\\"title\\":\\"\\\\ud83d\\"}]"}',
    "nul": '{"a":1\0}',
}
SURROGATES = (
    "\\ud83d\\ude00",
    "a\\ud83d",
    "\\ude00\\ud83d\\ud83d\\ude00\\n",
    "\U0010f000\\ude00\u4f60\\ud83d",
)


def main() -> None:
    """Write all seeds."""
    shutil.rmtree(SEEDS, ignore_errors=True)
    with Emulator() as emulator:
        for scenario in WEBSOCKET:
            record_websocket(emulator, scenario)
        for scenario in HTTP:
            record_http(emulator, scenario)
        for name, path in {"status": "?scenario=status:code=503,retry_after=3", "404": "x"}.items():
            write("refusal", name, exchange(emulator, f"GET /{path} HTTP/1.1\r\nHost: x\r\n\r\n"))
    by_hand()


def write(target: str, name: str, data: bytes) -> None:
    """Write one seed, under a valid file name."""
    folder = SEEDS / target
    folder.mkdir(parents=True, exist_ok=True)
    safe = "".join(letter if letter.isalnum() else "-" for letter in name)
    (folder / safe).write_bytes(data[:3000])


def exchange(emulator: Emulator, *parts: str | bytes) -> bytes:
    """Send bytes and return everything received until the end."""
    with socket.create_connection(("127.0.0.1", emulator.ready["ws_port"]), 10) as line:
        line.settimeout(2)
        for part in parts:
            line.sendall(part.encode() if isinstance(part, str) else part)
        received = b""
        try:
            while piece := line.recv(65536):
                received += piece
        except TimeoutError:
            pass
        return received


def record_websocket(emulator: Emulator, scenario: str) -> None:
    """Write the seeds of an answer over WebSocket: the upgrade, the frames, and their texts."""
    url = urllib.parse.urlsplit(emulator.signed_url("/v3.5/chat", scenario=scenario))
    upgrade = f"GET {url.path}?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\nUpgrade: websocket\r\n"
    upgrade += (
        f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n\r\n"
    )
    question = {
        "header": {"app_id": emulator.ready["app_id"]},
        "parameter": {"chat": {"domain": "generalv3.5"}},
        "payload": {"message": {"text": [{"role": "user", "content": "你好"}]}},
    }
    text = json.dumps(question).encode()
    # A mask of zeros leaves the text unchanged.
    frame = struct.pack("!BBHI", 0x81, 0x80 | 126, len(text), 0) + text
    head, _, frames = exchange(emulator, upgrade, frame).partition(b"\r\n\r\n")
    write("handshake", scenario, head + b"\r\n\r\n")
    write("websocket", scenario, frames)
    write("websocket-answer", scenario, frames)
    texts = [message for message in messages(frames) if message.startswith(b"{")]
    write("service-frames", scenario, b"\n".join(texts))
    write("json", scenario, texts[-1] if texts else b"")


def messages(frames: bytes) -> list[bytes]:
    """Return the payloads of a server's frames; fragments are not joined."""
    found = []
    while len(frames) >= 2:
        length, start = frames[1] & 0x7F, 2
        if length == 126:
            length, start = struct.unpack("!H", frames[2:4])[0], 4
        found.append(frames[start : start + length])
        frames = frames[start + length :]
    return found


def record_http(emulator: Emulator, scenario: str) -> None:
    """Write the seeds of an answer over HTTP: all of it, its parts, and its messages."""
    question = json.dumps(
        {
            "model": "generalv3.5",
            "stream": True,
            "messages": [{"role": "user", "content": "你好"}],
        }
    )
    path = f"/v1/chat/completions?{urllib.parse.urlencode({'scenario': scenario})}"
    request = f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    request += f"Authorization: Bearer {emulator.ready['api_password']}\r\n"
    request += (
        f"Content-Type: application/json\r\nContent-Length: {len(question)}\r\n\r\n{question}"
    )
    answer = exchange(emulator, request.encode())
    head, _, body = answer.partition(b"\r\n\r\n")
    write("http-answer", scenario, answer)
    write("http-head", scenario, head + b"\r\n\r\n")
    if b"200 OK" not in head:
        write("refusal", scenario, answer)
    if b"chunked" in head:
        write("chunked", scenario, body)
        body = unchunked(body)
    write("event-stream", scenario, body)
    write("answer-body", scenario, body)
    lines = body.replace(b"\r", b"\n").split(b"\n")
    data = [line.partition(b":")[2] for line in lines if line.startswith(b"data:")]
    write("completions", scenario, b"\n".join(data) if data else body)
    write("json", f"{scenario} completion", data[0] if data else body)


def vector(numbers: bytes) -> bytes:
    """Return the answer with a vector."""
    feature = {"encoding": "utf8", "seq": "0", "text": base64.b64encode(numbers).decode()}
    header = {"code": 0, "message": "success", "sid": "emb1@dx2"}
    return json.dumps({"header": header, "payload": {"feature": feature}}).encode()


def unchunked(body: bytes) -> bytes:
    """Join the chunks."""
    joined = b""
    while body:
        line, _, body = body.partition(b"\r\n")
        size = int(line.partition(b";")[0], 16)
        if size == 0:
            break
        joined += body[:size]
        body = body[size + 2 :]
    return joined


def by_hand() -> None:
    """Write seeds that no server sends."""
    for number, url in enumerate(
        (
            "wss://spark-api.xf-yun.com/v4.0/chat",
            "https://spark-api-open.xf-yun.com/v1/chat/completions",
            "http://[::1]:8080/a%20b/ü?x=1&y=[2]",
            "WS://Example.COM:80",
        )
    ):
        write("url", str(number), url.encode())
        write("endpoint", str(number), SEPARATOR.join([url.encode(), b"", b"generalv3.5", b"h"]))
    write("endpoint", "model", SEPARATOR.join([b"", b"4.0Ultra", b"4.0Ultra", b"ws"]))
    write("endpoint", "base", SEPARATOR.join([b"https://maas-api.cn-huabei-1.xf-yun.com/v1", b"x"]))
    plan = b"https://maas-coding-api.cn-huabei-1.xf-yun.com/v2"
    write("endpoint", "plan", SEPARATOR.join([plan, b"", b"astron-code-latest"]))
    write("proxy-url", "http", b"http://alice:p%40ss@[fd00::1]:3128/")
    write("proxy-url", "socks", b"socks5h://proxy.example")
    write("no-proxy", "list", b"10.0.0.0/8, .example.com:443 [::1]:443,fd00::/8\x1e10.1.2.3")
    write("no-proxy", "name", b"*.xf-yun.com\x1espark-api.xf-yun.com")
    write("http-connect", "ok", b"HTTP/1.1 100 \r\n\r\nHTTP/1.1 200 OK\r\nVia: 1\r\n\r\nrest")
    write("http-connect", "login", b"HTTP/1.0 407 no\r\nProxy-Authenticate: Basic realm=x\r\n\r\n")
    write("socks5", "name", b"\x05\x02\x01\x00\x05\x00\x00\x03\x07hunter2\x00\x00rest")
    write("socks5", "address", b"\x05\x00\x05\x00\x00\x01\x01\x02\x03\x04\x05\x06\x16")
    write("socks5", "ipv6", b"\x05\x00\x05\x00\x00\x04" + bytes(18))
    write("socks5", "refused", b"\x05\x00\x05\x05\x00\x01")
    write("embedding", "vector", vector(struct.pack("<4f", 0.25, -1.5, 3.0, 1e-40)))
    write("embedding", "nan", vector(struct.pack("<f", float("nan"))))
    write("embedding", "odd", vector(b"odd"))
    write("embedding", "escaped", vector(b"\xff\xf0\xff\x00").replace(b"/", b"\\/"))
    write("embedding", "event", b"data: " + vector(bytes(8)) + b"\n\n")
    write("embedding", "error", b'{"header":{"code":11202,"message":"fast","sid":"emb1"}}')
    write("embedding", "gateway", b'{"message":"HMAC signature does not match"}')
    write("image", "png", png(64, 48))
    write("image", "gif", b"GIF89a")
    frame = b"\xff\xc0\x00\x11\x08\x01\x00\x01\x00\x03" + bytes(9)
    write("image", "jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(9) + frame)
    write("frame-encoder", "text", b"\x01\x02\x03\x04\x01hello, world")
    write("frame-encoder", "long", b"\xff\x00\xff\x00\x12\xffx")
    write("history", "all", history())
    extra = b'{"parameter":{"chat":{"temperature":0.1}},"header":{"app_id":"x"},"n":1.5e3}'
    schema = b'{"type":"object","properties":{"city":{"type":"string"}}}'
    write("request", "both", SEPARATOR.join([extra, schema, "你好 JSON".encode()]))
    for name, text in JSON.items():
        write("json", name, text.encode())
    for number, text in enumerate(SURROGATES):
        write("surrogates", str(number), text.encode())
    write("utf8", "widths", "naïve 你好 😀 e\u0301".encode())
    write("utf8", "bad", b"\xe4\xbd \xf4\x90\x80\x80 \xed\xa0\x80 \xc0\x80")
    write("dates", "imf", b"Mon, 06 Jan 2025 08:00:00 GMT")
    write("dates", "rfc850", b"Monday, 06-Jan-25 08:00:00 GMT")
    write("dates", "asctime", b"Mon Jan  6 08:00:00 2025")
    signed = base64.b64encode(b'api_key="0123456789abcdef", algorithm="hmac-sha256"')
    write("redaction", "url", b"GET /?authorization=" + signed + b"&date=x hunter2:hunter2!")
    write("redaction", "secret", b'{"m":"TestOnlySecret00 0123456789abcdef"}')


def png(width: int, height: int) -> bytes:
    """Make a grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))
        )

    header = struct.pack("!IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes((width + 1) * height))
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def history() -> bytes:
    """Make a saved conversation with everything in it."""
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a":1}'}}
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "你好", "tokens": 3},
        {"role": "assistant", "content": "", "tool_calls": [call], "tokens": 9},
        {"role": "tool", "content": "12", "tool_call_id": "c1", "name": "f"},
        {"role": "user", "image": base64.b64encode(png(50, 50)).decode()},
        {"role": "user", "image_url": "https://pictures.example/cat.png"},
        {"role": "assistant", "content": "😀"},
    ]
    return json.dumps({"version": 1, "messages": messages}).encode()


main()
