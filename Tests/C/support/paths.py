"""Paths. Nothing here may assume that the repository's path has no spaces."""

from __future__ import annotations

from pathlib import Path

SUPPORT = Path(__file__).resolve().parent
TESTS = SUPPORT.parent
ROOT = TESTS.parent.parent
HEADER = ROOT / "build" / "include" / "sparkchat.h"
LIBRARY_FOLDER = ROOT / "build" / "lib"
LIBRARY = LIBRARY_FOLDER / "libsparkchat.so.0"
EXAMPLES = ROOT / "bindings" / "c"

# The programs of `bindings/c`, each with its source files.
EXAMPLE_PROGRAMS = {
    "chat": sorted(path.name for path in EXAMPLES.glob("chat*.c")),
    "callback": ["callback.c"],
    "pull": ["pull.c"],
    "langchain_page": ["langchain_page.c"],
    "poll_loop": ["poll_loop.c"],
    "talk_loop": ["talk_loop.c"],
    "thousand": ["thousand.c"],
    "bulk": ["bulk.c", "bulk_answers.c"],
    "tools": ["tools.c"],
    "search": ["search.c"],
    "reasoning": ["reasoning.c"],
    "image": ["image.c"],
    "http": ["http.c"],
    "embed": ["embed.c"],
}
