"""The service's models, as the library knows them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from ._capi import functions
from ._capi.strings import decode
from .enums import Feature, Support, Transport


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to ask a model over one transport."""

    url: str | None
    """None if the address is not known; you have to pass it."""
    domain: str | None
    """The service's name for the model there; None if you have to pass it (hosted models)."""


@dataclass(frozen=True, slots=True)
class Model:
    """One of the service's models: where to ask it, and what it accepts.

    >>> from sparkchat import Feature, models
    >>> [model.name for model in models() if Feature.IMAGES in model.features]
    ['image']
    """

    name: str
    """The name for `Spark(model=...)`."""
    aliases: tuple[str, ...]
    """Other names for it."""
    websocket: Endpoint | None
    """None if the model is not available over WebSocket."""
    http: Endpoint | None
    """None if the model is not available over HTTP."""
    context_tokens: int | None
    """How many tokens a question with its history may have; None if that is not known."""
    max_tokens: int | None
    """The largest `max_tokens`; None if that is not known."""
    features: frozenset[Feature]
    """What the model supports."""
    disputed: frozenset[Feature]
    """Features on which public sources disagree: such a request is sent, with a warning in the log.
    """


def models() -> tuple[Model, ...]:
    """Return all models. The first one is the default."""
    return tuple(read_model(functions.model_at(at)) for at in range(functions.model_count()))


def read_model(model: Any) -> Model:
    """Return a copy of one of the library's models."""
    support = {feature: functions.model_supports(model, feature) for feature in Feature}
    context = functions.model_context_tokens(model)
    most = functions.model_max_tokens(model)
    return Model(
        name=decode(functions.model_name(model)) or "",
        aliases=_aliases(model),
        websocket=_endpoint(model, Transport.WEBSOCKET),
        http=_endpoint(model, Transport.HTTP),
        context_tokens=None if context < 0 else context,
        max_tokens=None if most < 0 else most,
        features=frozenset(f for f, value in support.items() if value == Support.YES),
        disputed=frozenset(f for f, value in support.items() if value == Support.DISPUTED),
    )


def _aliases(model: Any) -> tuple[str, ...]:
    names = (decode(functions.model_alias(model, at)) for at in itertools.count())
    return tuple(itertools.takewhile(lambda name: name is not None, names))  # type: ignore[arg-type]


def _endpoint(model: Any, transport: Transport) -> Endpoint | None:
    url = decode(functions.model_url(model, transport))
    domain = decode(functions.model_domain(model, transport))
    return None if url is None and domain is None else Endpoint(url, domain)
