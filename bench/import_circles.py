"""Circles of imports between modules, imports inside functions counted; never runs the code."""

import ast
from collections.abc import Iterator, Mapping


def find_circles(modules: Mapping[str, ast.Module]) -> list[list[str]]:
    """The groups of modules that import each other, by any way; `modules` is name → tree.

    What stands below `if TYPE_CHECKING:` is no import at run time and does not count. Neither does
    the package that a module lies in: Python imports it anyway.
    """
    graph = {name: _imports(name, tree, modules) for name, tree in modules.items()}
    return sorted(group for group in _strong_components(graph) if len(group) > 1)


def _imports(name: str, tree: ast.Module, modules: Mapping[str, ast.Module]) -> set[str]:
    targets: set[str] = set()
    for node in _nodes_at_run_time(tree):
        if isinstance(node, ast.Import):
            targets |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                targets.add(inner if inner in modules else node.module)
    return {t for t in targets if t in modules and t != name and not name.startswith(f"{t}.")}


def _nodes_at_run_time(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from _nodes_at_run_time(child)


def _strong_components(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Tarjan's strongly connected components."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    components: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for target in graph[name]:
            if target not in index:
                visit(target)
                low[name] = min(low[name], low[target])
            elif target in stack:
                low[name] = min(low[name], index[target])
        if low[name] == index[name]:
            at = stack.index(name)
            components.append(sorted(stack[at:]))
            del stack[at:]

    for name in graph:
        if name not in index:
            visit(name)
    return components
