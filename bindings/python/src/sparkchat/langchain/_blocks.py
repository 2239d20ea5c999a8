"""LangChain's standard content blocks of an answer: the sources of its text as annotations."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AIMessage
from langchain_core.messages.block_translators import register_translator
from langchain_core.messages.content import ContentBlock, create_citation, create_text_block

from ._answers import PROVIDER


def content_blocks(message: AIMessage) -> list[ContentBlock]:
    """Return the blocks of an answer. NotImplementedError: langchain-core knows how to."""
    citations = message.response_metadata.get("citations")
    if not citations:
        raise NotImplementedError
    others = {k: v for k, v in message.response_metadata.items() if k != "model_provider"}
    blocks: list[ContentBlock] = message.model_copy(
        update={"response_metadata": others}
    ).content_blocks
    texts: list[Any] = [block for block in blocks if block["type"] == "text"]
    if not texts:
        texts = [create_text_block("")]
        blocks.append(texts[0])
    texts[-1]["annotations"] = [
        create_citation(url=it["url"], title=it["title"], number=it["index"]) for it in citations
    ]
    return blocks


register_translator(PROVIDER, content_blocks, content_blocks)
