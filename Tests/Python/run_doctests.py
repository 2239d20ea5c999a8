"""Runs the examples of the package's docstrings; to be run by `local_client.py`."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import sys

import sparkchat


def main() -> int:
    """Run all, print how many there were, and return the exit status."""
    tried = failed = 0
    for module in pkgutil.iter_modules(sparkchat.__path__):
        # The program, and what needs other packages, have tests of their own.
        if module.ispkg or module.name == "__main__":
            continue
        result = doctest.testmod(
            importlib.import_module(f"sparkchat.{module.name}"),
            optionflags=doctest.NORMALIZE_WHITESPACE,
        )
        tried, failed = tried + result.attempted, failed + result.failed
    print(f"{tried} tried, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
