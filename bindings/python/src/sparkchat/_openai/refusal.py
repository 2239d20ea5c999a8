"""The error of a request that cannot be sent."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ..errors import SparkError


class RefusedError(ValueError):
    """A request is not valid or not supported. `param` names the parameter, as the request does."""

    def __init__(self, message: str, param: str, code: str = "invalid_value") -> None:
        super().__init__(message)
        self.param = param
        self.code = code


@contextlib.contextmanager
def reading(param: str) -> Iterator[None]:
    """Turn errors inside the block into errors of a parameter."""
    try:
        yield
    except (SparkError, TypeError) as error:
        raise RefusedError(str(error), param) from None
    except RecursionError:
        raise RefusedError(f"{param} is nested too deeply", param) from None
