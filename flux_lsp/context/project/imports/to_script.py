"""TypeScript and JavaScript: from a module's name to its file, as bundlers and Node find it.

Never looks into `node_modules`: packages of the workspace alone count.
"""

from collections.abc import Iterator
from typing import Any

from flux_lsp.context.project.imports.paths import get_folder, join, list_folders_above, move
from flux_lsp.context.project.imports.values import Destination, ProjectPaths, RawImport

_ENDINGS = (
    ".ts",
    ".tsx",
    ".d.ts",
    ".mts",
    ".cts",
    ".js",
    ".jsx",
    ".mjs",
    ".cjs",
    ".vue",
    ".svelte",
)
# `./x.js` is written where `./x.ts` lies.
_WRITTEN = {
    ".js": (".ts", ".tsx", ".d.ts"),
    ".jsx": (".tsx",),
    ".mjs": (".mts",),
    ".cjs": (".cts",),
}
_CONDITIONS = ("source", "types", "import", "module", "default", "require", "node", "browser")
_BUILT = ("dist", "lib", "build", "out", "esm", "cjs", "es")
_DEEPEST = 10  # configurations that extend one another
_FOLDERS_OF_PACKAGES = ("packages", "libs")
_USUAL_ALIASES = ("@/", "~/", "$lib/")


def resolve_script(raw: RawImport, path: str, files: ProjectPaths) -> Iterator[Destination]:
    """List the file that the import leads to, if it is in the project."""
    if not raw.spec:
        yield Destination(raw.name, raw.source, (path,))
        return
    for target in _list_targets(raw.spec, path, files):
        file = _find_file(target, files)
        if file is not None:
            yield Destination(raw.name, raw.source, (file,))
            return


def _list_targets(spec: str, path: str, files: ProjectPaths) -> Iterator[str]:
    """List paths that may be meant, endings left out or not, the most likely first."""
    if spec.startswith("."):
        target = move(get_folder(path), spec)
        yield from [] if target is None else [target]
        return
    yield from _list_mapped(spec, path, files)
    yield from _list_of_packages(spec, path, files)
    yield from _list_unnamed(spec, files)
    for alias in _USUAL_ALIASES:
        if spec.startswith(alias):
            for folder in list_folders_above(path):
                inside = spec[len(alias) :]
                yield from (join(folder, "src", "lib" if alias[0] == "$" else "", inside),)
                yield join(folder, inside)


def _list_mapped(spec: str, path: str, files: ProjectPaths) -> Iterator[str]:
    """List what `paths` and `baseUrl` of the nearest configuration make of it."""
    configs = {
        file: facts
        for kind in ("tsconfig.json", "jsconfig.json")
        for file, facts in files.list_facts(kind)
    }
    for folder in list_folders_above(path):
        near = next((join(folder, n) for n in ("tsconfig.json", "jsconfig.json")
                     if join(folder, n) in configs), None)  # fmt: skip
        if near is None:
            continue
        mapped = list(_apply_config(spec, near, configs, _DEEPEST))
        yield from mapped
        if mapped:
            return


def _apply_config(
    spec: str, file: str, configs: dict[str, dict[str, Any]], depth: int
) -> Iterator[str]:
    facts = configs.get(file, {})
    base = move(get_folder(file), facts.get("baseUrl") or ".") or ""
    for pattern, targets in facts.get("paths", {}).items():
        before, star, after = pattern.partition("*")
        if spec == pattern or (
            star
            and len(spec) >= len(before) + len(after)
            and spec.startswith(before)
            and spec.endswith(after)
        ):
            inside = spec[len(before) : len(spec) - len(after)]
            yield from filter(None, (move(base, t.replace("*", inside)) for t in targets))
    if facts.get("baseUrl"):
        yield join(base, spec)
    for parent in [*facts.get("extends", ()), *facts.get("references", ())]:
        other = move(get_folder(file), parent)
        if other is None or not depth or not parent.startswith("."):
            continue
        names = (other, f"{other}.json", join(other, "tsconfig.json"))
        config = next((name for name in names if name in configs), None)
        if config is not None:
            yield from _apply_config(spec, config, configs, depth - 1)


