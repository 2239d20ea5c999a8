"""SparkLLM for LangChain: replacements for the classes of `langchain_community`.

    from sparkchat.langchain import ChatSparkLLM, SparkLLMTextEmbeddings

Needs langchain-core: `pip install langchain-core`, or the extra `langchain` of the wheel that
`make wheel` builds.
"""

try:
    import langchain_core as _langchain_core
except ImportError as error:
    raise ImportError(
        "sparkchat.langchain needs langchain-core: pip install langchain-core (it is the extra"
        " `langchain` of the wheel that `make wheel` builds)"
    ) from error

del _langchain_core

from .chat_models import ChatSparkLLM  # noqa: E402
from .embeddings import SparkLLMTextEmbeddings  # noqa: E402

__all__ = ["ChatSparkLLM", "SparkLLMTextEmbeddings"]
