"""Writes the generated files: from include/sparkchat.h Python's tables and Swift's version; from
Python's settings and options their pages, the texts of `help()`, and the fields of LangChain's
models.

`make generate` runs it. With --check it writes nothing, and fails if a file is stale.
"""

from __future__ import annotations

import sys
from pathlib import Path

from generation.ctypes_tables import functions_module, types_module, version_module
from generation.header import Header
from generation.langchain_options import option_fields_module
from generation.python_enums import enums_module
from generation.settings_pages import chinese_page, english_page, texts_module
from generation.swift_version import version_enum

ROOT = Path(__file__).resolve().parent.parent
HEADER = ROOT / "include" / "sparkchat.h"
PACKAGE = "bindings/python/src/sparkchat"

FILES = {
    "Sources/SparkWire/Version.swift": version_enum,
    f"{PACKAGE}/_capi/version.py": version_module,
    f"{PACKAGE}/_capi/types.py": types_module,
    f"{PACKAGE}/_capi/functions.py": functions_module,
    f"{PACKAGE}/enums.py": enums_module,
}
OPTION_FIELDS = f"{PACKAGE}/langchain/_option_fields.py"


def main(arguments: list[str]) -> int:
    """Write the files, or with --check compare them. Return the exit status."""
    if arguments not in ([], ["--check"]):
        print("usage: generate.py [--check]", file=sys.stderr)
        return 2
    stale = stale_files(Header(HEADER), ROOT)
    for name, text in stale.items():
        if arguments:
            print(f"{name} is stale: run `make generate`", file=sys.stderr)
        else:
            (ROOT / name).write_text(text, encoding="utf-8")
            print(f"wrote {name}")
    return int(bool(arguments and stale))


def stale_files(header: Header, root: Path) -> dict[str, str]:
    """Return the files that are out of date, with the texts that they should have."""
    texts = {name: write(header) for name, write in FILES.items()}
    texts |= {
        OPTION_FIELDS: option_fields_module(root),
        f"{PACKAGE}/_help/texts.py": texts_module(root),
        "docs/settings.md": english_page(header, root),
        "docs/settings.zh-CN.md": chinese_page(header, root),
    }
    return {name: text for name, text in texts.items() if _text(root / name) != text}


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
