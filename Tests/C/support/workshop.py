"""The compiled programs and the service of a test run."""

from __future__ import annotations

import re
import tempfile
from functools import cached_property
from pathlib import Path

from .compiler import compile_program
from .paths import EXAMPLE_PROGRAMS, EXAMPLES, SUPPORT, TESTS
from .service import Service

_INCLUDE = re.compile(r'^#include "(\w+)\.h"', re.MULTILINE)
# A program that loads the library must not be linked to it.
_LOADS = '#include "loaded.h"'
SANITIZERS = ("-std=c99", "-O1", "-fsanitize=address,undefined", "-fno-omit-frame-pointer")


class Workshop:
    """Compiles each program once, and starts the service when it is first needed."""

    def __init__(self) -> None:
        # A space in every path reveals missing quotes.
        self._folder = tempfile.TemporaryDirectory(prefix="sparkchat c tests ")
        self.folder = Path(self._folder.name)
        self._programs: dict[str, Path] = {}

    @cached_property
    def service(self) -> Service:
        """The local Spark service."""
        return Service(self.folder)

    def close(self) -> None:
        """Stop the service and remove the programs."""
        if "service" in self.__dict__:
            self.service.stop()
        self._folder.cleanup()

    def case_program(self, source: Path, *, sanitized: bool = False) -> Path:
        """Return the program of a file of cases, with the helpers whose headers it includes."""
        return self._build(
            "-".join(source.relative_to(TESTS).parts) + (" sanitized" if sanitized else ""),
            with_helpers(source),
            (*(SANITIZERS if sanitized else ("-std=c99", "-O1")), f"-I{SUPPORT}"),
            link=_LOADS not in source.read_text(),
        )

    def program(self, name: str) -> Path:
        """Return a program of `Tests/C`, such as `models/models.c`."""
        flags = ("-std=c99", f"-I{SUPPORT}")
        return self._build(name.replace("/", "-"), with_helpers(TESTS / name), flags)

    def example(self, name: str) -> Path:
        """Return a program of `bindings/c`."""
        return self._build(name, [EXAMPLES / source for source in EXAMPLE_PROGRAMS[name]])

    def _build(
        self,
        name: str,
        sources: list[Path],
        flags: tuple[str, ...] = ("-std=c99",),
        *,
        link: bool = True,
    ) -> Path:
        if name not in self._programs:
            self._programs[name] = compile_program(
                self.folder / name, sources, flags=flags, link=link
            )
        return self._programs[name]


def with_helpers(source: Path) -> list[Path]:
    """Return a file and the sources of the headers it includes."""
    names = _INCLUDE.findall(source.read_text())
    candidates = [folder / f"{name}.c" for name in names for folder in (source.parent, SUPPORT)]
    return [source, *dict.fromkeys(file for file in candidates if file.exists())]
