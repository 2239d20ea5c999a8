"""The recorded terminal of the README."""

import subprocess
import sys
import xml.etree.ElementTree as ElementTree

from service import ROOT

DESCRIPTION = "{http://www.w3.org/2000/svg}desc"


def test_the_picture_shows_what_the_programs_print() -> None:
    """If this fails, check whether the new words are better, and run `make pictures`."""
    command = [sys.executable, "-B", "scripts/terminal_picture.py", "--words"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=120, check=True
    )
    drawn = ElementTree.parse(ROOT / "docs" / "terminal.svg").findtext(DESCRIPTION)
    assert done.stdout == drawn
