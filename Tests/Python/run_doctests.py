"""Runs the examples in the package's docstrings; start it with `local_client.py`."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import sys
from collections.abc import Iterator
from types import ModuleType

import sparkchat


def modules(package: ModuleType) -> Iterator[ModuleType]:
    """Yield the modules of a package, except the program and modules that need other packages."""
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        is_private = module.name.rpartition(".")[2].startswith("_")
        if module.ispkg and is_private:
            yield from modules(importlib.import_module(module.name))
        elif not module.ispkg and module.name != "sparkchat.__main__":
            yield importlib.import_module(module.name)


def main() -> int:
    """Run all examples, print how many there were, and return the exit status."""
    tried = failed = 0
    for module in modules(sparkchat):
        result = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
        tried, failed = tried + result.attempted, failed + result.failed
    # In its module, the local client has replaced the real class.
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    real = next(kind for kind in sparkchat.Spark.__mro__ if kind.__name__ == "Spark")
    for test in doctest.DocTestFinder().find(real, module=False, globs={}):
        result = runner.run(test)
        tried, failed = tried + result.attempted, failed + result.failed
    print(f"{tried} tried, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
