"""Finds dead references; called by `make lint`. Prints each, and exits with 1 if there are any.

Three kinds of reference must have a target:

- "protocol 3.5" in code or in a document: a heading of docs/protocol.md, or, if a section is one
  numbered list ("protocol 7.11"), an item of it;
- a relative link in a Markdown file: a file or folder in the repository, and a heading of it if
  the link names one;
- a path such as Tests/run.py, or the bare name of a test or a page, in a comment or a document,
  and a program's name in a document's `code`: a file or folder in the repository.

`references.py FOLDER` checks the repository in that folder instead of this one.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

PROTOCOL = "docs/protocol.md"

# Between two words of a sentence: white space, and the marker of a comment's next line.
GAP = r"\s+(?:(?:///?|\*|#)\s+)?"
NUMBER = r"\d+(?:\.\d+)*(?![\w-])"
CITATION = re.compile(
    rf"\bprotocol(?:{GAP}sections?)?{GAP}({NUMBER}(?:(?:,|{GAP}(?:to|and|or)){GAP}{NUMBER})*)",
    re.IGNORECASE,
)

LINK = re.compile(r'\]\(\s*<?([^\s)>]+)>?[^)]*\)|\b(?:src|href)="([^"]+)"')
ELSEWHERE = re.compile(r"[a-z][a-z+.-]*:|//", re.IGNORECASE)

PATH = re.compile(
    r"(?<![\w./$}*<-])(?:Sources|Tests|bindings|docs|include|scripts)/[\w./+-]*[\w+](?![\w*+])"
)
# Names that are often written without their folder; not in strings, which may name new files.
NAME = re.compile(
    r"(?<![\w./*'\"-])(?:test_\w+\.(?:py|c)|\w+Tests\.swift|[\w-]+(?:\.[\w-]+)*\.md)\b"
)


# A file that a document names, perhaps from another folder.
QUOTED = re.compile(r"`[\w./-]*?([\w-]+\.(?:c|cpp|h|py|swift|sh))`")


class Repository:
    """The files that git knows, and the contents of text files."""

    def __init__(self, root: Path) -> None:
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(
            command, cwd=root, capture_output=True, encoding="utf-8", check=True
        )
        self.root = root
        self.files = sorted(name for name in listed.stdout.split("\0") if (root / name).is_file())
        self.names = {Path(name).name for name in self.files}
        self.paths = set(self.files)
        for name in self.files:
            self.paths.update(str(folder) for folder in Path(name).parents)

    def texts(self) -> Iterator[tuple[str, str]]:
        for name in self.files:
            try:
                yield name, (self.root / name).read_text("utf-8")
            except (UnicodeDecodeError, FileNotFoundError):
                continue


def without_code(markdown: str) -> str:
    """Return the text with code replaced by blanks, so that all lines keep their numbers."""

    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", match.group())

    fenced = re.sub(r"^(```+).*?^\1", blank, markdown, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`", blank, fenced)


def anchors(markdown: str) -> set[str]:
    """Return GitHub's anchors of the headings."""
    found: set[str] = set()
    outside = re.sub(r"^(```+).*?^\1", "", markdown, flags=re.MULTILINE | re.DOTALL)
    for title in re.findall(r"^#+ +(.+?) *$", outside, re.MULTILINE):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title)
        base = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        name, count = base, 0
        while name in found:
            count += 1
            name = f"{base}-{count}"
        found.add(name)
    return found


def sections(markdown: str) -> set[str]:
    """Return the numbers that may be cited: of headings, and of items if a section is one list."""
    found: set[str] = set()
    section = ""
    for line in markdown.splitlines():
        if heading := re.match(r"#+ (\d+(?:\.\d+)?)\.? ", line):
            section = heading.group(1)
            found.add(section)
        elif (item := re.match(r"(\d+)\. ", line)) and "." not in section:
            found.add(f"{section}.{item.group(1)}")
    return found


def citations(text: str) -> Iterator[tuple[int, str]]:
    """Yield the place and the number of each cited section."""
    for match in CITATION.finditer(text):
        for number in re.finditer(NUMBER, match.group(1)):
            yield match.start(1) + number.start(), number.group()


def links(name: str, text: str, repository: Repository) -> Iterator[tuple[int, str]]:
    """Yield the dead links of a Markdown file."""
    for match in LINK.finditer(without_code(text)):
        target = match.group(1) or match.group(2)
        if ELSEWHERE.match(target):
            continue
        path, _, anchor = unquote(target).partition("#")
        whole = (repository.root / name).parent / path if path else repository.root / name
        try:
            found = str(whole.resolve().relative_to(repository.root))
        except ValueError:
            found = ""
        if found not in repository.paths:
            yield match.start(), f"no such file: {target}"
        elif not (anchor and found.endswith(".md")):
            continue
        elif anchor not in anchors((repository.root / found).read_text("utf-8")):
            yield match.start(), f"no such heading: {target}"


def dead(root: Path) -> Iterator[str]:
    repository = Repository(root.resolve())
    known = sections((root / PROTOCOL).read_text("utf-8"))
    for name, text in repository.texts():
        unknown = [(at, number) for at, number in citations(text) if number not in known]
        found = [(at, f"no section {number} in {PROTOCOL}") for at, number in unknown]
        if name.endswith(".md"):
            found += links(name, text, repository)
        # docs/protocol.md names programs of other projects.
        if name.endswith(".md") and name != PROTOCOL:
            for match in QUOTED.finditer(text):
                if match.group(1) not in repository.names:
                    found.append((match.start(), f"no such file: {match.group()[1:-1]}"))
        for pattern, existing in ((PATH, repository.paths), (NAME, repository.names)):
            for match in pattern.finditer(text):
                if match.group() not in existing:
                    found.append((match.start(), f"no such file: {match.group()}"))
        for at, problem in sorted(found):
            yield f"{name}:{text.count(chr(10), 0, at) + 1}: {problem}"


if __name__ == "__main__":
    here = Path(__file__).resolve().parent.parent
    problems = dict.fromkeys(dead(Path(sys.argv[1]) if len(sys.argv) > 1 else here))
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)
