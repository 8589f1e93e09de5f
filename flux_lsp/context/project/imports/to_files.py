"""From an import to files, for each form of imports: a table of rules, and those that are short.

Never reads a file; what it has to know of them is asked of `ProjectPaths`.
"""

from collections.abc import Callable, Iterator, Mapping

from flux_lsp.context.project.imports.paths import get_folder, join, move, pick_nearest
from flux_lsp.context.project.imports.to_python import may_lead_to_module, resolve_python
from flux_lsp.context.project.imports.to_rust import resolve_rust
from flux_lsp.context.project.imports.to_script import resolve_script
from flux_lsp.context.project.imports.values import (
    EVERYTHING,
    Destination,
    ProjectPaths,
    RawImport,
)


def resolve_import(
    form: str, raw: RawImport, path: str, files: ProjectPaths
) -> tuple[Destination, ...]:
    """List where an import of file `path` may lead, the most likely first; () out of the project."""
    resolve = _RULES.get(form)
    return tuple(resolve(raw, path, files)) if resolve else ()


def may_lead_to(raw: RawImport, path: str) -> bool:
    """Whether the words of an import can mean a file: a quick no to many that share a last part."""
    return not path.endswith((".py", ".pyi")) or may_lead_to_module(raw, path)


def _resolve_go(raw: RawImport, path: str, files: ProjectPaths) -> Iterator[Destination]:  # noqa: ARG001
    """A package is a folder below the one whose `go.mod` names the longest beginning of it."""
    modules = [
        (str(facts.get("module") or ""), get_folder(file))
        for file, facts in files.list_facts("go.mod")
    ]
    for module, folder in sorted(modules, key=lambda m: -len(m[0])):
        if not module or (raw.spec != module and not raw.spec.startswith(f"{module}/")):
            continue
        inside = join(folder, raw.spec[len(module) + 1 :])
        paths = [p for p in files.list_folder(inside) if p.endswith(".go")]
        code = tuple(p for p in paths if not p.endswith("_test.go"))
        if code:
            own = files.find_package_name(code[0]) or raw.spec.rpartition("/")[2]
            name = "" if raw.source == EVERYTHING else raw.name or own
            yield Destination(name, raw.source, code)
            return


def _resolve_package(raw: RawImport, path: str, files: ProjectPaths) -> Iterator[Destination]:  # noqa: ARG001
    """A package is what files say that they are of; a type in it may hold the name."""
    package, inner = raw.spec, [raw.source]
    while package:
        if files.has_package(package):
            source = ".".join(filter(None, inner))
            yield Destination(raw.name, source, packages=(package,))
            return
        package, _, last = package.rpartition(".")
        inner.insert(0, last)


def _resolve_include(raw: RawImport, path: str, files: ProjectPaths) -> Iterator[Destination]:
    beside = move(get_folder(path), raw.spec)
    if raw.spec.startswith("./") and beside and files.has(beside):
        yield Destination("", EVERYTHING, (beside,))
        return
    ending = raw.spec.replace("../", "").replace("./", "")
    nearest = pick_nearest(path, files.find_ending(ending))
    if nearest is not None:
        yield Destination("", EVERYTHING, (nearest,))


def _resolve_required(raw: RawImport, path: str, files: ProjectPaths) -> Iterator[Destination]:
    """Ruby: beside the file, or the end of a path from some load path."""
    spec = raw.spec if raw.spec.endswith(".rb") else f"{raw.spec}.rb"
    yield from _resolve_include(RawImport(spec, EVERYTHING, ""), path, files)


def _resolve_lua(raw: RawImport, path: str, files: ProjectPaths) -> Iterator[Destination]:
    inside = raw.spec.replace(".", "/")
    for ending in (f"{inside}.lua", f"{inside}/init.lua"):
        nearest = pick_nearest(path, files.find_ending(ending))
        if nearest is not None:
            yield Destination(raw.name, raw.source, (nearest,))
            return


def _resolve_sourced(raw: RawImport, path: str, files: ProjectPaths) -> Iterator[Destination]:
    """Shell: beside the file, or the end of a path that begins with a variable."""
    beside = move(get_folder(path), raw.spec)
    ending = raw.spec.lstrip("./")
    if beside and files.has(beside):
        yield Destination("", EVERYTHING, (beside,))
    elif ending and (nearest := pick_nearest(path, files.find_ending(ending))):
        yield Destination("", EVERYTHING, (nearest,))


_RULES: Mapping[str, Callable[[RawImport, str, ProjectPaths], Iterator[Destination]]] = {
    "python": resolve_python,
    "script": resolve_script,
    "go": _resolve_go,
    "rust": resolve_rust,
    "jvm": _resolve_package,
    "php": _resolve_package,
    "csharp": _resolve_package,
    "c": _resolve_include,
    "ruby": _resolve_required,
    "lua": _resolve_lua,
    "shell": _resolve_sourced,
}
