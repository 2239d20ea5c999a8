"""Models of pydantic as shapes. The package itself is not needed: they bring all with them."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from ..errors import InvalidArgumentError
from .json_values import made
from .shapes import Schema, Shape


def is_model(kind: type) -> bool:
    """Say whether this is a model of pydantic."""
    return hasattr(kind, "model_json_schema") and hasattr(kind, "model_validate")


@dataclass(frozen=True)
class Model(Shape):
    """A model of pydantic, which describes and checks itself."""

    kind: Any

    def schema(self) -> Schema:
        """Return the JSON schema, with what it refers to in place: it is a part of others."""
        schema = copy.deepcopy(self.kind.model_json_schema())
        definitions = schema.pop("$defs", {})
        found: Schema = _inline(schema, definitions, (), self.kind.__name__)
        return found

    def read(self, value: Any, where: str) -> Any:
        """Return the model's instance."""
        try:
            return made(self.kind.model_validate, where, value)
        except ValueError as error:
            raise ValueError(_words(error, where)) from None


def _inline(part: Any, definitions: Schema, inside: tuple[str, ...], name: str) -> Any:
    if isinstance(part, list):
        return [_inline(item, definitions, inside, name) for item in part]
    if not isinstance(part, dict):
        return part
    part = dict(part)
    reference = part.pop("$ref", None)
    if isinstance(reference, str):
        target = reference.rpartition("/")[2]
        if target in inside:
            raise InvalidArgumentError(
                f"{name} has {target} inside of itself", hint="use types that come to an end"
            )
        part = {**definitions[target], **part}
        inside = (*inside, target)
        # A definition may be nothing but a reference itself.
        if "$ref" in part:
            return _inline(part, definitions, inside, name)
    return {key: _inline(value, definitions, inside, name) for key, value in part.items()}


def _words(error: Any, where: str) -> str:
    """Say what is wrong in one line; pydantic takes several, and adds links."""
    try:
        details = error.errors(include_url=False, include_context=False)
    except (AttributeError, TypeError):
        return f"{where}: {error}"
    said = []
    for detail in details:
        place = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in detail["loc"])
        said.append(f"{where}{place}: {detail['msg']}")
    return "; ".join(said)
