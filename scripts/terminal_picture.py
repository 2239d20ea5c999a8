"""Records a terminal as docs/terminal.svg: real programs, which ask the local emulator over TLS.

Called by `make pictures`, which has built the library and the chat. `terminal_picture.py FILE`
writes to another file; `--words` prints what the terminal shows, and draws nothing.
"""

from __future__ import annotations

import argparse
import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pyte

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "Tests" / "Emulator"))

from emulator_process import EmulatorProcess  # noqa: E402

COLUMNS, ROWS = 100, 40
PROMPT = b"\x1b[32m$ \x1b[0m"
TYPING, THINKING = 0.035, 0.8
"""Seconds for a typed letter, and the pause before each command."""
CELL_WIDTH, CELL_HEIGHT, MARGIN, TOP = 8.43, 19, 18, 48
COLOURS = {"default": "#d8dee9", "brown": "#ebcb8b", "red": "#f07178", "green": "#a3be8c"}
COLOURS |= {"cyan": "#88c0d0", "blue": "#81a1c1", "magenta": "#c792ea"}


@dataclass(frozen=True)
class Scene:
    """A command as the reader would type it, and the program that runs instead."""

    typed: str
    program: list[str]
    variables: dict[str, str]


@dataclass(frozen=True)
class Cell:
    """A character, when it appeared, and how it looks."""

    character: str
    second: float
    style: str


