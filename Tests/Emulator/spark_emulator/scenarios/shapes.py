"""Scenarios that change the JSON of the frames: missing, additional or unusual members.

Each receives the frames of the answer, and returns those to send, as documents or as JSON text.
"""

from __future__ import annotations

import json
from typing import Any, Literal

from ..json_text import to_text
from ..service.reply import Piece
from ..websocket.frames import Frame, header, plugin_frame, text_frame, text_item
from .registry import Kind, scenario


def _sid(frames: list[Frame]) -> str:
    return str(frames[0]["header"]["sid"])


def _choices(frame: Frame) -> Frame:
    choices: Frame = frame.get("payload", {}).get("choices", {})
    return choices


def _insert(frames: list[Frame], *new: Frame) -> list[Frame]:
    """Insert frames in the middle of the others, and renumber them all."""
    middle = min(max(1, len(frames) // 2), len(frames) - 1)
    result = [*frames[:middle], *new, *frames[middle:]]
    for seq, choices in enumerate(c for frame in result if (c := _choices(frame))):
        choices["seq"] = seq
    return result


def _middle(frames: list[Frame], *items: Frame) -> Frame:
    """Make a frame for the middle, with the given `text[]` items."""
    return text_frame(_sid(frames), 1, 0, list(items))


@scenario(Kind.SHAPE)
def multi_text(frames: list[Frame]) -> list[Frame]:
    """Spread the text of every frame over several `text[]` items."""
    for frame in frames:
        for item in _choices(frame).get("text", [])[:1]:
            content = item.get("content") or ""
            half = len(content) // 2
            parts = [content[:half], content[half:], ""]
            _choices(frame)["text"] = [
                {**item, "content": part, "index": index} for index, part in enumerate(parts)
            ]
    return frames


@scenario(Kind.SHAPE)
def no_text(frames: list[Frame]) -> list[Frame]:
    """Send frames with an empty `text[]`, and without one, in the middle."""
    without = _middle(frames)
    del without["payload"]["choices"]["text"]
    return _insert(frames, _middle(frames), without)


@scenario(Kind.SHAPE)
def no_role(frames: list[Frame]) -> list[Frame]:
    """Leave `role` out of every `text[]` item."""
    for frame in frames:
        for item in _choices(frame).get("text", []):
            item.pop("role", None)
    return frames


@scenario(Kind.SHAPE)
def null_content(frames: list[Frame]) -> list[Frame]:
    """Send a frame whose `content` is null in the middle."""
    return _insert(frames, _middle(frames, {"content": None, "role": "assistant", "index": 0}))


@scenario(Kind.SHAPE)
def no_payload(frames: list[Frame]) -> list[Frame]:
    """Send a frame without `payload`, and one with an empty one, in the middle."""
    bare = {"header": header(_sid(frames), 1)}
    return _insert(frames, bare, {**bare, "payload": {}})


@scenario(Kind.SHAPE)
def no_usage(frames: list[Frame]) -> list[Frame]:
    """Leave the usage out of the final frame."""
    frames[-1]["payload"].pop("usage", None)
    return frames


@scenario(Kind.SHAPE)
def status_header_only(frames: list[Frame]) -> list[Frame]:
    """Leave out `choices.status`: only `header.status` shows the end."""
    for frame in frames:
        _choices(frame).pop("status", None)
    return frames


@scenario(Kind.SHAPE)
def status_choices_only(frames: list[Frame]) -> list[Frame]:
    """Leave `header.status` at 0 to the end: only `choices.status` shows the end."""
    for frame in frames:
        frame["header"]["status"] = 0
    return frames


@scenario(Kind.SHAPE)
def jump(frames: list[Frame]) -> list[Frame]:
    """Send two frames only: status 0, then 2."""
    items = [item for frame in frames for item in _choices(frame).get("text", [])]
    whole = "".join(item.get("content") or "" for item in items)
    first = text_frame(_sid(frames), 0, 0, [text_item(Piece(whole[:1]))])
    last = text_frame(_sid(frames), 2, 1, [text_item(Piece(whole[1:]))])
    last["payload"]["usage"] = frames[-1]["payload"].get("usage")
    return [first, last]


@scenario(Kind.SHAPE)
def seq_gap(frames: list[Frame]) -> list[Frame]:
    """Leave gaps in `seq`."""
    for frame in frames:
        if choices := _choices(frame):
            choices["seq"] = choices["seq"] * 5
    return frames


@scenario(Kind.SHAPE)
def unknown_fields(frames: list[Frame]) -> list[Frame]:
    """Add unknown members at every level."""
    extra: dict[str, Any] = {"x_new": {"deep": [1, "two", None, {"three": 3.0}]}, "x_flag": True}
    for frame in frames:
        places = [frame, frame["header"], frame["payload"], _choices(frame)]
        places += _choices(frame).get("text", [])
        for place in places:
            place.update(extra)
    return frames


@scenario(Kind.SHAPE)
def members(frames: list[Frame], *, action: str = "stop", plugin_status: int = 200) -> list[Frame]:
    """Add rarely seen members: those of plug-ins, and the suggestion of moderation."""
    plugin = plugin_frame(_sid(frames), [])
    plugin["payload"]["plugins"]["text"][0]["invoked"]["status_code"] = plugin_status
    for frame in frames:
        for item in _choices(frame).get("text", []):
            item.update(plugins_content=None, content_meta=None)
    frames[0]["payload"]["security_suggest"] = {"action": action}
    return [plugin, *frames]


@scenario(Kind.SHAPE)
def string_numbers(frames: list[Frame]) -> list[Frame]:
    """Send numbers as strings (code, status, seq), and as floats (usage)."""
    for frame in frames:
        for place in (frame["header"], _choices(frame)):
            for key in ("code", "status", "seq"):
                if key in place:
                    place[key] = str(place[key])
        usage = frame["payload"].get("usage", {}).get("text", {})
        usage.update({key: float(value) for key, value in usage.items()})
    return frames


@scenario(Kind.SHAPE)
def reordered(frames: list[Frame]) -> list[str]:
    """Send the members in reverse order, with white space around everything."""

    def turn(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: turn(value[key]) for key in reversed(list(value))}
        return [turn(item) for item in value] if isinstance(value, list) else value

    return ["\r\n " + json.dumps(turn(frame), indent="\t", ensure_ascii=False) for frame in frames]


@scenario(Kind.SHAPE)
def nul(frames: list[Frame]) -> list[Frame]:
    r"""Send `a\u0000b` as the content of a frame in the middle."""
    return _insert(frames, _middle(frames, text_item(Piece("a\0b"))))


@scenario(Kind.SHAPE)
def split_surrogate(frames: list[Frame]) -> list[Frame]:
    r"""Split an emoji over two frames: one ends in `\ud83d`, the next starts with `\ude00`."""
    halves = [_middle(frames, text_item(Piece(p))) for p in ("half \ud83d", "\ude00 whole")]
    return _insert(frames, *halves)


@scenario(Kind.SHAPE)
def lone_surrogate(frames: list[Frame]) -> list[Frame]:
    r"""Send `\ud83d` in a frame in the middle, and never its other half."""
    return _insert(frames, _middle(frames, text_item(Piece("lone \ud83d"))))


@scenario(Kind.SHAPE)
def deep_json(frames: list[Frame], *, depth: int = 100_000) -> list[Frame | str]:
    """Send a frame in the middle with an unknown member of `depth` nested arrays."""
    return _replace_marker(frames, "[" * depth + "]" * depth)


@scenario(Kind.SHAPE)
def huge_number(
    frames: list[Frame], *, kind: Literal["integer", "real", "usage"] = "integer"
) -> list[Frame | str]:
    """Send a number that no machine type holds: in an unknown member, or in all of the usage."""
    if kind == "usage":
        usage = frames[-1]["payload"]["usage"]["text"]
        usage.update(dict.fromkeys(usage, 10**30))
        return [*frames]
    return _replace_marker(frames, "1e400" if kind == "real" else "9" * 40)


@scenario(Kind.SHAPE)
def big_frame(frames: list[Frame], *, bytes: int = 1024 * 1024) -> list[Frame]:
    """Send a frame of about `bytes` bytes in the middle: its content is `bytes` times `x`."""
    return _insert(frames, _middle(frames, text_item(Piece("x" * bytes))))


def _replace_marker(frames: list[Frame], raw: str) -> list[Frame | str]:
    """Insert a frame with an unknown member whose value is raw JSON text."""
    marker = "raw json goes here"
    frame = _middle(frames, text_item(Piece("·")))
    frame["payload"]["x_raw"] = marker
    return [
        to_text(f).replace(json.dumps(marker), raw) if f is frame else f
        for f in _insert(frames, frame)
    ]
