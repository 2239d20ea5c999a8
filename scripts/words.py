"""Finds words that are not plain English; called by `make lint`. Prints each place with a better
word, and exits with 1 if there are any.

It reads documents, and the comments and texts of programs; neither `code` nor Chinese pages.
`words.py PATH...` reads only files whose names begin like that.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from references import GAP, Repository, without_code

ROOT = Path(__file__).parent.parent

# A pattern, and what to say instead.
WORDS = {
    r"(?:is|are|be|been|was|were|being) told": "gets, knows, reports: say who does what",
    r"where there (?:is|are) none": "without one; if there is none",
    r"stands?(?! for| out|-)": "is; a thing does not stand",
    r"lent|lends": "borrowed, passed",
    r"who(?:m|so)?ever": "anyone who; the caller",
    r"for good(?! reason)": "permanently",
    r"(?:by|of) (?:itself|themselves)": "automatically, alone, on its own",
    r"anew": "again",
    r"in silence": "silently",
    r"in vain": "without success",
    r"may pass(?! (?:a|an|the|no|none|it|NULL|what)\b)": "transient",
    r"mend(?:s|ed|ing)?": "fix, correct, repair",
    r"go(?:es|ing)? on|went on|gone on": "continue",
    r"but for": "except for",
    r"so far as": "as far as",
    r"in line(?! \d)|(?:long|wait|waiting) line": "in the queue",
    r"(?<!there\s)(?:is|are|was|were) no"
    r"(?= (?!longer|more|less|doubt|one)\w+[\w -]*(?:[.,;:]|$))": "is not a",
    r"(?:for|to|by|from|of|and|with) who": "the caller; those who",
    r"of (?:the |a )?(?:host|caller|program|user|server|service|library|client|model|tool)'s"
    r"(?! \w)": "the host's tools, not tools of the host's",
    r"of (?:ours|theirs|nobody's)": "our",
    r"c(?:omes?|ame|oming) about": "was made, happens",
    r"some (?=\d)": "about",
    r"tak(?:es?|ing) (?:its|their) time": "is slow",
    r"spoils?|spoil(?:ed|t)": "makes unusable",
    r"whence|lest|nought|hitherto|thereof|therein|thereby|whereby": "plain words",
    r"wish(?:es|ed)?": "option, want",
    r"from of old|of old": "earlier",
    r"as much as to say|so to speak": "nothing",
}
FOUND = re.compile(
    "|".join(rf"(?P<w{n}>\b(?:{word})\b)".replace(" ", GAP) for n, word in enumerate(WORDS)),
    re.IGNORECASE,
)
BETTER = list(WORDS.values())

TEXT = r'"""(?s:\\.|[^\\])*?"""|"(?:\\.|[^"\\\n])*"'
SLASHES = re.compile(rf"{TEXT}|/\*(?:[^*]|\*(?!/))*\*/|(?://.*\s*)+")
HASHES = re.compile(rf"{TEXT}|(?:#.*\s*)+")
# Where a program has sentences, by the ending of the file's name.
PROSE = dict.fromkeys(("swift", "c", "h", "cpp", "hpp"), SLASHES) | dict.fromkeys(
    ("py", "sh", "toml", "supp", "in", ""), HASHES
)
# This list itself, licences, and bytes that tests send.
EXCEPT = re.compile(r".*/words\.py|packaging/notices/|Tests/Fuzz/(?:seeds|crashes)/|.*zh|LICENSE")


def prose(name: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield the sentences of a file, each with its place."""
    ending = Path(name).suffix.lstrip(".")
    if ending == "md":
        yield 0, without_code(text)
    elif pattern := PROSE.get(ending):
        for match in pattern.finditer(text):
            yield match.start(), re.sub(r"`[^`\n]*`", lambda code: " " * len(code[0]), match[0])


def places(name: str, text: str) -> Iterator[str]:
    for start, sentence in prose(name, text):
        for match in FOUND.finditer(sentence):
            line = text.count("\n", 0, start + match.start()) + 1
            number = next(int(key[1:]) for key, value in match.groupdict().items() if value)
            yield f"{name}:{line}: {match[0]!r}: {BETTER[number]}"


def main() -> int:
    chosen = sys.argv[1:] or [""]
    found = [
        place
        for name, text in Repository(ROOT).texts()
        if name.startswith(tuple(chosen)) and not EXCEPT.match(name)
        for place in places(name, text)
    ]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