class Recorder:
    """A terminal that remembers when each of its characters appeared."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.cells: dict[tuple[int, int], Cell] = {}
        self.second = 0.0

    def show(self, output: bytes) -> None:
        """Record what a program printed at this moment."""
        self.stream.feed(output)
        for row in self.screen.dirty:
            for column in range(COLUMNS):
                self._see(row, column)
        self.screen.dirty.clear()

    def _see(self, row: int, column: int) -> None:
        there = self.screen.buffer[row][column]
        known = self.cells.get((row, column))
        if there.data in ("", " "):
            self.cells.pop((row, column), None)
        elif not known or known.character != there.data:
            style = f"fill:{COLOURS.get(there.fg, COLOURS['default'])}"
            style += ";font-weight:bold" if there.bold else ""
            self.cells[row, column] = Cell(there.data, self.second, style)

    def type(self, command: str) -> None:
        """Show the prompt, and a command letter by letter."""
        self.show(PROMPT)
        self.second += THINKING
        for letter in command:
            self.show(letter.encode())
            self.second += TYPING
        self.show(b"\r\n")

    def run(self, scene: Scene) -> None:
        """Type a scene's command, and show the output of its program as it arrives."""
        self.type(scene.typed)
        ours, theirs = pty.openpty()
        environment = os.environ | scene.variables
        environment |= {"COLUMNS": str(COLUMNS), "LINES": str(ROWS), "TERM": "xterm-256color"}
        with subprocess.Popen(
            scene.program, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=ROOT
        ):
            os.close(theirs)
            start, begun = time.monotonic(), self.second
            while output := read(ours):
                self.second = begun + time.monotonic() - start
                self.show(output)
        os.close(ours)
        self.show(b"\r\n")

    def width_at(self, row: int, column: int) -> int:
        """Return how many columns a character takes; pyte leaves the second of two empty."""
        wide = column + 1 < COLUMNS and self.screen.buffer[row][column + 1].data == ""
        return 2 if wide else 1

    def words(self) -> str:
        """Return the lines of the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip() + "\n"


def read(terminal: int) -> bytes:
    """Return what a program printed; nothing after all programs have closed the terminal."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def scenes(service: EmulatorProcess) -> list[Scene]:
    """Return the scenes."""
    ready = service.ready
    python = sys.executable
    variables = {
        "IFLYTEK_SPARK_APP_ID": ready["app_id"],
        "IFLYTEK_SPARK_API_KEY": ready["api_key"],
        "IFLYTEK_SPARK_API_SECRET": ready["api_secret"],
        "IFLYTEK_SPARK_API_URL": f"wss://localhost:{ready['wss_port']}/v4.0/chat",
        "SSL_CERT_FILE": ready["ca_file"],
        "SPARKCHAT_LIBRARY": str(ROOT / "build/lib/libsparkchat.so.0"),
        "PYTHONPATH": str(ROOT / "bindings/python/src"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    question = "What is the weather in Hefei?"
    wrong = variables | {"IFLYTEK_SPARK_API_SECRET": ready["api_key"]}
    return [
        Scene('sparkchat "Hello"', [python, "-m", "sparkchat", "Hello"], variables),
        Scene(
            f'python weather_tools.py "{question}"',
            [python, "bindings/python/examples/weather_tools.py", question],
            variables,
        ),
        Scene(
            'export IFLYTEK_SPARK_API_SECRET=$OLD_SECRET; sparkchat "Hello"',
            [python, "-m", "sparkchat", "Hello"],
            wrong,
        ),
    ]


def drawing(recorder: Recorder) -> str:
    """Return the recording as SVG: text appears as it did, or immediately if the reader prefers
    reduced motion.
    """
    rows = max(row for row, _ in recorder.cells) + 1
    width, height = COLUMNS * CELL_WIDTH + 2 * MARGIN, TOP + rows * CELL_HEIGHT
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}"'
        f' width="{width:.0f}" height="{height:.0f}" role="img">',
        "<title>A streamed answer, a tool call, and a refusal that explains itself</title>",
        # For screen readers, and for the test that compares it with today's output.
        f"<desc>{escape(recorder.words(), quote=False)}</desc>",
        "<style>text{font:14px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;"
        "white-space:pre;animation:appear 1ms both}@keyframes appear{from{opacity:0}}"
        "@media(prefers-reduced-motion:reduce){text{animation:none}}</style>",
        '<rect width="100%" height="100%" rx="8" fill="#1d2430"/>',
    ]
    lines += [
        f'<circle cx="{MARGIN + 4 + 20 * place}" cy="16" r="6" fill="{colour}"/>'
        for place, colour in enumerate(("#f07178", "#ebcb8b", "#a3be8c"))
    ]
    for run in runs(recorder.cells):
        (row, column), first = run[0]
        columns = run[-1][0][1] + recorder.width_at(*run[-1][0]) - column
        text = escape("".join(cell.character for _, cell in run))
        lines.append(
            f'<text x="{MARGIN + column * CELL_WIDTH:.1f}" y="{TOP + row * CELL_HEIGHT}"'
            f' textLength="{columns * CELL_WIDTH:.1f}"'
            f' style="{first.style};animation-delay:{first.second:.2f}s">{text}</text>'
        )
    return "\n".join([*lines, "</svg>", ""])


def runs(cells: dict[tuple[int, int], Cell]) -> Iterator[list[tuple[tuple[int, int], Cell]]]:
    """Yield the runs of adjacent cells that look alike and appeared at the same time."""
    run: list[tuple[tuple[int, int], Cell]] = []
    for place, cell in sorted(cells.items()):
        if run:
            (row, column), last = run[-1]
            alike = (cell.second, cell.style) == (last.second, last.style)
            if not (alike and place == (row, column + 1)):
                yield run
                run = []
        run.append((place, cell))
    if run:
        yield run


def main() -> None:
    """Record, and write the picture."""
    parser = argparse.ArgumentParser(description="Record a terminal as SVG.")
    parser.add_argument("file", nargs="?", type=Path, default=ROOT / "docs/terminal.svg")
    parser.add_argument("--words", action="store_true", help="print what the terminal shows")
    options = parser.parse_args()
    service = EmulatorProcess("--pace", "0" if options.words else "60")
    recorder = Recorder()
    try:
        for scene in scenes(service):
            recorder.run(scene)
    finally:
        service.stop()
    if options.words:
        print(recorder.words(), end="")
    else:
        options.file.write_text(drawing(recorder), encoding="utf-8")


if __name__ == "__main__":
    main()
