"""Serializes a chat model: with LangChain, by the names of its secrets, and with pickle."""

from __future__ import annotations

import contextlib
from typing import Any

from pydantic import PrivateAttr

from ..async_client import AsyncSpark
from ..client import Spark
from ..errors import SparkError
from ._clients import Clients
from ._fields import ENDPOINT, SparkFields
from ._secrets import SECRETS, shown

# Fields that a pickle contains only if they were given.
_ELSEWHERE = SECRETS.keys() | ENDPOINT


class SavedFields(SparkFields):
    """The arguments, and the clients made from them, which are never serialized."""

    _clients: Clients[Spark] = PrivateAttr(default_factory=lambda: Clients(Spark))
    _async_clients: Clients[AsyncSpark] = PrivateAttr(default_factory=lambda: Clients(AsyncSpark))

    @classmethod
    def is_lc_serializable(cls) -> bool:
        """Allow LangChain to serialize the model, with names in place of the secrets."""
        return True

    @classmethod
    def get_lc_namespace(cls) -> list[str]:
        """Return the module to load the class from."""
        return ["sparkchat", "langchain"]

    @property
    def lc_secrets(self) -> dict[str, str]:
        """The environment variables of the secrets. A URL with a query may contain a signature."""
        url = self.spark_api_url or ""
        return SECRETS | ({"spark_api_url": "IFLYTEK_SPARK_API_URL"} if "?" in url else {})

    def __repr_args__(self) -> Any:
        for name, value in super().__repr_args__():
            yield name, value if name is None else shown(name, value)

    def __getstate__(self) -> dict[Any, Any]:
        """Pickle secrets that were given only with `pickle_secrets`, as `Spark` does.

        Values from the environment are read from the environment again where the object is
        unpickled.
        """
        state = super().__getstate__()
        given = sorted(SECRETS.keys() & self.model_fields_set - {"spark_app_id"})
        if given and not self.client_kwargs.get("pickle_secrets"):
            raise TypeError(
                f"the model was given {', '.join(given)}, which is not pickled: use the"
                ' environment, or pass client_kwargs={"pickle_secrets": True}'
            )
        kept = {
            name: value
            for name, value in state["__dict__"].items()
            if name not in _ELSEWHERE or name in self.model_fields_set
        }
        if self.profile == self._resolve_model_profile():
            # The model's own profile; the model may be another one where it is unpickled.
            del kept["profile"]
        return {**state, "__dict__": kept, "__pydantic_private__": None}

    def __setstate__(self, state: dict[Any, Any]) -> None:
        fields = type(self).model_fields
        missing = {
            name: fields[name].get_default(call_default_factory=True)
            for name in (*_ELSEWHERE, "profile")
        }
        clients = {"_clients": Clients(Spark), "_async_clients": Clients(AsyncSpark)}
        super().__setstate__(
            {
                **state,
                "__dict__": {**missing, **state["__dict__"]},
                "__pydantic_private__": clients,
            }
        )
        self._load_endpoint()
        if "profile" not in state["__dict__"]:
            # If the environment here is incomplete, the first question reports it.
            with contextlib.suppress(SparkError):
                self.profile = self._resolve_model_profile()