def _list_of_packages(spec: str, path: str, files: ProjectPaths) -> Iterator[str]:
    """List what the packages of the workspace make of it: `exports`, `imports`, `main`."""
    above = set(list_folders_above(path))
    for file, facts in files.list_facts("package.json"):
        folder, name = get_folder(file), facts.get("name")
        if spec.startswith("#") and folder in above:
            yield from _apply_exports(folder, spec, facts.get("imports"))
        elif name and (spec == name or spec.startswith(f"{name}/")):
            inside = spec[len(name) + 1 :]
            yield from _apply_exports(
                folder, f"./{inside}" if inside else ".", facts.get("exports")
            )
            if not inside:
                mains = (facts.get(key) for key in ("source", "types", "module", "main"))
                for main in filter(None, mains):
                    yield from _list_sources(folder, main)
            yield from (join(folder, inside or "index"), join(folder, "src", inside or "index"))


def _list_unnamed(spec: str, files: ProjectPaths) -> Iterator[str]:
    """List what may be meant where the package's own file cannot be read: its folder has its name."""
    parts = spec.split("/")
    length = 2 if spec.startswith("@") else 1
    name, inside = parts[length - 1 : length], "/".join(parts[length:])
    for parent in _FOLDERS_OF_PACKAGES if name else ():
        stem = join(parent, *name, "src", inside)
        for ending in ("/index.ts", "/index.js", ".ts", ".js"):
            yield from files.find_ending(stem + ending)


def _apply_exports(folder: str, inside: str, exports: object) -> Iterator[str]:
    if not isinstance(exports, dict) or (
        exports and not any(key.startswith((".", "#")) for key in exports)
    ):
        exports = {".": exports}
    for pattern, value in exports.items():
        before, star, after = pattern.partition("*")
        if pattern == inside:
            part = ""
        elif star and inside.startswith(before) and inside.endswith(after):
            part = inside[len(before) : len(inside) - len(after)]
        else:
            continue
        for target in _flatten(value, _DEEPEST):
            yield from _list_sources(folder, target.replace("*", part))


def _flatten(value: object, depth: int) -> Iterator[str]:
    """List the targets of an export, those of the usual conditions first."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and depth:
        for item in value:
            yield from _flatten(item, depth - 1)
    elif isinstance(value, dict) and depth:
        known = [key for key in _CONDITIONS if key in value]
        for key in [*(k for k in value if k not in known), *known]:
            yield from _flatten(value[key], depth - 1)


def _list_sources(folder: str, target: str) -> Iterator[str]:
    """List a file and, for what a build makes, the sources that it may be made of."""
    path = move(folder, target)
    if path is None:
        return
    yield path
    inside = path[len(folder) + 1 :] if folder else path
    first, _, rest = inside.partition("/")
    if first in _BUILT and rest:
        plain = rest
        while plain.partition("/")[0] in _BUILT:
            plain = plain.partition("/")[2]
        yield join(folder, "src", plain)
        yield join(folder, plain)


def _find_file(target: str, files: ProjectPaths) -> str | None:
    if files.has(target):
        return target
    for written, others in _WRITTEN.items():
        if target.endswith(written):
            stem = target.removesuffix(".d" + written).removesuffix(written)
            return next((stem + other for other in others if files.has(stem + other)), None)
    for ending in (".d.ts", ".d.mts", ".d.cts"):
        stem = target.removesuffix(ending)
        if stem != target:
            return next((stem + e for e in _ENDINGS if files.has(stem + e)), None)
    for stem in (target, join(target, "index")):
        for ending in _ENDINGS:
            if files.has(stem + ending):
                return stem + ending
    return None
