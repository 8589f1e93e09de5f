"""Takes new tests that fail against the code as it is out of a plan, where what is left is whole.

Pure. Never takes out a test that was there before, and never leaves a file without a new test.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flux_lsp.checks.values import CheckResult
from flux_lsp.core.text import Change, Snapshot, apply_changes
from flux_lsp.edits.change.diff import find_changes
from flux_lsp.edits.values import FileChange, NewFile, Plan
from flux_lsp.syntax.languages import Language, find_language
from flux_lsp.syntax.tree import parse

_MOST_NAMED = 3


def drop_failing_tests(
    plan: Plan, results: Sequence[CheckResult], files: Mapping[str, Snapshot]
) -> Plan | None:
    """Return the plan without its failing tests; None where something else fails, or none would stay."""
    failing: dict[str, set[str]] = {}
    for failure in (failure for result in results for failure in result.new):
        path, _, name = failure.test.partition("::")
        if not name:
            return None
        failing.setdefault(path, set()).add(name.partition("[")[0].replace("::", "."))
    texts = {change.path: files[change.path].text for change in plan.files}
    made = {path: apply_changes(texts[path], _get_changes(plan, path)) for path in texts}
    made |= {new.path: new.content for new in plan.new_files}
    for path, names in failing.items():
        if path not in made:
            return None
        language = find_language("", path)
        old = _list_tests(texts.get(path, ""), language)
        smaller = _remove_symbols(made[path], names, language)
        if smaller is None or names & old or not _list_tests(smaller, language) - old:
            return None
        made[path] = smaller
    dropped = sorted(name for names in failing.values() for name in names)
    return _rebuild(plan, texts, made, dropped)


def _get_changes(plan: Plan, path: str) -> tuple[Change, ...]:
    return next(change.changes for change in plan.files if change.path == path)


def _remove_symbols(text: str, names: set[str], language: Language) -> str | None:
    """Remove the symbols with these dotted names; None where one is not there or the rest is torn."""
    parsed = parse(text, language)
    symbols = {symbol.qualified: symbol for symbol in parsed.list_symbols()} if parsed else {}
    if parsed is None or not names <= symbols.keys():
        return None
    result = apply_changes(text, [Change(symbols[name].span, "") for name in names])
    rest = parse(result, language)
    is_torn = rest is None or len(rest.list_faults()) > len(parsed.list_faults())
    return None if is_torn else result


def _list_tests(text: str, language: Language) -> set[str]:
    """List the dotted names of the functions that are tests by their name."""
    parsed = parse(text, language)
    symbols = parsed.list_symbols() if parsed else ()
    kinds = {"function", "method"}
    return {s.qualified for s in symbols if "test" in s.name.lower() and s.kind in kinds}


def _rebuild(
    plan: Plan, texts: Mapping[str, str], made: Mapping[str, str], names: Sequence[str]
) -> Plan:
    changes = tuple(
        FileChange(change.path, find_changes(texts[change.path], made[change.path]), change.steps)
        for change in plan.files
    )
    new_files = tuple(NewFile(new.path, made[new.path]) for new in plan.new_files)
    shown = ", ".join(names[:_MOST_NAMED]) + (" and more" if len(names) > _MOST_NAMED else "")
    word = "fails" if len(names) == 1 else "fail"
    said = f"left out {shown}, which {word} against the code as it is"
    note = "; ".join(filter(None, (plan.note, said)))
    return replace(plan, files=changes, new_files=new_files, note=note)
