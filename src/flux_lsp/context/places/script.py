"""Where JavaScript and TypeScript projects keep tests: Vitest, Jest, Mocha, node:test.

Never runs the project's code.
"""

import posixpath
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from flux_lsp.context.places.found import Found
from flux_lsp.context.project import Project, folder_of, folders_above, join
from flux_lsp.core.text import Snapshot
from flux_lsp.files import parse_json

_KINDS = ("test", "spec")
_FOLDERS = ("__tests__", "tests", "test", "spec")
_IS_TEST = re.compile(r"\.(?:test|spec)\.[cm]?[jt]sx?$|(?:^|/)__tests__/")
# Framework, its package, files that show it.
_FRAMEWORKS = (
    ("vitest", "vitest", "vitest.config."),
    ("jest", "jest", "jest.config."),
    ("jest", "react-scripts", "jest.setup."),
    ("mocha", "mocha", ".mocharc"),
)
_HOW = {
    "vitest": 'import { describe, expect, it } from "vitest"',
    "node:test": 'import test from "node:test"; import assert from "node:assert/strict"',
}


def find(project: Project, snapshot: Snapshot, symbol: str) -> Found:
    """By the tests that are there, then the project's habit, else `x.test.ts` beside the source."""
    path = snapshot.path
    home = next((f for f in folders_above(path) if "package.json" in project.names(f)), "")
    place = path if _IS_TEST.search(path) else project.first(_candidates(path, home))
    place = place or _new(project, path, home)
    framework = _framework(project, home)
    existing = project.read(place)
    globals_ = "globals: true" in project.read(_config(project, home))
    how = "" if existing or (framework == "vitest" and globals_) else _HOW.get(framework, "")
    return Found(
        place, framework, (("Import", _import(snapshot, place, symbol, existing)), ("How", how))
    )


def _candidates(path: str, home: str) -> Iterator[str]:
    pure = PurePosixPath(path)
    here = folder_of(path)
    suffixes = [
        pure.suffix,
        *(s for s in (".ts", ".tsx", ".js", ".jsx", ".mjs") if s != pure.suffix),
    ]
    names = [f"{pure.stem}.{kind}{suffix}" for suffix in suffixes for kind in _KINDS]
    for folder in ("", "__tests__", "tests", "test"):
        yield from (join(here, folder, name) for name in names)
    for root in _FOLDERS:
        for sub in _mirrors(here, home):
            yield from (join(home, root, sub, name) for name in [*names, pure.name])


def _mirrors(here: str, home: str) -> list[str]:
    """The source's folder as it may be repeated below a test folder."""
    below = here.removeprefix(home).strip("/")
    parts = below.split("/") if below else []
    inner = parts[1:] if parts[:1] and parts[0] in {"src", "lib", "app"} else parts
    return list(dict.fromkeys(["/".join(inner), "/".join(parts), "unit", ""]))


def _new(project: Project, path: str, home: str) -> str:
    pure = PurePosixPath(path)
    here = folder_of(path)
    beside = project.names(here)
    if "__tests__" in beside:
        kind = _kind(project.names(join(here, "__tests__")))
        return join(here, "__tests__", f"{pure.stem}.{kind}{pure.suffix}")
    name = f"{pure.stem}.{_kind(beside)}{pure.suffix}"
    if any(_IS_TEST.search(other) for other in beside):
        return join(here, name)
    root = project.first(join(home, folder) for folder in _FOLDERS)
    if root is None:
        return join(here, name)
    sub = next((s for s in _mirrors(here, home) if s and project.has(join(root, s))), "")
    kind = _kind(project.names(join(root, sub)))
    return join(root, sub, f"{pure.stem}.{kind}{pure.suffix}")


def _kind(names: frozenset[str]) -> str:
    """`spec` where the neighbours are called so, else `test`."""
    spec = sum(".spec." in name for name in names)
    return "spec" if spec > sum(".test." in name for name in names) else "test"


def _framework(project: Project, home: str) -> str:
    """By the nearest package file that says; a workspace's own may leave it to the root's."""
    for folder in folders_above(join(home, "package.json")):
        package = _package(project, folder)
        listed = {
            *_table(package.get("dependencies")),
            *_table(package.get("devDependencies")),
            *(key for key in ("jest", "vitest", "mocha") if key in package),
        }
        for framework, needed, config in _FRAMEWORKS:
            shown = any(name.startswith(config) for name in project.names(folder))
            if needed in listed or shown:
                return framework
        if "node --test" in str(_table(package.get("scripts")).get("test", "")):
            return "node:test"
    return "vitest" if "vite" in project.read(join(home, "package.json")) else "jest"


def _package(project: Project, folder: str) -> dict[str, Any]:
    try:
        package = parse_json(project.read(join(folder, "package.json")) or "{}")
    except ValueError:
        return {}
    return _table(package)


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _config(project: Project, home: str) -> str:
    names = sorted(n for n in project.names(home) if n.startswith(("vitest.config", "vite.config")))
    return join(home, names[0]) if names else ""


def _import(snapshot: Snapshot, place: str, symbol: str, existing: str) -> str:
    if place == snapshot.path:
        return ""
    source = PurePosixPath(snapshot.path)
    relative = posixpath.relpath(str(source.with_suffix("")), folder_of(place) or ".")
    relative = relative if relative.startswith(".") else f"./{relative}"
    # Node's own modules need the extension; TypeScript writes .js where the others do.
    written = re.search(r"from ['\"]\.[^'\"]*\.js['\"]", existing + snapshot.text)
    relative += source.suffix if source.suffix == ".mjs" else ".js" if written else ""
    text = snapshot.text
    name = symbol if symbol.isidentifier() else ""
    if "module.exports" in text or re.search(r"^exports\.", text, re.MULTILINE):
        return f'const {{ {name} }} = require("{relative}")' if name else f'require("{relative}")'
    if name and re.search(
        rf"export\s+default\s+(?:async\s+)?(?:function\*?\s+|class\s+)?{name}\b", text
    ):
        return f'import {name} from "{relative}"'
    return (
        f'import {{ {name} }} from "{relative}"'
        if name
        else f'import * as subject from "{relative}"'
    )
