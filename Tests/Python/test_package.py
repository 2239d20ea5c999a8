"""The package as users get it: typed and complete."""

from __future__ import annotations

import inspect
from typing import get_type_hints

import sparkchat


def test_everything_public_is_exported_and_documented() -> None:
    for name in sparkchat.__all__:
        value = getattr(sparkchat, name)
        if inspect.isclass(value):
            assert value.__doc__, name
            assert not value.__doc__.startswith(f"{name}("), name
    public = {name for name in vars(sparkchat) if not name.startswith("_")}
    modules = {name for name in public if inspect.ismodule(getattr(sparkchat, name))}
    assert public - modules <= set(sparkchat.__all__)


def test_type_hints_can_be_evaluated() -> None:
    for kind in (sparkchat.Response, sparkchat.Usage, sparkchat.Message, sparkchat.Options):
        assert get_type_hints(kind)
