"""Which module of the package imports which, read from the sources.

An import inside a function counts, because it only hides a circle. An import under
`if TYPE_CHECKING` does not count.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

Graph = Mapping[str, set[str]]


def import_graph(source: Path) -> dict[str, set[str]]:
    """Return the modules in a folder, each with the modules that it imports."""
    paths = {_name(path.relative_to(source)): path for path in source.rglob("*.py")}
    return {
        name: {found for found in _imports(name, path, paths.keys()) if found != name}
        for name, path in paths.items()
    }


def rooms(graph: Graph) -> dict[str, set[str]]:
    """Return the same graph for rooms: the package's folders, and the modules next to them."""
    found: dict[str, set[str]] = {}
    for name, imported in graph.items():
        room = _room(name)
        found.setdefault(room, set()).update({_room(other) for other in imported} - {room})
    return found


def circle(graph: Graph) -> list[str]:
    """Return modules that import each other in a circle, or an empty list."""
    done: set[str] = set()

    def look(name: str, way: list[str]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        if name not in done:
            for other in sorted(graph[name]):
                if found := look(other, [*way, name]):
                    return found
            done.add(name)
        return []

    return next(filter(None, (look(name, []) for name in sorted(graph))), [])


def floors(graph: Graph) -> dict[str, int]:
    """Return the length of each module's longest chain of imports, itself included."""
    found: dict[str, int] = {}

    def floor(name: str) -> int:
        if name not in found:
            found[name] = 1 + max(map(floor, graph[name]), default=0)
        return found[name]

    return {name: floor(name) for name in graph}


def _name(path: Path) -> str:
    parts = list(path.with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _room(name: str) -> str:
    return ".".join(name.split(".")[:2])


def _imports(name: str, path: Path, known: set[str] | Mapping[str, Path]) -> Iterator[str]:
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in _at_run_time(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*(above if node.level else []), *filter(None, [node.module])])
            names = (f"{base}.{alias.name}" for alias in node.names)
            yield from (found for n in names if (found := n if n in known else base) in known)


def _at_run_time(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            for other in child.orelse:
                yield from _at_run_time(other)
        else:
            yield from _at_run_time(child)
