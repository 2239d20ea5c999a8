"""One for each test run: the programs that have been compiled, and the service."""

from __future__ import annotations

import tempfile
from functools import cached_property
from pathlib import Path

from .compiler import compile_program
from .paths import EXAMPLE_PROGRAMS, EXAMPLES, TESTS
from .service import Service

HELPERS = ("case", "scene", "host", "loaded")
# Programs that are made of more than one file.
PARTS = {"ask": ("ask_options", "ask_print")}
LOADER = TESTS / "loaded.c"
SANITIZERS = ("-std=c99", "-O1", "-fsanitize=address,undefined", "-fno-omit-frame-pointer")


class Workshop:
    """Compiles each program once, and starts the service when it is first needed."""

    def __init__(self) -> None:
        # A space in every path: what does not quote properly shows.
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
        text = source.read_text()
        helpers = [TESTS / f"{name}.c" for name in HELPERS if f'#include "{name}.h"' in text]
        return self._build(
            source.stem + ("-sanitized" if sanitized else ""),
            [source, *helpers],
            SANITIZERS if sanitized else ("-std=c99", "-O1"),
            # A program that loads the library must not be linked to it.
            link=LOADER not in helpers,
        )

    def program(self, name: str) -> Path:
        """Return a program of this folder, with what cases share."""
        sources = [name, *PARTS.get(name, ()), "scene"]
        return self._build(name, [TESTS / f"{source}.c" for source in sources])

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
