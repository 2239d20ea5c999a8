"""LangChain's chat model for SparkLLM: what `langchain_community.chat_models` has, and works.

    from sparkchat.langchain import ChatSparkLLM

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

__all__ = ["ChatSparkLLM"]
