"""The service's embeddings as LangChain embeddings."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from langchain_core.embeddings import Embeddings
from langchain_core.utils import get_pydantic_field_names
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    field_validator,
    model_validator,
)

from .._capi.values import milliseconds
from .._runtime.environment import VARIABLES
from ..async_client import AsyncSpark
from ..client import Spark
from ..errors import InvalidArgumentError
from ._clients import Clients, check_client_kwargs, client_settings
from ._words import advice

if TYPE_CHECKING:
    from typing_extensions import Unpack

_ADDRESS = "https://emb-cn-huabei-1.xf-yun.com/"
# langchain_community's class cuts off further numbers, and stores have been filled with it.
_MOST_NUMBERS = 2560
_CREDENTIALS = ("spark_app_id", "spark_api_key", "spark_api_secret")
# Fields that a pickle contains only if they were given.
_ELSEWHERE = (*_CREDENTIALS, "base_url")


def _variables(field: str) -> tuple[str, ...]:
    """Return the variables of a credential: langchain_community's name comes first."""
    return field.upper(), *VARIABLES[field.removeprefix("spark_")]


def _credential(field: str) -> Callable[[], Any]:
    def read() -> SecretStr | None:
        value = next(filter(None, map(os.environ.get, _variables(field))), None)
        return None if value is None else SecretStr(value)

    return read


def _address() -> str:
    found = map(os.environ.get, VARIABLES["embedding_url"])
    return next(filter(None, found), None) or _ADDRESS


def _check_texts(texts: object) -> None:
    """Refuse arguments that the library would read as one text, or as something else."""
    if not isinstance(texts, list | tuple):
        hint = "embed_query(...) takes one text" if isinstance(texts, str) else "write list(...)"
        raise InvalidArgumentError(f"texts must be a list, not {type(texts).__name__}", hint=hint)
    for at, text in enumerate(texts):
        if not isinstance(text, str):
            raise InvalidArgumentError(f"texts[{at}] must be a str, not {type(text).__name__}")


def _check_text(text: object) -> None:
    if not isinstance(text, str):
        raise InvalidArgumentError(
            f"text must be a str, not {type(text).__name__}",
            hint="embed_documents(...) takes a list",
        )


class Arguments(TypedDict, total=False):
    """The keyword arguments of `SparkLLMTextEmbeddings`, for type checkers; see its fields."""

    app_id: str | SecretStr | None
    spark_app_id: str | SecretStr | None
    api_key: str | SecretStr | None
    spark_api_key: str | SecretStr | None
    api_secret: str | SecretStr | None
    spark_api_secret: str | SecretStr | None
    base_url: str
    domain: Literal["para", "query"]
    max_concurrency: int
    timeout: float | None
    request_timeout: float | None
    max_retries: int | None
    proxy: str | SecretStr | None
    spark_proxy: str | SecretStr | None
    client_kwargs: dict[str, Any]


