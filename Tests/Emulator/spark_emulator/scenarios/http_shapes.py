"""The shapes over HTTP: missing, additional or unusual members of an answer's JSON documents.

Each receives the documents of the answer, and returns those to send, as documents or as JSON text.
Without a stream there is one document, and its message contains what would be separate chunks.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal

from ..http.documents import Document
from ..json_text import to_text
from .expression import ScenarioError
from .registry import Kind, Transport, scenario
from .shapes import reordered as reordered_frames


def _streamed(documents: list[Document]) -> bool:
    return "delta" in documents[0]["choices"][0]


def _insist_on_stream(documents: list[Document], name: str) -> None:
    if not _streamed(documents):
        raise ScenarioError(f"scenario {name} needs a stream")


def _parts(document: Document) -> list[Document]:
    """Return the deltas or messages of all choices."""
    choices = document.get("choices", [])
    return [choice["delta" if "delta" in choice else "message"] for choice in choices]


def _middle(documents: list[Document], part: Document) -> Document:
    """Make a document for the middle of the stream."""
    first = documents[0]
    document = {key: value for key, value in first.items() if key not in ("choices", "usage")}
    document["choices"] = [{**first["choices"][0], "delta": part}]
    return document


def _insert(documents: list[Document], *new: Document) -> list[Document]:
    middle = min(max(1, len(documents) // 2), len(documents) - 1)
    return [*documents[:middle], *new, *documents[middle:]]


def _say(documents: list[Document], *texts: str) -> list[Document]:
    """Insert texts in the middle of the answer, each in its own chunk."""
    if _streamed(documents):
        deltas = [{"role": "assistant", "content": text} for text in texts]
        return _insert(documents, *[_middle(documents, delta) for delta in deltas])
    message = documents[0]["choices"][0]["message"]
    said = message["content"]
    message["content"] = said[: len(said) // 2] + "".join(texts) + said[len(said) // 2 :]
    return documents


@scenario(Kind.SHAPE, over=Transport.HTTP)
def multi_text(documents: list[Document]) -> list[Document]:
    """Spread the text of every document over several choices."""
    for document in documents:
        (first, *others) = document["choices"]
        key = "delta" if "delta" in first else "message"
        content = first[key].get("content") or ""
        half = len(content) // 2
        if not others and "content" in first[key]:
            document["choices"] = [
                {**first, key: {**first[key], "content": part}, "index": index}
                for index, part in enumerate((content[:half], content[half:], ""))
            ]
    return documents


@scenario(Kind.SHAPE, over=Transport.HTTP)
def no_text(documents: list[Document]) -> list[Document]:
    """Send an event with empty `choices`, and one without them, in the middle."""
    _insist_on_stream(documents, "no_text")
    empty = {**_middle(documents, {}), "choices": []}
    without = {key: value for key, value in empty.items() if key != "choices"}
    return _insert(documents, empty, without)


@scenario(Kind.SHAPE, over=Transport.HTTP)
def no_role(documents: list[Document]) -> list[Document]:
    """Leave `role` out of every delta and message."""
    for document in documents:
        for part in _parts(document):
            part.pop("role", None)
    return documents


@scenario(Kind.SHAPE, over=Transport.HTTP)
def null_content(documents: list[Document]) -> list[Document]:
    """Send a frame whose `content` is null in the middle.

    Without a stream, the content of the message is null.
    """
    if _streamed(documents):
        return _insert(documents, _middle(documents, {"role": "assistant", "content": None}))
    documents[0]["choices"][0]["message"]["content"] = None
    return documents


@scenario(Kind.SHAPE, over=Transport.HTTP)
def no_payload(documents: list[Document]) -> list[Document]:
    """Send an event with code, message and sid only, and an empty object, in the middle."""
    _insist_on_stream(documents, "no_payload")
    kept = ("code", "message", "sid")
    bare = {key: value for key, value in documents[0].items() if key in kept}
    return _insert(documents, bare, {})


@scenario(Kind.SHAPE, over=Transport.HTTP)
def no_usage(documents: list[Document]) -> list[Document]:
    """Leave the usage out of the final frame."""
    for document in documents:
        document.pop("usage", None)
    return documents


@scenario(Kind.SHAPE, over=Transport.HTTP)
def jump(documents: list[Document]) -> list[Document]:
    """Send two frames only: the text in two pieces."""
    _insist_on_stream(documents, "jump")
    whole = "".join(part.get("content") or "" for d in documents for part in _parts(d))
    first, last = (
        _middle(documents, {"role": "assistant", "content": text})
        for text in (whole[:1], whole[1:])
    )
    ending = documents[-1]
    last["usage"] = ending.get("usage")
    if "finish_reason" in ending["choices"][0]:
        last["choices"][0]["finish_reason"] = ending["choices"][0]["finish_reason"]
    return [first, last]


@scenario(Kind.SHAPE, over=Transport.HTTP)
def unknown_fields(documents: list[Document]) -> list[Document]:
    """Add unknown members at every level."""
    extra: dict[str, Any] = {"x_new": {"deep": [1, "two", None, {"three": 3.0}]}, "x_flag": True}
    for document in documents:
        for place in [document, *document["choices"], *_parts(document)]:
            place.update(extra)
    documents[-1]["usage"].update(extra)
    return documents


@scenario(Kind.SHAPE, over=Transport.HTTP)
def members(
    documents: list[Document], *, action: str = "stop", plugin_status: int = 200
) -> list[Document]:
    """Add rarely seen members: those of plug-ins, and the suggestion of moderation."""
    for document in documents:
        document.setdefault("model", "some-model")
        document.setdefault("created", 1_790_000_000)
        for part in _parts(document):
            part["plugins_content"] = None
    plugin = {"name": "ifly_search", "invoked": {"status_code": plugin_status}}
    documents[0]["plugins"] = [plugin]
    # Even in a stream it is in a message, next to the delta.
    first = documents[0]["choices"][0]
    first.setdefault("message", {})["security_suggest"] = {"action": action}
    return documents


@scenario(Kind.SHAPE, over=Transport.HTTP)
def string_numbers(documents: list[Document]) -> list[Document]:
    """Send numbers as strings (code, created, index), and as floats (usage)."""
    for document in documents:
        for place in (document, *document["choices"]):
            for key in ("code", "created", "index"):
                if key in place:
                    place[key] = str(place[key])
        _recount(document.get("usage", {}), float)
    return documents


@scenario(Kind.SHAPE, over=Transport.HTTP)
def reordered(documents: list[Document]) -> list[str]:
    """Send the members in reverse order, with white space around everything."""
    texts = reordered_frames(documents)
    if not _streamed(documents):
        return texts
    # Line ends would split it into several data lines, which is another scenario.
    return [text.replace("\r\n", " ").replace("\n", " ") for text in texts]


@scenario(Kind.SHAPE, over=Transport.HTTP)
def nul(documents: list[Document]) -> list[Document]:
    r"""Send `a\u0000b` as the content of a frame in the middle."""
    return _say(documents, "a\0b")


@scenario(Kind.SHAPE, over=Transport.HTTP)
def split_surrogate(documents: list[Document]) -> list[Document]:
    r"""Split an emoji over two frames: one ends in `\ud83d`, the next starts with `\ude00`."""
    return _say(documents, "half \ud83d", "\ude00 whole")


@scenario(Kind.SHAPE, over=Transport.HTTP)
def lone_surrogate(documents: list[Document]) -> list[Document]:
    r"""Send `\ud83d` in a frame in the middle, and never its other half."""
    return _say(documents, "lone \ud83d")


@scenario(Kind.SHAPE, over=Transport.HTTP)
def deep_json(documents: list[Document], *, depth: int = 100_000) -> list[Document | str]:
    """Send a frame in the middle with an unknown member of `depth` nested arrays."""
    return _add_raw(documents, "[" * depth + "]" * depth)


@scenario(Kind.SHAPE, over=Transport.HTTP)
def huge_number(
    documents: list[Document], *, kind: Literal["integer", "real", "usage"] = "integer"
) -> list[Document | str]:
    """Send a number that no machine type holds: in an unknown member, or in all of the usage."""
    if kind == "usage":
        _recount(documents[-1]["usage"], lambda count: 10**30)
        return [*documents]
    return _add_raw(documents, "1e400" if kind == "real" else "9" * 40)


@scenario(Kind.SHAPE, over=Transport.HTTP)
def big_frame(documents: list[Document], *, bytes: int = 1024 * 1024) -> list[Document]:
    """Send a frame of about `bytes` bytes in the middle: its content is `bytes` times `x`."""
    return _say(documents, "x" * bytes)


def _recount(usage: Document, change: Callable[[int], float]) -> None:
    """Change every number of a usage, including its details."""
    for key, value in usage.items():
        if isinstance(value, dict):
            _recount(value, change)
        else:
            usage[key] = change(value)


def _add_raw(documents: list[Document], raw: str) -> list[Document | str]:
    """Add an unknown member whose value is raw JSON text."""
    marker = "raw json goes here"
    documents = _say(documents, "·")
    spoken = next(d for d in documents for p in _parts(d) if "·" in (p.get("content") or ""))
    spoken["x_raw"] = marker
    return [to_text(d).replace(json.dumps(marker), raw) if d is spoken else d for d in documents]
