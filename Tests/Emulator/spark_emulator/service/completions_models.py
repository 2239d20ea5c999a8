"""Which model answers on which HTTP path, under which name, and what is different there."""

from __future__ import annotations

from dataclasses import replace

from .models import (
    LITE,
    MAX,
    MAX_32K,
    PRO,
    PRO_128K,
    ULTRA,
    X1,
    X2,
    Family,
    Model,
    find_hosted,
)

_K = 1024


def _general(model: Model) -> Model:
    """Over HTTP these models take temperatures from 0 to 2."""
    return replace(model, max_temperature=2.0, zero_temperature=True)


# It is not known where X2.5 is served; /v1 is our choice.
X25 = replace(X2, name="Spark X2.5", family=Family.X25, context=256 * _K, max_output=256 * _K - 1)

_V1 = {
    "lite": _general(LITE),
    "general": _general(LITE),
    "generalv3": _general(PRO),
    "pro-128k": _general(PRO_128K),
    "generalv3.5": _general(MAX),
    "max-32k": _general(MAX_32K),
    "4.0Ultra": _general(ULTRA),
    "spark-x2.5": X25,
    "spark-x2.5-4b": X25,
    "spark-x2.5-1.7b": X25,
}
_V2 = {"x1": X1, "spark-x": X1, "x1-preview": X1}

COMPLETIONS: dict[str, dict[str, Model]] = {
    "/v1/chat/completions": _V1,
    "/v2/chat/completions": _V2,
    "/x2/chat/completions": {"spark-x": X2},
    "/agent/v1/chat/completions": {"spark-x": replace(X2, name="X2-Flash", context=256 * _K)},
}
_WITH_HOSTED = ("/v1/chat/completions", "/v2/chat/completions")


def find_completions_model(path: str, name: str, *, strict: bool = False) -> Model | None:
    """Return the model of a path and the body's `model`; None where there is no such pair."""
    if strict and name == "general":
        return None
    model = COMPLETIONS[path].get(name)
    if model is None and path in _WITH_HOSTED:
        hosted = find_hosted(name)
        # Over HTTP hosted models take tools, in the form OpenAI gave them.
        return replace(hosted, functions=True) if hosted else None
    return model
