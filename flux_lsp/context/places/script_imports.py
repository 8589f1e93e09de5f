"""Writes the statement by which a JavaScript or TypeScript test gets at what it tests.

Never runs the project's code: it reads what Node, TypeScript and the test runner read.
"""

import posixpath
import re
from pathlib import PurePosixPath

from flux_lsp.context.places.search import TestLocation
from flux_lsp.context.project_files import Project, get_folder, join, list_folders_above
from flux_lsp.core.text import Snapshot

# What a module that was compiled is called, by what its source is called.
_COMPILED = {".ts": ".js", ".tsx": ".js", ".mts": ".mjs", ".cts": ".cjs"}
_AS_THEY_ARE = frozenset({".mjs", ".cjs", ".vue", ".svelte"})
_NODE_MODULES = re.compile(
    r"\"module(?:Resolution)?\"\s*:\s*\"(?:node16|node18|node20|nodenext)\"", re.IGNORECASE
)
_ESM_PACKAGE = re.compile(r"\"type\"\s*:\s*\"module\"")
_KINDS = r"(?:abstract\s+)?(?:async\s+)?(?:function\s*\*?|class|const|let|var|enum|namespace)"


def write_script_import(
    project: Project, snapshot: Snapshot, place: TestLocation, symbol: str
) -> tuple[str, str]:
    """Return the import for the test file at `place`, and what else the model should know of it."""
    if place.path == snapshot.path:
        return "", ""
    module = _name_module(project, snapshot, place)
    text = snapshot.text
    name = symbol if symbol.isidentifier() and symbol not in {"exports", "module"} else ""
    is_common = "module.exports" in text or bool(re.search(r"^exports\.", text, re.MULTILINE))
    if not name:
        statement = f'require("{module}")' if is_common else f'import * as subject from "{module}"'
        return statement, ""
    if is_common:
        return _write_require(text, name, module)
    if _is_default(text, name):
        return f'import {name} from "{module}"', ""
    if not _is_exported(text, name):
        return f'import * as subject from "{module}"', _explain_private(name)
    return f'import {{ {name} }} from "{module}"', ""


def _write_require(text: str, name: str, module: str) -> tuple[str, str]:
    whole = rf"module\.exports\s*=\s*(?:(?:async\s+)?(?:function\*?|class)\s+)?{name}\b"
    alias = rf"\b{name}\s*=\s*(?:exports\s*=\s*)?module\.exports\b"
    if re.search(rf"{whole}|{alias}", text):
        return f'const {name} = require("{module}")', ""
    listed = re.search(rf"module\.exports\s*=\s*\{{[^}}]*\b{name}\b", text)
    if listed or re.search(rf"\bexports\.{name}\b", text):
        return f'const {{ {name} }} = require("{module}")', ""
    return f'const subject = require("{module}")', _explain_private(name)


def _explain_private(name: str) -> str:
    return f"`{name}` is not exported: test it through what the module exports"


def _is_default(text: str, name: str) -> bool:
    kinds = r"(?:abstract\s+)?(?:async\s+)?(?:function\s*\*?\s+|class\s+)?"
    whole = rf"export\s+default\s+{kinds}{name}\b(?!\s*[.(])|export\s*\{{[^}}]*\b{name}\s+as\s+default\b"
    is_function = rf"export\s+default\s+(?:async\s+)?function\s*\*?\s+{name}\b"
    return bool(re.search(whole, text) or re.search(is_function, text))


def _is_exported(text: str, name: str) -> bool:
    declared = rf"export\s+(?:declare\s+)?{_KINDS}\s+{name}\b"
    return bool(re.search(rf"{declared}|export\s*\{{[^}}]*\b{name}\b", text))


def _name_module(project: Project, snapshot: Snapshot, place: TestLocation) -> str:
    source = PurePosixPath(snapshot.path)
    path = posixpath.relpath(str(source.with_suffix("")), get_folder(place.path) or ".")
    path = path if path.startswith(".") else f"./{path}"
    if place.framework == "Deno.test" or source.suffix in _AS_THEY_ARE:
        return path + source.suffix
    return path + _choose_ending(project, snapshot, place, source.suffix)


def _choose_ending(project: Project, snapshot: Snapshot, place: TestLocation, suffix: str) -> str:
    """The ending that Node's own modules want; none where the runner or a bundler finds the file."""
    compiled = _COMPILED.get(suffix, suffix)
    texts = project.read(place.path) + snapshot.text
    if re.search(r"from ['\"]\.[^'\"]*\.[cm]?js['\"]", texts):
        return compiled
    above = list_folders_above(snapshot.path)
    if suffix in _COMPILED:
        config = next((text for f in above if (text := project.read(join(f, "tsconfig.json")))), "")
        return compiled if _NODE_MODULES.search(config) else ""
    package = next((text for f in above if (text := project.read(join(f, "package.json")))), "")
    plain = place.framework != "vitest" and _ESM_PACKAGE.search(package)
    return suffix if plain and suffix == ".js" else ""
