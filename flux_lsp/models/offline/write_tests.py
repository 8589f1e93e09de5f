"""Write a test file for Python: what docstrings show by `>>>`, and what guards refuse.

Never runs the code under test, and writes no test of which it cannot tell that it passes.
"""

import ast
import re

from flux_lsp.core.text import Change, Span, find_line_starts
from flux_lsp.models.offline.answers import CannotAnswer, TextChanges
from flux_lsp.models.offline.examples import GeneratedTest, convert_examples, count_names, list_defs
from flux_lsp.models.offline.guards import make_guard_tests
from flux_lsp.models.offline.request import OfflineRequest


def write_tests(request: OfflineRequest) -> TextChanges | CannotAnswer:
    """Write a new test file, or tests at the end of the existing one."""
    place = request.test_place
    path, _, state = place.get("Test file", "").rpartition(" (")
    module_name = re.match(r"from ([\w.]+) import |import ([\w.]+)$", place.get("Import", ""))
    if "pytest" not in place.get("Framework", ""):
        return CannotAnswer("the rules write tests for pytest only")
    existing = request.files.get(path, "")
    is_shown = request.is_whole and (existing != "" or state.startswith("new"))
    if module_name is None or path == request.path or not is_shown:
        return CannotAnswer("a test cannot import the target, or a file was not shown whole")
    try:
        module, tree = ast.parse(request.text), ast.parse(existing)
    except (SyntaxError, ValueError):
        return CannotAnswer("the file, or its test file, does not parse as Python")
    source = module_name[1] or module_name[2]
    heads = [n for n in tree.body if isinstance(n, ast.ImportFrom) and n.module == source]
    present = {alias.name for node in heads for alias in node.names if alias.asname is None}
    bound = set(count_names(tree))
    tests = _tests(module, request.target_lines(), bound - present)
    if not tests:
        return CannotAnswer(
            "the rules find neither a new `>>>` example nor a new guard such as `if x < 0: raise "
            "ValueError(…)` at the start of a plain function in the target"
        )
    bodies = ("\n".join(f"    {line}" for line in test.body.splitlines()) for test in tests)
    code = "\n\n\n".join(f"def {t.name}():\n{b}" for t, b in zip(tests, bodies, strict=True))
    names = sorted({name for test in tests for name in test.names} - present)
    imports = [f"import {m}" for m in ("re", "pytest") if f"{m}." in code and m not in bound]
    imports += [f"from {source} import {', '.join(names)}"] if names else []
    note = f"Wrote {len(tests)} test{'s' if len(tests) > 1 else ''} and ran none."
    if not existing.strip():
        content = "\n\n\n".join(("\n\n".join(imports), code)) + "\n"
        return TextChanges(path, existing, (Change(Span(0, len(existing)), content),), note)
    return TextChanges(path, existing, _additions(existing, tree, imports, code), note)


def _tests(module: ast.Module, lines: range, taken: set[str]) -> list[GeneratedTest]:
    counts = count_names(module)
    once = {name for name, count in counts.items() if count == 1}
    definitions = [d for d in list_defs(module, lines) if (d.owner or d.node).name in once]
    examples = (convert_examples(definition, counts) for definition in definitions)
    tests = [test for test in examples if test is not None]
    tests += [test for definition in definitions for test in make_guard_tests(definition, counts)]
    return list({t.name: t for t in tests if not taken & {t.name, *t.names}}.values())


def _additions(text: str, tree: ast.Module, imports: list[str], code: str) -> tuple[Change, ...]:
    heads = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    starts = [*find_line_starts(text), len(text)]
    row = (heads[-1].end_lineno or 0) if heads else 0
    tail = "\n" * (not text.endswith("\n")) + f"\n\n{code}\n"
    places = ((starts[row], "".join(f"{line}\n" for line in imports)), (len(text), tail))
    end = "\r\n" if "\r\n" in text else "\n"
    return tuple(Change(Span(at, at), new.replace("\n", end)) for at, new in places if new)
