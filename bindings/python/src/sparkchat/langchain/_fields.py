"""The arguments of the chat model. None is what was not set, and what is not set is not sent."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, Literal

from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.utils import get_pydantic_field_names
from pydantic import ConfigDict, Field, SecretStr, model_validator

_ENVIRONMENT = {
    "spark_app_id": ("IFLYTEK_SPARK_APP_ID", "SPARKAI_APP_ID"),
    "spark_api_key": ("IFLYTEK_SPARK_API_KEY", "SPARKAI_API_KEY"),
    "spark_api_secret": ("IFLYTEK_SPARK_API_SECRET", "SPARKAI_API_SECRET"),
    "spark_api_url": ("IFLYTEK_SPARK_API_URL", "SPARKAI_URL"),
    "spark_llm_domain": ("IFLYTEK_SPARK_LLM_DOMAIN", "SPARKAI_DOMAIN"),
}


def _from_environment(field: str) -> Callable[[], Any]:
    def read() -> str | None:
        found = (os.environ.get(name) for name in _ENVIRONMENT[field])
        return next(filter(None, found), None)

    return read


def _secret_from_environment(field: str) -> Callable[[], Any]:
    read = _from_environment(field)

    def read_secret() -> SecretStr | None:
        value = read()
        return None if value is None else SecretStr(value)

    return read_secret


class SparkFields(BaseChatModel):
    """What `ChatSparkLLM` can be told; see there."""

    model_config = ConfigDict(
        populate_by_name=True,
        extra="forbid",
        # The arguments hold the credentials.
        hide_input_in_errors=True,
    )

    spark_app_id: str | None = Field(
        default_factory=_from_environment("spark_app_id"), alias="app_id"
    )
    """The app's id, from the service's console; or IFLYTEK_SPARK_APP_ID."""
    spark_api_key: SecretStr | None = Field(
        default_factory=_secret_from_environment("spark_api_key"), alias="api_key"
    )
    """Or IFLYTEK_SPARK_API_KEY."""
    spark_api_secret: SecretStr | None = Field(
        default_factory=_secret_from_environment("spark_api_secret"), alias="api_secret"
    )
    """Or IFLYTEK_SPARK_API_SECRET."""
    spark_api_password: SecretStr | None = Field(default=None, alias="api_password")
    """For HTTP, in place of key and secret; or IFLYTEK_SPARK_API_PASSWORD."""

    spark_api_url: str | None = Field(default=None, alias="api_url")
    """Where to ask, if not where the service has the model: wss:// or https://. Or, where neither
    URL nor model is given, IFLYTEK_SPARK_API_URL."""
    spark_llm_domain: str | None = Field(default=None, alias="model")
    """The model: a name such as "4.0Ultra", or the service's own word for it, such as
    "generalv3.5". Or, where neither is given, IFLYTEK_SPARK_LLM_DOMAIN."""
    transport: Literal["auto", "websocket", "http"] | None = None
    """For models that are served in both ways; the scheme of a URL says it, too."""
    spark_user_id: str | None = Field(default=None, alias="user_id")
    """Whom the questions come from: up to 32 bytes."""

    streaming: bool = False
    """Whether `invoke` streams, for the callbacks that want every token."""
    temperature: float | None = None
    """How freely to choose words: 0 to 1, for reasoning models and over HTTP 0 to 2."""
    top_k: int | None = None
    """How many candidates to choose among: 1 to 6."""
    top_p: float | None = None
    """Nucleus sampling: above 0 to 1; reasoning models, and over HTTP."""
    max_tokens: int | None = None
    """The longest answer, in tokens."""
    presence_penalty: float | None = None
    """Against words already there; reasoning models, and over HTTP."""
    frequency_penalty: float | None = None
    """Against frequent words; reasoning models, and over HTTP."""
    stop: list[str] | None = Field(default=None, alias="stop_sequences")
    """Where the answer ends. The service has no such thing: the answer is cut here, and the service
    is stopped. Its count of tokens then never comes."""
    thinking: bool | Literal["enabled", "disabled", "auto"] | None = None
    """Whether a reasoning model thinks first."""
    search: bool | Literal["disabled", "normal", "deep"] | None = None
    """Whether to search the web."""
    references: bool | None = None
    """Whether to send the sources of a web search."""
    chat_id: str | None = None
    """Links questions in the service's records; it keeps no history by it."""
    auditing: Literal["strict", "moderate", "loose", "default"] | None = None
    """How strictly the service moderates; hosted models."""
    model_kwargs: dict[str, Any] = Field(default_factory=dict)
    """What the service takes and this class does not know: sent as it is, beside `temperature`."""

    request_timeout: float | None = Field(default=None, alias="timeout")
    """The longest wait for the next piece of an answer, in seconds, and for the first."""
    total_timeout: float | None = None
    """The longest time for a whole answer, in seconds."""
    spark_proxy: SecretStr | None = Field(default=None, alias="proxy")
    """The URL of a proxy, which may hold a password; or https_proxy."""
    max_retries: int | None = Field(default=None, ge=0)
    """How often to try again what may pass by itself; never once a part of the answer has come."""
    client_kwargs: dict[str, Any] = Field(default_factory=dict)
    """Other settings of `sparkchat.Spark`, such as `ca_file` or `max_concurrency`."""

    @model_validator(mode="before")
    @classmethod
    def _check_names(cls, values: Any) -> Any:
        """Refuse what is not an argument, and say where it may belong."""
        if not isinstance(values, Mapping):
            return values
        known = get_pydantic_field_names(cls)
        unknown = sorted(str(name) for name in values if name not in known)
        if unknown:
            raise ValueError(
                f"there is no argument {unknown[0]!r}; settings of sparkchat.Spark go into"
                " client_kwargs, and what only the service knows into model_kwargs"
            )
        inside = known.intersection(values.get("model_kwargs") or {})
        if inside:
            raise ValueError(f"model_kwargs has {min(inside)!r}, which is an argument of its own")
        return values

    @model_validator(mode="after")
    def _check_endpoint(self) -> Any:
        self._load_endpoint()
        return self

    def _load_endpoint(self) -> None:
        """URL and model belong together: the environment's count where neither is given."""
        if self.spark_api_url is None and self.spark_llm_domain is None:
            for field in ("spark_api_url", "spark_llm_domain"):
                if value := _from_environment(field)():
                    setattr(self, field, value)

    def _set_fields(self) -> dict[str, Any]:
        """Return what is set of the model's own arguments, by the names of the fields."""
        own = SparkFields.model_fields.keys() - BaseChatModel.model_fields.keys()
        return {name: value for name in own if (value := getattr(self, name)) is not None}


ALIASES = {
    field.alias: name for name, field in SparkFields.model_fields.items() if field.alias is not None
}
"""The short names of fields: `model` for `spark_llm_domain`."""
