"""Rust: from a path to the file of its module, by `mod` files and the crates of the workspace.

Never expands a macro; a module inside of a file counts as its file.
"""

from collections.abc import Iterator
from typing import Any

from flux_lsp.context.project.imports.paths import get_folder, join, list_folders_above
from flux_lsp.context.project.imports.values import (
    EVERYTHING,
    Destination,
    ProjectPaths,
    RawImport,
)

_HEADS = frozenset({"lib.rs", "main.rs", "mod.rs"})
_FOLDERS_OF_ROOTS = frozenset({"tests", "benches", "examples", "bin"})  # each file is a crate


def resolve_rust(raw: RawImport, path: str, files: ProjectPaths) -> Iterator[Destination]:
    """List where the path may lead: a module's file, or a name in one."""
    parts = raw.spec.split("::") if raw.spec else []
    named = [] if raw.source in {"", EVERYTHING} else [raw.source]
    for base, rest in _list_starts([*parts, *named], path, files):
        file, inner = _walk(base, rest, files)
        if file is None:
            continue
        if raw.source == EVERYTHING:
            yield Destination("", EVERYTHING, (file,))
        else:
            yield Destination(raw.name, ".".join(inner), (file,))
        return


def _list_starts(
    parts: list[str], path: str, files: ProjectPaths
) -> Iterator[tuple[tuple[str, str], list[str]]]:
    """List where a path may begin: the file and the folder of its modules, and what follows."""
    if not parts:
        return
    first, rest = parts[0], parts[1:]
    crate = _find_crate(path, files)
    if first == "crate" and crate:
        yield (crate, get_folder(crate)), rest
        return
    place = (path, _get_module_folder(path))
    if first in {"self", "super"}:
        while first == "super":
            place = _go_up(place, files)
            first, rest = (rest[0], rest[1:]) if rest else ("", [])
        yield place, rest if first in {"self", ""} else [first, *rest]
        return
    if any(files.has(p) for p in _list_files(place[1], first)):
        yield place, parts
    for manifest, facts in files.list_facts("Cargo.toml"):
        names = {str(facts.get(key) or "").replace("-", "_") for key in ("name", "lib")}
        root = join(get_folder(manifest), _list_roots(facts)[0])
        if first in names and files.has(root):
            yield (root, get_folder(root)), rest
    if crate and any(files.has(p) for p in _list_files(get_folder(crate), first)):
        yield (crate, get_folder(crate)), parts  # the edition of 2015
    if first[:1].isupper():  # an enum of this file: `use Color::*`
        yield place, parts


def _walk(
    base: tuple[str, str], parts: list[str], files: ProjectPaths
) -> tuple[str | None, list[str]]:
    """Follow modules as long as they are files; the rest is a name in the last one."""
    file, folder = base
    rest = list(parts)
    while rest:
        inner = next((p for p in _list_files(folder, rest[0]) if files.has(p)), None)
        if inner is None:
            break
        file, folder = inner, join(folder, rest.pop(0))
    return (file if files.has(file) else None), rest


def _list_files(folder: str, module: str) -> tuple[str, str]:
    return join(folder, f"{module}.rs"), join(folder, module, "mod.rs")


def _list_roots(facts: dict[str, Any]) -> list[str]:
    """List the root files of a crate from its folder, the library's first."""
    return [facts.get("lib_path") or "src/lib.rs", "src/main.rs", *facts.get("bin_paths", ())]


def _find_crate(path: str, files: ProjectPaths) -> str | None:
    """Find the root file of the crate that `path` is in: the one whose folder is nearest above."""
    above = list_folders_above(path)
    roots = [
        join(get_folder(manifest), root)
        for manifest, facts in files.list_facts("Cargo.toml")
        if get_folder(manifest) in above
        for root in _list_roots(facts)
    ]
    inside = [root for root in roots if get_folder(root) in above and files.has(root)]
    return min(inside, key=lambda root: above.index(get_folder(root)), default=None)


def _get_module_folder(path: str) -> str:
    """Return the folder where the modules of a file lie: its own for the root of a crate or a test."""
    folder, name = get_folder(path), path.rpartition("/")[2]
    is_root = name in _HEADS or folder.rpartition("/")[2] in _FOLDERS_OF_ROOTS
    return folder if is_root else path.removesuffix(".rs")


def _go_up(place: tuple[str, str], files: ProjectPaths) -> tuple[str, str]:
    """Return the file and folder of the module around."""
    folder = get_folder(place[1])
    names = [join(folder, n) for n in ("mod.rs", "lib.rs", "main.rs")] + [f"{folder}.rs"]
    return next((n for n in names if files.has(n)), place[0]), folder
