"""SparkLLM for LangChain: what `langchain_community` has of it, and works.

    from sparkchat.langchain import ChatSparkLLM, SparkLLMTextEmbeddings

Needs langchain-core: `pip install "sparkchat[langchain]"`.
"""

try:
    import langchain_core as _langchain_core
except ImportError as error:
    raise ImportError(
        'sparkchat.langchain needs langchain-core: pip install "sparkchat[langchain]"'
    ) from error

del _langchain_core

from .chat_models import ChatSparkLLM  # noqa: E402
from .embeddings import SparkLLMTextEmbeddings  # noqa: E402

__all__ = ["ChatSparkLLM", "SparkLLMTextEmbeddings"]
