"""Writes the types and functions of the C interface as ctypes sees them."""

from __future__ import annotations

from collections.abc import Iterable

from .gil import releases_the_gil
from .header import PREFIX, Function, Header
from .python_text import NOTE, assignment, docstring, from_import, python_name

_PLAIN = {
    "void": "None",
    "int": "c_int",
    "double": "c_double",
    "float": "c_float",
    "size_t": "c_size_t",
    "int64_t": "c_int64",
    "uint64_t": "c_uint64",
    "const char *": "c_char_p",
    "void *": "c_void_p",
    "const void *": "c_void_p",
    "char *": "StringPointer",
    "char **": "StringOut",
}


def version_module(header: Header) -> str:
    """Return the module with the package's version."""
    return f'''\
# {NOTE}
"""The release that this package belongs to."""

VERSION = "{header.macro("VERSION_STRING")}"
ABI_VERSION = {header.macro("ABI_VERSION")}
'''


def types_module(header: Header) -> str:
    """Return the module of the types."""
    names = _Names(header)
    objects = [python_name(o.name) for o in header.objects]
    used = [_without_const(kind) for f in header.functions for kind in f.parameters]
    outs = [name for name in objects if f"{names.c_name(name)} **" in used]
    classes = [
        f"class {python_name(o.name)}(Structure):\n{docstring(o.comment, of_class=True)}\n\n\n"
        for o in header.objects
    ]
    callbacks = [
        assignment(names.of_callback(c.name), "CFUNCTYPE", names.signature(c))
        for c in header.callbacks
    ]
    body = [
        *(f"{name}Pointer = POINTER({name})" for name in objects),
        "",
        *(f"{name}Out = POINTER({name}Pointer)" for name in outs),
        "# A string that has to be freed keeps its address: ctypes turns a c_char_p into a copy.",
        "StringPointer = POINTER(c_char)",
        "StringOut = POINTER(StringPointer)",
        "",
        "# C gives all its enums the size of an int.",
        *(f"{python_name(e.name)} = c_int" for e in header.enums),
        "",
        *callbacks,
    ]
    imported = {"CFUNCTYPE", "POINTER", "Structure", "c_char", "c_int"}
    imported |= {name for c in header.callbacks for name in _ctypes_in(names.signature(c))}
    return f'''\
# {NOTE}
"""The types of the C interface as ctypes sees them.

Each kind of object has a type, so Python refuses a pointer of another kind.
"""

{from_import("ctypes", imported)}


{"".join(classes)}{_lines(body)}'''


def functions_module(header: Header) -> str:
    """Return the module of the functions."""
    names = _Names(header)
    statements: list[str] = []
    group: str | None = None
    used: set[str] = set()
    for function in header.functions:
        before, group = group, names.object_of(function)
        if group != before:
            statements.append("")
        signature = names.signature(function)
        used |= set(signature)
        bind = "bind" if releases_the_gil(function) else "bind_quick"
        statements.append(assignment(function.name, bind, [f'"{function.name}"', *signature]))
    ours = {name for name in used if name.endswith(("Pointer", "Out", "Callback"))}
    ours |= used & {python_name(e.name) for e in header.enums}
    return f'''\
# {NOTE}
"""Every function of the C interface. Names are those of the header without `sparkchat_`.

Other threads of Python run during calls of functions that `bind` returns; see scripts/generation.
"""

{from_import("ctypes", _ctypes_in(used))}

{from_import(".library", {"bind", "bind_quick"})}
{from_import(".types", ours)}
{_lines(statements)}'''


class _Names:
    """The Python names of the C types."""

    def __init__(self, header: Header) -> None:
        self._enums = {e.name for e in header.enums}
        self._objects = {python_name(o.name): PREFIX + o.name for o in header.objects}
        self._callbacks = {c.name for c in header.callbacks}

    def c_name(self, name: str) -> str:
        """Return the C name of an object's class."""
        return self._objects[name]

    def object_of(self, function: Function) -> str:
        """Return the object that a function belongs to, or ""."""
        kinds = (c_name.removeprefix(PREFIX) for c_name in self._objects.values())
        return next((kind for kind in kinds if function.name.startswith(f"{kind}_")), "")

    def of_callback(self, name: str) -> str:
        """Return the name of a callback's type: `EventCallback` for `event_fn`."""
        return f"{python_name(name.removesuffix('_fn'))}Callback"

    def signature(self, function: Function) -> list[str]:
        """Return the result and the parameters."""
        return [self._of(kind) for kind in (function.result, *function.parameters)]

    def _of(self, kind: str) -> str:
        if kind in _PLAIN:
            return _PLAIN[kind]
        kind = _without_const(kind)
        name, _, stars = kind.removeprefix(PREFIX).partition(" ")
        if name in self._callbacks:
            return self.of_callback(name)
        if name in self._enums and not stars:
            return python_name(name)
        if stars == "*" and kind.removesuffix(" *") in _PLAIN:
            return f"POINTER({_PLAIN[kind.removesuffix(' *')]})"
        if python_name(name) in self._objects and stars in ("*", "**"):
            return python_name(name) + ("Pointer" if stars == "*" else "Out")
        raise ValueError(f"the generator does not know the type {kind}")


def _without_const(kind: str) -> str:
    return kind.removeprefix("const ")


def _ctypes_in(signature: Iterable[str]) -> set[str]:
    found = set()
    for name in signature:
        if name.startswith("POINTER("):
            found |= {"POINTER", name[8:-1]}
        elif name.startswith("c_"):
            found.add(name)
    return found


def _lines(statements: list[str]) -> str:
    return "\n".join(statements) + "\n"
