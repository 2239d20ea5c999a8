"""Writes a C program that calls every function with every combination of invalid arguments.

Each parameter has a few values: NULL and one valid object for pointers, 0, -1 and the extremes for
numbers. The program makes new objects for each call, checks the result, and frees them.
"""

from __future__ import annotations

from itertools import product

from support.header import Function, enumerations, functions

OBJECTS = (
    *("config", "client", "request", "stream", "group", "response", "error", "event"),
    *("model", "conversation"),
)
CALLBACKS = {
    "sparkchat_event_fn": "stop_at_once",
    "sparkchat_tool_fn": "ignore_call",
    "sparkchat_log_fn": "ignore_log",
    "sparkchat_acquire_fn": "ignore_acquire",
    "sparkchat_report_fn": "ignore_report",
    "sparkchat_release_fn": "ignore_release",
    "sparkchat_destroy_fn": "ignore_destroy",
}
NUMBERS = {
    "int": ("0", "-1", "INT_MAX", "INT_MIN"),
    "double": ("0", "-1", "NAN", "INFINITY"),
    "size_t": ("0", "SPARKCHAT_NUL_TERMINATED"),
}


def _object(spelled: str) -> str | None:
    """Return "client" for `const sparkchat_client *`."""
    name = spelled.removeprefix("const ").removesuffix(" *").removeprefix("sparkchat_")
    return name if name in OBJECTS and spelled.count("*") == 1 else None


def _values(function: Function, spelled: str) -> tuple[str, ...]:
    """Return the C expressions to try for a parameter."""
    if name := _object(spelled):
        return "NULL", f"all.{name}"
    if spelled == "const char *":
        return "NULL", '""', '"x"'
    if spelled == "char **":
        return "NULL", "&out.string"
    if spelled.count("*") == 2:
        name = spelled.removeprefix("const ").removesuffix(" **").removeprefix("sparkchat_")
        return "NULL", f"&out.{name}"
    if spelled in ("size_t *", "int64_t *"):
        return "NULL", f"&out.{spelled.removesuffix('_t *')}"
    if spelled in ("void *", "const void *"):
        return "NULL", "&all"
    if spelled == "char *":
        return "NULL", "all.string"
    if spelled == "sparkchat_tool_result *":
        # A call exists only while a handler runs.
        return ("NULL",)
    if spelled in CALLBACKS:
        return "NULL", CALLBACKS[spelled]
    if spelled in enumerations():
        valid = sorted(enumerations()[spelled].values())[-1]
        return tuple(f"({spelled}){number}" for number in (0, -1, valid, 9999))
    if spelled in NUMBERS:
        return NUMBERS[spelled]
    raise AssertionError(f"{function.name}: no values for {spelled}")


def _check(function: Function, arguments: tuple[str, ...], number: int) -> str:
    """Return the C code that checks the result of a call."""
    first = function.parameters[0] if function.parameters else None
    is_object = first is not None and "sparkchat_" in first and "*" in first
    lacks_object = is_object and arguments[0] == "NULL"
    last = function.parameters[-1] if function.parameters else ""
    if function.result == "sparkchat_status" and last == "sparkchat_error **":
        error = "out.error" if arguments[-1] != "NULL" else "no_error"
        return f"check_status({number}, result, {int(lacks_object)}, {error});"
    if function.result == "void":
        return ""
    for makes in ("_new", "_copy", "_retain"):
        if function.name.endswith(makes) and function.result.endswith("*"):
            return f"{function.name.removesuffix(makes)}_free(result);"
    if not lacks_object:
        return "(void)result;"
    if function.result == "const char *":
        return f"check({number}, !result || !*result);"
    if function.result in ("int", "int64_t"):
        return f"check({number}, result == 0 || result == -1);"
    return f"check({number}, !result);"


def _call(function: Function, arguments: tuple[str, ...], number: int) -> str:
    freed = function.name.endswith("_free") and arguments[0] != "NULL"
    lines = ["  prepare();"]
    call = f"{function.name}({', '.join(arguments)})"
    lines.append(f"  {call};" if function.result == "void" else f"  result = {call};")
    lines.append(f"  {_check(function, arguments, number)}")
    if freed:
        lines.append(f"  {arguments[0]} = NULL;")
    return "\n".join([*lines, "  clean_up();"])


def write_program() -> tuple[str, list[str]]:
    """Return the program, and a description of each of its calls, by number."""
    calls: list[str] = []
    bodies = []
    for function in functions():
        values = [_values(function, parameter) for parameter in function.parameters]
        texts = []
        for arguments in product(*values):
            texts.append(_call(function, arguments, len(calls)))
            calls.append(f"{function.name}({', '.join(arguments)})")
        result = "" if function.result == "void" else f"  {function.result} result;\n"
        body = "\n".join(texts)
        bodies.append(f"static void call_{function.name}(void) {{\n{result}{body}\n}}\n")
    run = "\n".join(f"  call_{function.name}();" for function in functions())
    main = f"int main(void) {{\n  begin();\n{run}\n  end();\n  return 0;\n}}\n"
    return "\n".join(['#include "null_objects.h"\n', *bodies, main]), calls
