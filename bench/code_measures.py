"""How the source reads: its size, its names, its circles of imports; fails when a measure gets worse.

    python -m bench.code_measures [--list MEASURE]

`bench/data/code_limits.toml` holds the limit of each measure. A measure above its limit (for verbs:
below it) ends with exit code 1. When a measure gets better, lower its limit in the same commit.
Never imports the code that it measures.
"""

import argparse
import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.import_circles import find_circles

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "flux_lsp"
DATA = Path(__file__).parent / "data"
OFFLINE = PACKAGE / "models" / "offline"
LONG_FILE = 250  # lines
VAGUE = frozenset({"found", "made", "given", "one", "mine", "said", "told"})

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Measure:
    """One measure: its value, the places that count, and whether more is better."""

    name: str
    value: float
    unit: str = ""
    places: tuple[str, ...] = ()
    more_is_better: bool = False

    def is_worse_than(self, limit: float) -> bool:
        """Whether the value is on the wrong side of the limit."""
        return self.value < limit if self.more_is_better else self.value > limit


@dataclass(frozen=True)
class Source:
    """One file of the package, read once."""

    path: Path
    lines: int
    tree: ast.Module

    @property
    def label(self) -> str:
        """The path from the root of the repository."""
        return self.path.relative_to(ROOT).as_posix()


def read_sources(folder: Path) -> list[Source]:
    """Every Python file below `folder`."""
    sources = []
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text("utf-8")
        sources.append(Source(path, len(text.splitlines()), ast.parse(text)))
    return sources


def measure_code(sources: Sequence[Source]) -> list[Measure]:
    """Every measure, in the order in which they are shown."""
    own = [source for source in sources if not source.path.is_relative_to(OFFLINE)]
    return [
        Measure("source_lines", sum(source.lines for source in sources), "lines"),
        Measure("offline_lines", sum(s.lines for s in sources if s not in own), "lines"),
        *_measure_function_names(own),
        _measure_vague_locals(sources),
        _measure_double_classes(own),
        _measure_circles(sources),
        _list("long_files", [s.label for s in sources if s.lines > LONG_FILE], "files"),
    ]


def is_verb(name: str) -> bool:
    """Whether a function's name begins with a verb: `read_lines`, `is_open`; not `lines`."""
    return _first_word(name) in _words("verbs.txt")


def is_participle(name: str) -> bool:
    """Whether a function's name begins with a participle: `sorted_rows`, `sorting`."""
    word = _first_word(name)
    if word in _words("not_participles.txt"):
        return False
    return (
        word in _words("irregular_participles.txt")
        or re.fullmatch(r"\w{2,}(ed|ing)", word) is not None
    )


def _first_word(name: str) -> str:
    return name.strip("_").lower().split("_")[0]


@cache
def _words(file: str) -> frozenset[str]:
    return frozenset((DATA / file).read_text("utf-8").split())


def _measure_function_names(sources: Sequence[Source]) -> list[Measure]:
    names = [(f"{s.label}:{node.lineno} {node.name}", node.name) for s, node in _functions(sources)]
    others = [place for place, name in names if not is_verb(name)]
    participles = [place for place, name in names if is_participle(name)]
    return [
        Measure("verbs", _share(len(names) - len(others), len(names)), "%", tuple(others), True),
        Measure("participles", _share(len(participles), len(names)), "%", tuple(participles)),
    ]


def _functions(sources: Sequence[Source]) -> Iterator[tuple[Source, Function]]:
    """Functions and methods; no dunder methods, and no properties, whose names are nouns."""
    for source in sources:
        for node in ast.walk(source.tree):
            if not isinstance(node, Function) or node.name.startswith("__"):
                continue
            decorators = {ast.unparse(each).split(".")[-1] for each in node.decorator_list}
            if not decorators & {"property", "cached_property", "setter"}:
                yield source, node


def _measure_vague_locals(sources: Sequence[Source]) -> Measure:
    count, places = 0, []
    for source in sources:
        for name in _assignments(source.tree):
            count += 1
            if name.id in VAGUE:
                places.append(f"{source.label}:{name.lineno} {name.id}")
    return Measure("vague_locals", _share(len(places), count), "%", tuple(places))


def _assignments(tree: ast.Module) -> Iterator[ast.Name]:
    """Names that a function binds: each place once, of a loop and a `with` as well."""
    functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
    inner = {id(f) for outer in functions for f in ast.walk(outer) if f is not outer}
    for function in (f for f in functions if id(f) not in inner):
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node


def _measure_double_classes(sources: Sequence[Source]) -> Measure:
    places: dict[str, list[str]] = {}
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(f"{source.label}:{node.lineno}")
    doubles = [f"{name}: {', '.join(at)}" for name, at in sorted(places.items()) if len(at) > 1]
    return _list("double_classes", doubles, "names")


def _measure_circles(sources: Sequence[Source]) -> Measure:
    modules = {
        ".".join(s.path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): s.tree
        for s in sources
    }
    return _list("circles", [" ↔ ".join(circle) for circle in find_circles(modules)], "circles")


def _list(name: str, places: Sequence[str], unit: str) -> Measure:
    return Measure(name, len(places), unit, tuple(places))


def _share(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


def read_limits() -> dict[str, float]:
    """The limit of each measure."""
    return tomllib.loads((DATA / "code_limits.toml").read_text("utf-8"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Show each measure beside its limit; 1 when one is worse."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--list", metavar="MEASURE", help="show every place that counts")
    options = parser.parse_args(arguments)
    limits = read_limits()
    measures = measure_code(read_sources(PACKAGE))
    worse = [measure for measure in measures if measure.is_worse_than(limits[measure.name])]
    for measure in measures:
        mark = "worse than" if measure in worse else "limit"
        print(
            f"{measure.name:15} {measure.value:>8g} {measure.unit:8} {mark} {limits[measure.name]:g}"
        )
        if options.list == measure.name:
            print("".join(f"  {place}\n" for place in measure.places), end="")
    for measure in worse:
        print(f"{measure.name} got worse: python -m bench.code_measures --list {measure.name}")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
