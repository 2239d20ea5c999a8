"""The service's vectors of texts as embeddings of LangChain's."""

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
# What there is beyond these, langchain_community's class cuts off; stores have been filled with it.
_MOST_NUMBERS = 2560
_CREDENTIALS = ("spark_app_id", "spark_api_key", "spark_api_secret")
# What a pickle has only where it was given.
_ELSEWHERE = (*_CREDENTIALS, "base_url")


def _variables(field: str) -> tuple[str, ...]:
    """Return where a credential is looked for: langchain_community's name for it comes first."""
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
    """Refuse what the library itself would take for one text, or for texts of another kind."""
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
    """Vectors of texts, for documents and the questions that are to find them.

    Takes the place of `langchain_community.embeddings.SparkLLMTextEmbeddings`, with the same
    arguments and environment variables. A text that has no vector is an exception, a
    `sparkchat.SparkError`, and not None in its place.

    >>> embeddings = SparkLLMTextEmbeddings(app_id="...", api_key="...", api_secret="...")
    >>> len(embeddings.embed_query("Hello"))  # doctest: +SKIP
    2560
    """

    model_config = ConfigDict(
        populate_by_name=True,
        extra="forbid",
        # The arguments hold the credentials.
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
    """Where to ask; or IFLYTEK_SPARK_EMBEDDING_URL."""
    domain: Literal["para", "query"] = "para"
    """What the vectors are for. Unless it is given, those of `embed_documents` are for paragraphs,
    and those of `embed_query` for questions."""
    max_concurrency: int = Field(default=2, ge=1)
    """How many texts of `embed_documents` are under way at once."""
    request_timeout: float | None = Field(default=None, alias="timeout")
    """The longest wait for a vector, in seconds."""
    max_retries: int | None = Field(default=None, ge=0)
    """How often to try again what may pass by itself, for each text."""
    spark_proxy: SecretStr | None = Field(default=None, alias="proxy")
    """The URL of a proxy, which may hold a password; or https_proxy."""
    client_kwargs: dict[str, Any] = Field(default_factory=dict)
    """Other settings of `sparkchat.Spark`, such as `ca_file` or `max_rate`."""

    _clients: Clients[Spark] = PrivateAttr(default_factory=lambda: Clients(Spark))
    _async_clients: Clients[AsyncSpark] = PrivateAttr(default_factory=lambda: Clients(AsyncSpark))

    if TYPE_CHECKING:

        def __init__(self, **arguments: Unpack[Arguments]) -> None:
            """Take the arguments; pydantic does."""

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
        """Report here, and not with the first text, what cannot be right."""
        missing = [field for field in _CREDENTIALS if getattr(self, field) is None]
        if missing:
            variables = ", ".join(field.upper() for field in missing)
            raise ValueError(f"not set: {', '.join(missing)}; give them, or set {variables}")
        self._clients.get(self._settings())
        return self

    def _settings(self) -> dict[str, Any]:
        names = (*_CREDENTIALS, "request_timeout", "max_retries", "spark_proxy", "client_kwargs")
        fields = {name: value for name in names if (value := getattr(self, name)) is not None}
        # Nothing is asked of the model; what the environment says of one must not matter.
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
        """As for `Spark`: secrets that were given are pickled only where `pickle_secrets` says so.

        What was taken from the environment is taken from the environment where it is unpickled.
        """
        state = super().__getstate__()
        secrets = {"spark_api_key", "spark_api_secret", "spark_proxy"}
        given = sorted(secrets & self.model_fields_set)
        if given and not self.client_kwargs.get("pickle_secrets"):
            raise TypeError(
                f"the embeddings were given {', '.join(given)}, which is not pickled: leave it to"
                ' the environment, or say client_kwargs={"pickle_secrets": True}'
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
