"""Images in a request."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from typing import Any

import pytest

from client import Answer, Target, request_text


def png(width: int, height: int) -> bytes:
    """Return a PNG file: black, one bit per pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack("!I", zlib.crc32(kind + data))
        return struct.pack("!I", len(data)) + kind + data + check

    head = struct.pack("!IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" * (1 + (width + 7) // 8)) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg(width: int, height: int, frame: int = 0xC0) -> bytes:
    """Return the beginning of a JPEG file, including the description of its frame."""
    app0 = b"\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    tables = b"\xff\xdb\x00\x43\x00" + bytes(range(64))
    huffman = b"\xff\xff\xc4\x00\x04\x00\x00"
    sizes = struct.pack("!HH", height, width)
    return (
        b"\xff\xd8" + app0 + tables + huffman + b"\xff" + bytes([frame]) + b"\x00\x0b\x08" + sizes
        + b"\x01\x01\x11\x00\xff\xd9"
    )  # fmt: skip


def image(data: bytes | str, **more: Any) -> dict[str, Any]:
    content = data if isinstance(data, str) else base64.b64encode(data).decode()
    return {"role": "user", "content": content, "content_type": "image", **more}


def ask(
    target: Target,
    *messages: dict[str, Any],
    path: str = "/v2.1/image",
    domain: str = "imagev3",
) -> Answer:
    raw = json.loads(request_text("x", domain=domain))
    raw["payload"]["message"]["text"] = messages
    return target.ask(raw=json.dumps(raw), path=path)


def text(content: str, **more: Any) -> dict[str, Any]:
    return {"role": "user", "content": content, **more}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (png(64, 48), "A PNG image of 64 x 48 pixels. 1 + 1 = **2**."),
        (jpeg(640, 480), "A JPEG image of 640 x 480 pixels. 1 + 1 = **2**."),
        (jpeg(50, 50, 0xC2), "A JPEG image of 50 x 50 pixels. 1 + 1 = **2**."),
        (png(12800, 10), "A PNG image of 12800 x 10 pixels. 1 + 1 = **2**."),
        (jpeg(6000, 6000), "A JPEG image of 6000 x 6000 pixels. 1 + 1 = **2**."),
    ],
)
def test_an_image_is_described(target: Target, data: bytes, said: str) -> None:
    for domain in ("imagev3", "general", "image"):
        answer = ask(target, image(data), text("1+1", content_type="text"), domain=domain)
        assert answer.text == said
    usage = answer.frames[-1]["payload"]["usage"]["text"]
    assert usage["prompt_tokens"] == 1


def test_a_conversation_about_an_image(target: Target) -> None:
    said = {"role": "assistant", "content": "一张图片。"}
    answer = ask(target, image(png(64, 48)), text("这是什么?"), said, text("1+1等于几?"))
    assert answer.text == "一张 64 x 48 像素的 PNG 图片。1 + 1 = **2**。"
    system = {"role": "system", "content": "You are a pirate."}
    answer = ask(target, system, image(png(64, 48)), text("1+1"))
    assert answer.text.startswith("*(speaking as pirate)* A PNG image")
    assert ask(target, text("1+1")).text == "1 + 1 = **2**."


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (jpeg(12801, 100), 10029),
        (jpeg(100, 12801), 10029),
        (png(49, 50), 10041),
        (jpeg(6001, 6000), 10041),
        (png(0, 64), 10041),
        (b"GIF89a" + b"\0" * 100, 10004),
        (b"\x89PNG\r\n\x1a\n", 10004),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", 10004),
        (b"\xff\xd8" + b"\0" * 100, 10004),
        (b"", 10004),
        ("data:image/png;base64,AAAA", 10004),
        ("not base64 at all", 10004),
        ("图", 10004),
    ],
)
def test_images_that_are_refused(target: Target, data: bytes | str, code: int) -> None:
    answer = ask(target, image(data), text("What is this?"))
    assert answer.error["code"] == code
    assert answer.close_code == 1000


@pytest.mark.parametrize(
    "messages",
    [
        [text("Hi"), image(png(64, 48)), text("What is this?")],
        [image(png(64, 48)), image(png(64, 48)), text("What is this?")],
        [image(png(64, 48), role="assistant"), text("What is this?")],
        [image(png(64, 48))],
    ],
)
def test_where_an_image_may_not_be(target: Target, messages: list[dict[str, Any]]) -> None:
    error = ask(target, *messages).error
    assert error["code"] == 10004
    assert "content_type' value" in error["message"]


def test_other_models_do_not_see(target: Target) -> None:
    answer = ask(target, image(png(64, 48)), text("Hi"), path="/v3.5/chat", domain="generalv3.5")
    assert answer.error["code"] == 10004


def test_a_big_image(target: Target) -> None:
    data = jpeg(4000, 3000) + b"\0" * 3_000_000
    answer = ask(target, image(data), text("1+1"))
    assert answer.text.startswith("A JPEG image of 4000 x 3000 pixels.")
