"""The models that are served, their names, and the client of each."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from ..async_client import AsyncSpark
from ..errors import ConfigError, InvalidArgumentError
from ..models import Model, models
from ..settings import Changes
from .errors import ApiError

# The most clients kept for names that are put together, each of which needs its own.
_MOST_MADE = 64
_LONGEST_NAME = 256


class Catalog:
    """Finds the client of a name. It makes each client once, for all requests and threads.

    A name is one of `named`, a name of `spark`'s model, one in the table of models, or one in the
    table with a suffix: "MODEL/DOMAIN" for hosted models, and "MODEL@PATCH_ID" for fine-tuned ones.
    """

    def __init__(self, spark: AsyncSpark, named: Mapping[str, Changes]) -> None:
        self._spark = spark
        # Made now, so that wrong settings are reported immediately.
        self._named = {name: spark.with_options(**settings) for name, settings in named.items()}
        own = spark.model
        names = (spark.domain, *(() if own is None else (own.name, *own.aliases)))
        self._own = {name.lower() for name in names}
        self._table = {name.lower(): m for m in models() for name in (m.name, *m.aliases)}
        self._lock = threading.Lock()
        self._lasting: dict[tuple[str, ...], AsyncSpark | str] = {}
        self._made: OrderedDict[tuple[str, ...], AsyncSpark] = OrderedDict()

    def client(self, name: str) -> AsyncSpark:
        """Return the client of a model. Making one may take about 50 ms: call this in a thread.

        ApiError: there is no such model here.
        """
        if len(name) > _LONGEST_NAME:
            raise self._unknown(f"{name[:20]}...", "")
        if (client := self._named.get(name)) is not None:
            return client
        if name.lower() in self._own:
            return self._spark
        settings = self._in_table(name)
        if settings is None:
            raise self._unknown(name, "")
        found = self._client_with(settings)
        if isinstance(found, str):
            raise self._unknown(name, found)
        return found

    def served(self) -> dict[str, AsyncSpark]:
        """Return the models that can be asked, by the names that `client` takes."""
        own = self._spark.model
        found = {self._spark.domain if own is None else own.name: self._spark, **self._named}
        for model in models():
            client = self._client_with({"model": model.name})
            if isinstance(client, AsyncSpark):
                found.setdefault(model.name, client)
        return found

    def _in_table(self, name: str) -> dict[str, Any] | None:
        """Return the settings for a name in the table, with those of its suffix."""
        name, at, patch = name.partition("@")
        name, slash, domain = name.partition("/")
        model = self._table.get(name.lower())
        if model is None or (slash and not _is_named_by_caller(model)):
            return None
        settings = {"model": model.name}
        return (
            settings | ({"domain": domain} if slash else {}) | ({"patch_id": patch} if at else {})
        )

    def _client_with(self, settings: Mapping[str, Any]) -> AsyncSpark | str:
        """Return the client with these settings, or the reason why it cannot be made."""
        key = tuple(f"{name}={value}" for name, value in settings.items())
        with self._lock:
            found = self._lasting.get(key) or self._made.get(key)
            if key in self._made:
                self._made.move_to_end(key)
            if found is None:
                found = self._new_client(settings)
                if settings.keys() == {"model"}:
                    self._lasting[key] = found
                elif isinstance(found, AsyncSpark):
                    self._made[key] = found
                    if len(self._made) > _MOST_MADE:
                        # Its running requests continue.
                        self._made.popitem(last=False)
        return found

    def _new_client(self, settings: Mapping[str, Any]) -> AsyncSpark | str:
        try:
            return self._spark.with_options(**settings)
        except (ConfigError, InvalidArgumentError) as error:
            return str(error)

    def _unknown(self, name: str, reason: str) -> ApiError:
        why = f": {reason}" if reason else ""
        return ApiError(
            404,
            f'there is no model "{name}" here{why}; there are {", ".join(self.served())};'
            ' hosted models are "maas/ID", "token-plan/ID" or "coding-plan/ID", and fine-tuned'
            ' ones "MODEL@PATCH_ID"',
            param="model",
            code="model_not_found",
        )


def _is_named_by_caller(model: Model) -> bool:
    endpoints = [endpoint for endpoint in (model.websocket, model.http) if endpoint is not None]
    return all(endpoint.domain is None for endpoint in endpoints)
