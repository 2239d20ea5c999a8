"""Reads docstrings in the styles of Google, NumPy and Sphinx: the descriptions of a function and of
its parameters.
"""

from __future__ import annotations

import re
import textwrap

from ..errors import InvalidArgumentError

_PARAMETERS = {"Args", "Arguments", "Parameters", "Keyword Args", "Other Parameters"}
_TITLE = "|".join(sorted(_PARAMETERS)) + (
    "|Attributes|Examples?|Notes?|Raises|Receives|References|Returns?|See Also|Warnings?|Warns"
    "|Yields?"
)
_PARAMETER_FIELD = "param|parameter|arg|argument|key|keyword"
_FIELD = "type|returns?|rtype|raises?|except|exception|yields?|ytype"
_SECTION = re.compile(
    rf"^(?:(?P<google>{_TITLE}):[ \t]*$"
    r"|(?P<numpy>\w[\w ]*)\n-{3,}[ \t]*$"
    rf"|:(?:{_PARAMETER_FIELD})[ \t]+(?:[^:\n]*[ \t])?(?P<sphinx>\w+)[ \t]*:"
    rf"|:(?:{_FIELD})\b[^:\n]*:)",
    re.MULTILINE,
)
_IS_TITLE = re.compile(_TITLE)
_GOOGLE_ENTRY = re.compile(r"\*{0,2}(\w+)\s*(?:\([^)]*\))?:\s*(.*)")
_NUMPY_ENTRY = re.compile(r"(\*{0,2}\w+(?:\s*,\s*\*{0,2}\w+)*)\s*(?::.*)?$()")


def parse_docstring(docstring: str) -> tuple[str, dict[str, str]]:
    """Return the text outside of sections, and the description of each parameter.

    `docstring` is as `inspect.getdoc` returns it: without the indentation of the code.
    """
    sections = list(_SECTION.finditer(docstring))
    starts = [*(section.start() for section in sections), len(docstring)]
    text = [docstring[: starts[0]].strip()]
    if sections and not text[0]:
        raise InvalidArgumentError(
            f"a docstring begins with {sections[0][0].splitlines()[0]!r}, and does not say what"
            " the function does",
            hint="describe it in the first line, for the model",
        )
    about: dict[str, str] = {}
    for section, end in zip(sections, starts[1:], strict=True):
        body = docstring[section.end() : end]
        if section["numpy"]:
            title = section["numpy"].strip()
            if title in _PARAMETERS:
                about |= _entries(body, _NUMPY_ENTRY)
            elif not _IS_TITLE.fullmatch(title):
                # The author's own section is about the function.
                text.append(f"{title}: {body.strip()}")
            continue
        # A section is as long as it is indented.
        body, *rest = re.split(r"\n(?=\S)", body, maxsplit=1)
        text += rest
        if section["sphinx"]:
            about[section["sphinx"]] = " ".join(body.split())
        elif section["google"] in _PARAMETERS:
            about |= _entries(body, _GOOGLE_ENTRY)
    return "\n\n".join(text).strip(), about


def _entries(body: str, entry: re.Pattern[str]) -> dict[str, str]:
    """Return the entries of a section: names and their descriptions."""
    about: dict[str, list[str]] = {}
    names: list[str] = []
    for line in textwrap.dedent(body).splitlines():
        if found := entry.match(line):
            names = [name.strip(" *") for name in found[1].split(",")]
            about |= {name: [found[2].strip()] for name in names}
        else:
            # The line continues the previous entry.
            for name in names:
                about[name].append(line.strip())
    return {name: " ".join(filter(None, words)) for name, words in about.items()}
