"""Python: from a module's name to its file, by relative dots and by the nearest source root.

Never runs Python, and knows no installed package.
"""

from collections.abc import Iterator

from flux_lsp.context.project.imports.paths import join, list_folders_above
from flux_lsp.context.project.imports.values import (
    EVERYTHING,
    Destination,
    ProjectPaths,
    RawImport,
)

_SOURCE_FOLDERS = ("", "src", "lib", "python")
_ENDINGS = (".py", "/__init__.py", ".pyi", "/__init__.pyi")


def resolve_python(raw: RawImport, path: str, files: ProjectPaths) -> Iterator[Destination]:
    """List where the import may lead: a name of a module, or a module below it."""
    for base in _list_bases(raw.spec, path, files):
        module = _find_module(base, files)
        inner = None
        if raw.source and raw.source != EVERYTHING:
            inner = _find_module(join(base, raw.source), files)
        if module is not None:
            yield Destination(raw.name, raw.source, (module,))
        if inner is not None:
            yield Destination(raw.name, "", (inner,))
        if module is not None or inner is not None:
            return


def may_lead_to_module(raw: RawImport, path: str) -> bool:
    """Whether the words of an import fit a file's path: a quick no to most that name its last part."""
    module = path.rpartition(".")[0].removesuffix("/__init__").replace("/", ".")
    tail = raw.spec.lstrip(".")
    if not tail and raw.source in {"", EVERYTHING}:
        return path.endswith("/__init__.py")
    names = (tail, ".".join(filter(None, (tail, raw.source))))
    is_relative = path.endswith("/__init__.py") and not tail
    return is_relative or any(f".{module}".endswith(f".{name}") for name in names if name)


def _list_bases(spec: str, path: str, files: ProjectPaths) -> Iterator[str]:
    """List what the module's path may be, without its ending, the most likely first.

    A folder that is a package is no source root: a module beside the file has a dot before it.
    """
    tail = spec.lstrip(".")
    dots = len(spec) - len(tail)
    inside = tail.replace(".", "/")
    if dots:
        folders = list_folders_above(path)
        if dots <= len(folders):
            yield join(folders[dots - 1], inside)
        return
    for folder in list_folders_above(path):
        if files.has(join(folder, "__init__.py")):
            continue
        for source in _SOURCE_FOLDERS:
            yield join(folder, source, inside)


def _find_module(base: str, files: ProjectPaths) -> str | None:
    if not base:
        return next((p for p in ("__init__.py",) if files.has(p)), None)
    return next((base + ending for ending in _ENDINGS if files.has(base + ending)), None)