class SparkLLMTextEmbeddings(BaseModel, Embeddings):
    """Vectors of texts, for documents and for the questions that search them.

    Replaces `langchain_community.embeddings.SparkLLMTextEmbeddings`, with the same arguments and
    environment variables. A text without a vector raises a `sparkchat.SparkError`, and is not
    returned as None.

    >>> embeddings = SparkLLMTextEmbeddings(app_id="...", api_key="...", api_secret="...")
    >>> len(embeddings.embed_query("Hello"))  # doctest: +SKIP
    2560
    """

    model_config = ConfigDict(
        populate_by_name=True,
        extra="forbid",
        # The arguments contain the credentials.
        hide_input_in_errors=True,
    )

    spark_app_id: SecretStr | None = Field(
        default_factory=_credential("spark_app_id"), alias="app_id"
    )
    """The app's id, from the service's console; or SPARK_APP_ID, IFLYTEK_SPARK_APP_ID."""
    spark_api_key: SecretStr | None = Field(
        default_factory=_credential("spark_api_key"), alias="api_key"
    )
    """Or SPARK_API_KEY, IFLYTEK_SPARK_API_KEY."""
    spark_api_secret: SecretStr | None = Field(
        default_factory=_credential("spark_api_secret"), alias="api_secret"
    )
    """Or SPARK_API_SECRET, IFLYTEK_SPARK_API_SECRET."""
    base_url: str = Field(default_factory=_address)
    """The URL to ask; or IFLYTEK_SPARK_EMBEDDING_URL."""
    domain: Literal["para", "query"] = "para"
    """The purpose of the vectors. By default, those of `embed_documents` are for paragraphs, and
    those of `embed_query` for questions.
    """
    max_concurrency: int = Field(default=2, ge=1)
    """How many requests `embed_documents` makes at once."""
    request_timeout: float | None = Field(default=None, alias="timeout")
    """The longest wait for a vector, in seconds."""
    max_retries: int | None = Field(default=None, ge=0)
    """How often to retry transient failures, for each text."""
    spark_proxy: SecretStr | None = Field(default=None, alias="proxy")
    """The URL of a proxy, which may contain a password; or https_proxy."""
    client_kwargs: dict[str, Any] = Field(default_factory=dict)
    """Other settings of `sparkchat.Spark`, such as `ca_file` or `max_rate`."""

    _clients: Clients[Spark] = PrivateAttr(default_factory=lambda: Clients(Spark))
    _async_clients: Clients[AsyncSpark] = PrivateAttr(default_factory=lambda: Clients(AsyncSpark))

    if TYPE_CHECKING:

        def __init__(self, **arguments: Unpack[Arguments]) -> None:
            """Initialize the embeddings; pydantic does this."""

    @model_validator(mode="before")
    @classmethod
    def _check_names(cls, values: Any) -> Any:
        known = get_pydantic_field_names(cls)
        for name in values if isinstance(values, Mapping) else ():
            if name not in known:
                told = advice(str(name), known, {"url": "base_url", "embedding_url": "base_url"})
                raise ValueError(f"there is no argument {name!r}; {told}")
        return values

    @field_validator("request_timeout")
    @classmethod
    def _check_seconds(cls, value: float | None) -> float | None:
        if value is not None:
            milliseconds("request_timeout", value)
        return value

    @field_validator("client_kwargs")
    @classmethod
    def _check_client_kwargs(cls, value: dict[str, Any]) -> dict[str, Any]:
        check_client_kwargs(value)
        return value

    @model_validator(mode="after")
    def _check_settings(self) -> SparkLLMTextEmbeddings:
        """Report invalid settings here, and not with the first text."""
        missing = [field for field in _CREDENTIALS if getattr(self, field) is None]
        if missing:
            variables = ", ".join(field.upper() for field in missing)
            raise ValueError(f"not set: {', '.join(missing)}; pass them, or set {variables}")
        self._clients.get(self._settings())
        return self

    def _settings(self) -> dict[str, Any]:
        names = (*_CREDENTIALS, "request_timeout", "max_retries", "spark_proxy", "client_kwargs")
        fields = {name: value for name in names if (value := getattr(self, name)) is not None}
        # The chat model is not used, so the environment's model must not matter.
        chat = {"model": "max", "transport": "websocket"}
        return {**client_settings(fields), **chat, "embedding_url": self.base_url}

    @property
    def _query_domain(self) -> Literal["para", "query"]:
        return self.domain if "domain" in self.model_fields_set else "query"

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return the vector of each text, in their order."""
        _check_texts(texts)
        client = self._clients.get(self._settings())
        vectors = client.embed(texts, domain=self.domain, max_concurrency=self.max_concurrency)
        return [vector[:_MOST_NUMBERS] for vector in vectors]

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question."""
        _check_text(text)
        client = self._clients.get(self._settings())
        return client.embed(text, domain=self._query_domain)[:_MOST_NUMBERS]

    async def aembed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return the vector of each text, in their order."""
        _check_texts(texts)
        client = self._async_clients.get(self._settings())
        vectors = await client.embed(
            texts, domain=self.domain, max_concurrency=self.max_concurrency
        )
        return [vector[:_MOST_NUMBERS] for vector in vectors]

    async def aembed_query(self, text: str) -> list[float]:
        """Return the vector of a question."""
        _check_text(text)
        client = self._async_clients.get(self._settings())
        return (await client.embed(text, domain=self._query_domain))[:_MOST_NUMBERS]

    def __getstate__(self) -> dict[Any, Any]:
        """Pickle secrets that were given only with `pickle_secrets`, as `Spark` does.

        Values from the environment are read from the environment again where the object is
        unpickled.
        """
        state = super().__getstate__()
        secrets = {"spark_api_key", "spark_api_secret", "spark_proxy"}
        given = sorted(secrets & self.model_fields_set)
        if given and not self.client_kwargs.get("pickle_secrets"):
            raise TypeError(
                f"the embeddings were given {', '.join(given)}, which is not pickled: use the"
                ' environment, or pass client_kwargs={"pickle_secrets": True}'
            )
        kept = {
            name: value
            for name, value in state["__dict__"].items()
            if name not in _ELSEWHERE or name in self.model_fields_set
        }
        return {**state, "__dict__": kept, "__pydantic_private__": None}

    def __setstate__(self, state: dict[Any, Any]) -> None:
        fields = type(self).model_fields
        missing = {name: fields[name].get_default(call_default_factory=True) for name in _ELSEWHERE}
        clients = {"_clients": Clients(Spark), "_async_clients": Clients(AsyncSpark)}
        known = {**missing, **state["__dict__"]}
        super().__setstate__({**state, "__dict__": known, "__pydantic_private__": clients})
