"""The constructor's arguments, for type checkers: the fields under both of their names.

Without this, a checker uses a field's type for the argument, but credentials can be plain texts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from langchain_core.caches import BaseCache
from langchain_core.callbacks import Callbacks
from langchain_core.language_models.model_profile import ModelProfile
from langchain_core.rate_limiters import BaseRateLimiter
from pydantic import SecretStr

from ..options import PlainOptions


class Arguments(PlainOptions, total=False):
    """The keyword arguments of `ChatSparkLLM`; see its fields."""

    app_id: str | None
    spark_app_id: str | None
    api_key: str | SecretStr | None
    spark_api_key: str | SecretStr | None
    api_secret: str | SecretStr | None
    spark_api_secret: str | SecretStr | None
    api_password: str | SecretStr | None
    spark_api_password: str | SecretStr | None
    api_url: str | None
    spark_api_url: str | None
    model: str | None
    spark_llm_domain: str | None
    domain: str | None
    transport: Literal["auto", "websocket", "http"] | None
    user_id: str | None
    spark_user_id: str | None

    streaming: bool
    stop: list[str] | None
    stop_sequences: list[str] | None
    model_kwargs: dict[str, Any]

    timeout: float | None
    request_timeout: float | None
    total_timeout: float | None
    max_retries: int | None
    proxy: str | SecretStr | None
    spark_proxy: str | SecretStr | None
    client_kwargs: dict[str, Any]

    # LangChain's own arguments.
    name: str | None
    cache: BaseCache | bool | None
    verbose: bool
    callbacks: Callbacks
    tags: list[str] | None
    metadata: dict[str, Any] | None
    custom_get_token_ids: Callable[[str], list[int]] | None
    rate_limiter: BaseRateLimiter | None
    disable_streaming: bool | Literal["tool_calling"]
    output_version: str | None
    profile: ModelProfile | None
