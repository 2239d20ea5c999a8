"""The arguments of the chat model. None means not set; arguments that are not set are not sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.utils import get_pydantic_field_names
from pydantic import (
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from .._capi.values import json_object, milliseconds
from .._requests.building import new_request
from ..options import Options
from ._clients import check_client_kwargs
from ._environment import FromEnvironment, from_environment, secret_from_environment
from ._option_fields import OptionFields
from ._words import advice


class Fields(OptionFields):
    """The arguments of `ChatSparkLLM` and of each of its calls; see there."""

    model_config = ConfigDict(
        populate_by_name=True,
        extra="forbid",
        # The arguments contain the credentials.
        hide_input_in_errors=True,
    )

    spark_app_id: str | None = Field(
        default_factory=from_environment("spark_app_id"), alias="app_id"
    )
    """The app's id, from the service's console; or IFLYTEK_SPARK_APP_ID."""
    spark_api_key: SecretStr | None = Field(
        default_factory=secret_from_environment("spark_api_key"), alias="api_key"
    )
    """Or IFLYTEK_SPARK_API_KEY."""
    spark_api_secret: SecretStr | None = Field(
        default_factory=secret_from_environment("spark_api_secret"), alias="api_secret"
    )
    """Or IFLYTEK_SPARK_API_SECRET."""
    spark_api_password: SecretStr | None = Field(default=None, alias="api_password")
    """For HTTP, in place of key and secret; or IFLYTEK_SPARK_API_PASSWORD."""

    spark_api_url: str | None = Field(default=None, alias="api_url")
    """The URL to ask, if not the model's own: wss:// or https://; or IFLYTEK_SPARK_API_URL, if
    neither URL nor model is given.
    """
    spark_llm_domain: str | None = Field(default=None, alias="model")
    """The model: a name such as "4.0Ultra", or the service's own name, such as "generalv3.5"; or
    IFLYTEK_SPARK_LLM_DOMAIN, if neither URL nor model is given.
    """
    domain: str | None = None
    """The id of a model in a plan for hosted models; `model` is then the plan, such as
    "coding-plan".
    """
    transport: Literal["auto", "websocket", "http"] | None = None
    """For models that are available over both; the scheme of a URL also chooses one."""
    spark_user_id: str | None = Field(default=None, alias="user_id")
    """The user who asks the questions: up to 32 characters."""

    stop: list[str] | None = Field(default=None, alias="stop_sequences")
    """Texts that end the answer. The service has no such option: the library cuts the answer and
    stops the service. The token count is then never available.
    """
    model_kwargs: dict[str, Any] = Field(default_factory=dict)
    """Options that this class does not know: sent unchanged, next to `temperature`."""

    request_timeout: float | None = Field(default=None, alias="timeout")
    """The longest wait for the first and the next piece of an answer, in seconds."""
    total_timeout: float | None = None
    """The longest time for a whole answer, in seconds."""
    spark_proxy: SecretStr | None = Field(default=None, alias="proxy")
    """The URL of a proxy, which may contain a password; or https_proxy."""
    max_retries: int | None = Field(default=None, ge=0)
    """How often to retry transient failures; never after part of the answer has arrived."""
    client_kwargs: dict[str, Any] = Field(default_factory=dict)
    """Other settings of `sparkchat.Spark`, such as `ca_file` or `max_concurrency`."""

    @model_validator(mode="before")
    @classmethod
    def _check_names(cls, values: Any) -> Any:
        """Refuse unknown arguments, and suggest the right one."""
        if not isinstance(values, Mapping):
            return values
        # LangChain passes the fields of one model to another, as in `configurable_fields`.
        values = {n: v for n, v in values.items() if not isinstance(v, FromEnvironment)}
        known = get_pydantic_field_names(cls)
        unknown = sorted(str(name) for name in values if name not in known)
        if unknown:
            raise ValueError(f"there is no argument {unknown[0]!r}; {advice(unknown[0], known)}")
        for alias, name in ALIASES.items():
            if alias in values and name in values:
                raise ValueError(f"{alias} and {name} are the same argument: pass only one of them")
        return values

    @field_validator("model_kwargs")
    @classmethod
    def _check_model_kwargs(cls, value: dict[str, Any]) -> dict[str, Any]:
        inside = get_pydantic_field_names(SparkFields).intersection(value)
        if inside:
            raise ValueError(f"model_kwargs has {min(inside)!r}, which has its own argument")
        json_object("model_kwargs", value)
        return value

    @field_validator("client_kwargs")
    @classmethod
    def _check_client_kwargs(cls, value: dict[str, Any]) -> dict[str, Any]:
        check_client_kwargs(value)
        return value

    @field_validator("stop")
    @classmethod
    def _check_stop(cls, value: list[str] | None) -> list[str] | None:
        new_request({"stop": value or ()}).close()
        return value

    @field_validator("request_timeout", "total_timeout")
    @classmethod
    def _check_seconds(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is not None:
            milliseconds(str(info.field_name), value)
        return value

    @model_validator(mode="after")
    def _check_options(self) -> Any:
        """Let the library refuse values that no model accepts. This model's limits apply later."""
        options = {name: getattr(self, name) for name in self.model_fields_set & OPTIONS}
        if self.model_kwargs:
            options["extra"] = self.model_kwargs
        new_request({k: v for k, v in options.items() if v is not None}).close()
        return self


class SparkFields(BaseChatModel, Fields):
    """The same as a LangChain model, with its URL and its model."""

    streaming: bool = False
    """Whether `invoke` streams, for callbacks that need every token."""

    @model_validator(mode="after")
    def _check_endpoint(self) -> Any:
        self._load_endpoint()
        return self

    def _load_endpoint(self) -> None:
        """Use the environment's URL and model, which belong together, if neither is given."""
        if all(getattr(self, field) is None for field in ENDPOINT):
            for field in ("spark_api_url", "spark_llm_domain"):
                if value := from_environment(field)():
                    setattr(self, field, FromEnvironment(value))
            # Values from the environment must not look as if they were given.
            self.model_fields_set.difference_update(ENDPOINT)

    def _chosen(self, call: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the values that are set, by the names of the fields.

        A call takes precedence. If a URL, a model or a transport was given, the library combines it
        with the environment.
        """
        said = {} if call is None else call
        own = {name: value for name in _OWN if (value := getattr(self, name)) is not None}
        given = self.model_fields_set | said.keys()
        if _WHERE & given:
            for name in ENDPOINT - given:
                own.pop(name, None)
        if "spark_llm_domain" in said:
            # It belongs to the model that is replaced.
            own.pop("domain", None)
        return {**own, **said}


ALIASES = {
    field.alias: name for name, field in Fields.model_fields.items() if field.alias is not None
}
"""The short names of fields: `model` for `spark_llm_domain`."""
ENDPOINT = frozenset({"spark_api_url", "spark_llm_domain", "domain"})
_WHERE = ENDPOINT | {"transport"}
OPTIONS = frozenset(Options.__annotations__) & Fields.model_fields.keys()
_OWN = (*Fields.model_fields, "streaming")
