"""The models on each HTTP path, their names, and how they differ there."""

from __future__ import annotations

import re
from dataclasses import replace

from .errors import ServiceError
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
    Form,
    Model,
    find_hosted,
)
from .plans import AGENT, ALL, V1, V2, X2_PATH, Plan

_K = 1024


def _general(model: Model) -> Model:
    """Return the model as it is over HTTP, where temperatures from 0 to 2 are allowed."""
    return replace(model, max_temperature=2.0, zero_temperature=True)


X25 = replace(X2, name="Spark X2.5", family=Family.X25, context=256 * _K, max_output=256 * _K - 1)
_X25 = dict.fromkeys(("spark-x2.5", "spark-x2.5-4b", "spark-x2.5-1.7b"), X25)

_OPEN: dict[str, dict[str, Model]] = {
    V1: {
        "lite": _general(LITE),
        "general": _general(LITE),
        "generalv3": _general(PRO),
        "pro-128k": _general(PRO_128K),
        "generalv3.5": _general(MAX),
        "max-32k": _general(MAX_32K),
        "4.0Ultra": _general(ULTRA),
    },
    V2: {"x1": X1, "spark-x": X1, "x1-preview": X1},
    X2_PATH: {"spark-x": X2},
    AGENT: {"spark-x": replace(X2, name="X2-Flash", context=256 * _K)},
}
# Ids of other vendors' models that accept images in the emulator; Spark's own do not.
_SEES = re.compile(r"xop.*")
# Models that answer in text even if a call is required.
_DISOBEYS = re.compile(r"spark-.*|xspark.*|xopglm.*|xopkimi.*")


def find_completions_model(plan: Plan, path: str, name: str, *, strict: bool = False) -> Model:
    """Return the model of a path and the body's `model`, or raise the service's error."""
    if plan.seat and name not in plan.seat:
        raise ServiceError(11221)
    model: Model | None = None
    if plan.open_models and not (strict and name == "general"):
        model = _OPEN[path].get(name)
    if model is None and plan.hosted_models:
        model = _hosted(plan, path, name, strict=strict)
    if model is None and plan.behind_gateway:
        raise ServiceError(10404)
    if model is None:
        raise ServiceError(10005, f"invalid param model:{name}")
    return model


def _hosted(plan: Plan, path: str, name: str, *, strict: bool) -> Model | None:
    """Return a hosted model, which accepts tools in OpenAI's form over HTTP."""
    if path == V2:
        model = _X25.get(name) or find_hosted(name)
        if model is None:
            return None
        sees, obeys = _SEES.fullmatch(name) is not None, _DISOBEYS.fullmatch(name) is None
        return replace(model, form=Form.HOSTED, functions=True, images=sees, obeys=obeys)
    if path != V1:
        return None
    if name in _X25:
        # The service never had X2.5 under /v1. Without a host it is here, for clients that expect
        # it.
        return X25 if plan is ALL and not strict else None
    model = find_hosted(name)
    return replace(model, functions=True) if model else None
