"""LangChain's standard content blocks of an answer, with the sources as annotations."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AIMessage
from langchain_core.messages.block_translators import register_translator
from langchain_core.messages.content import ContentBlock, create_citation, create_text_block

from ._answers import PROVIDER


def content_blocks(message: AIMessage) -> list[ContentBlock]:
    """Return the blocks of an answer. NotImplementedError: langchain-core can do it."""
    citations = message.response_metadata.get("citations")
    if not citations:
        raise NotImplementedError
    blocks = _plain_blocks(message)
    texts: list[Any] = [block for block in blocks if block["type"] == "text"]
    if not texts:
        texts = [create_text_block("")]
        blocks.append(texts[0])
    texts[-1]["annotations"] = [
        create_citation(url=it["url"], title=it["title"], number=it["index"]) for it in citations
    ]
    return blocks


def chunk_blocks(message: AIMessage) -> list[ContentBlock]:
    """Return the blocks of a chunk; langchain-core merges those with the same index.

    It numbers text and reasoning from 0, and so are calls: a call therefore needs another kind of
    index.
    """
    try:
        blocks = content_blocks(message)
    except NotImplementedError:
        blocks = _plain_blocks(message)
    for block in blocks:
        if block["type"] == "tool_call_chunk" and isinstance(at := block.get("index"), int):
            block["index"] = f"lc_tc_{at}"
    return blocks


def _plain_blocks(message: AIMessage) -> list[ContentBlock]:
    """Return the blocks that langchain-core makes of a message without a provider."""
    others = {k: v for k, v in message.response_metadata.items() if k != "model_provider"}
    blocks: list[ContentBlock] = message.model_copy(
        update={"response_metadata": others}
    ).content_blocks
    return blocks


register_translator(PROVIDER, content_blocks, chunk_blocks)
