"""What is said of a request that cannot be asked."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ..errors import SparkError


class RefusedError(ValueError):
    """A request has what the service cannot do. `param` is where, in the request's own words."""

    def __init__(self, message: str, param: str, code: str = "invalid_value") -> None:
        super().__init__(message)
        self.param = param
        self.code = code


@contextlib.contextmanager
def reading(param: str) -> Iterator[None]:
    """Make errors of what is read here those of a parameter."""
    try:
        yield
    except (SparkError, TypeError) as error:
        raise RefusedError(str(error), param) from None
    except RecursionError:
        raise RefusedError(f"{param} is nested too deeply", param) from None
