"""Run the emulator as a process: `python -m spark_emulator`."""

from __future__ import annotations

from .options import parse_command_line
from .running import serve

if __name__ == "__main__":
    serve(parse_command_line())
