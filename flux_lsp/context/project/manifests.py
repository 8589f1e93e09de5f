"""Reads the few facts that imports need from the files that describe packages.

Never keeps more of such a file than that, and never trusts a value's type.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from flux_lsp.context.project_files import join
from flux_lsp.files import parse_json, parse_toml

MANIFESTS = frozenset({"package.json", "tsconfig.json", "jsconfig.json", "go.mod", "Cargo.toml"})
_TS_CONFIG = re.compile(r"(ts|js)config[\w.-]*\.json")
_MOST = 200  # entries of one table
_NOTES = re.compile(r"(\"(?:[^\"\\\n]|\\.)*+\")|//[^\n]*|/\*.*?\*/", re.DOTALL)
_TRAILING = re.compile(r"(\"(?:[^\"\\\n]|\\.)*+\")|,(?=\s*[\]}])")


def find_manifest_kind(name: str) -> str | None:
    """Find what a file of this name describes; every `tsconfig.*.json` is a `tsconfig.json`."""
    if name in MANIFESTS:
        return name
    match = _TS_CONFIG.fullmatch(name)
    return f"{match[1]}config.json" if match else None


def read_manifest(kind: str, text: str) -> dict[str, Any]:
    """Read the facts of one file; {} where it is not what it should be."""
    try:
        facts = _READERS[kind](text)
    except (ValueError, TypeError, AttributeError):  # not the shape that its kind has
        return {}
    return {key: value for key, value in facts.items() if value}


def _read_package(text: str) -> dict[str, Any]:
    content = parse_json(text)
    words = {k: content.get(k) for k in ("name", "source", "types", "module", "main")}
    tables = {key: _cut(content.get(key)) for key in ("exports", "imports")}
    return {k: v for k, v in words.items() if isinstance(v, str)} | tables


def _read_script_config(text: str) -> dict[str, Any]:
    content = parse_json(_TRAILING.sub(r"\1", _NOTES.sub(r"\1", text)))
    options = content.get("compilerOptions") or {}
    extends = content.get("extends") or []
    paths = _cut(options.get("paths") or {})
    return {
        "extends": [e for e in ([extends] if isinstance(extends, str) else extends) if _is_text(e)],
        "references": [
            r["path"] for r in content.get("references") or [] if _is_text(r.get("path"))
        ][:_MOST],
        "baseUrl": options.get("baseUrl") if _is_text(options.get("baseUrl")) else None,
        "paths": {
            pattern: [t for t in targets if _is_text(t)]
            for pattern, targets in paths.items()
            if isinstance(targets, list)
        },
    }


def _read_go(text: str) -> dict[str, Any]:
    match = re.search(r"^\s*module\s+\"?([^\s\"]+)", text, re.MULTILINE)
    return {"module": match[1]} if match else {}


def _read_cargo(text: str) -> dict[str, Any]:
    content = parse_toml(text)
    library = content.get("lib") or {}
    programs = [p.get("path") for p in content.get("bin") or [] if isinstance(p, dict)]
    facts = {
        "name": (content.get("package") or {}).get("name"),
        "lib": library.get("name"),
        "lib_path": library.get("path"),
    }
    return {k: v for k, v in facts.items() if _is_text(v)} | {
        "bin_paths": [join(*p.split("/")) for p in programs if isinstance(p, str)][:_MOST]
    }


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _cut(table: object) -> Any:
    return dict(list(table.items())[:_MOST]) if isinstance(table, dict) else table


_READERS: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "package.json": _read_package,
    "tsconfig.json": _read_script_config,
    "jsconfig.json": _read_script_config,
    "go.mod": _read_go,
    "Cargo.toml": _read_cargo,
}
