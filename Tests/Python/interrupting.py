"""Interrupts at every place of the package where Python checks for signals, one after the other."""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable, Collection
from types import CodeType, FrameType
from typing import Any

from conftest import SOURCE

# After calls and backward jumps, Python runs the handlers of signals that have arrived. (Some
# versions do not after a call of a Python function, and the oldest also do after other
# instructions.)
_NO_CALLS = {"PRECALL", "CALL_INTRINSIC_1", "CALL_INTRINSIC_2"}
_JUMPING = {"JUMP_BACKWARD", "JUMP_ABSOLUTE"}


def _places(code: CodeType) -> frozenset[int]:
    """Return the offsets of the instructions before which an interrupt may come."""
    found, looked = set() if "RESUME" in dis.opmap else {0}, False
    for instruction in dis.get_instructions(code):
        if looked:
            found.add(instruction.offset)
        name = instruction.opname
        # Python does not check at the RESUME that follows an await.
        is_entered = name == "RESUME" and (instruction.arg or 0) & 3 < 2
        looked = is_entered or ("CALL" in name and name not in _NO_CALLS)
        if name in _JUMPING:
            found.add(instruction.argval)
    return frozenset(found)


class Interrupts:
    """Raises KeyboardInterrupt during `run`, each time in a new place."""

    def __init__(self, callbacks: Collection[str] = ()) -> None:
        """Interrupt all functions, but those of these names not where they begin."""
        self._callbacks = callbacks
        self._tried: set[tuple[CodeType, int]] = set()
        self._places: dict[CodeType, frozenset[int]] = {}
        self.last = ""

    def run(self, work: Callable[[], object]) -> bool:
        """Run `work` with an interrupt in a new place. Return False if it ended without one."""
        self.last = ""
        # Python 3.12 reads this when the tracing begins.
        sys._getframe().f_trace_opcodes = True
        sys.settrace(self._enter)
        try:
            work()
        except KeyboardInterrupt:
            assert self.last
            return True
        finally:
            sys.settrace(None)
        assert not self.last, f"the interrupt was swallowed: {self.last}"
        return False

    def _enter(self, frame: FrameType, event: str, argument: Any) -> Any:
        code = frame.f_code
        if not code.co_filename.startswith(str(SOURCE)) or code.co_name == "<module>":
            return None
        if code not in self._places:
            places = sorted(_places(code))
            self._places[code] = frozenset(places[code.co_name in self._callbacks :])
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        return self._look

    def _look(self, frame: FrameType, event: str, argument: Any) -> Any:
        code, place = frame.f_code, frame.f_lasti
        if event == "opcode" and place in self._places[code] and (code, place) not in self._tried:
            self._tried.add((code, place))
            self.last = f"{code.co_qualname if sys.version_info >= (3, 11) else code.co_name}"
            self.last += f", line {frame.f_lineno}, instruction {place}"
            sys.settrace(None)
            raise KeyboardInterrupt
        return self._look
