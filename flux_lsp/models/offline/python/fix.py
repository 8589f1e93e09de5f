"""Repair the few diagnostics whose repair can be proven from the code alone.

Never silences a diagnostic, and never touches code that none of them is about.
"""

import re
from collections.abc import Callable, Sequence

from flux_lsp.core.text import Change, apply_changes
from flux_lsp.models.offline.python import repair_form, repair_names
from flux_lsp.models.offline.python.document import document
from flux_lsp.models.offline.python.imports import sort_imports
from flux_lsp.models.offline.python.source import read_source
from flux_lsp.models.offline.python.unit import Unit
from flux_lsp.models.offline.python.unused import remove_unused_imports
from flux_lsp.models.offline.question import Complaint
from flux_lsp.models.offline.values import Declined, Edited

_NAME = r"[`'\"]([\w.]+)(?: as \w+)?[`'\"]"
_UNUSED_IMPORT = (
    re.compile(rf"{_NAME} imported but unused"),
    re.compile(r"Unused (?:import )?([\w.]+)(?: imported from [\w.]+)?(?: as \w+)?$"),
    re.compile(rf"Import {_NAME} is not accessed"),
)
_UNUSED_VARIABLE = (
    re.compile(rf"[Ll]ocal variable {_NAME} is assigned to but never used"),
    re.compile(r"Unused variable [`'\"](\w+)"),
    re.compile(rf"Variable {_NAME} is not accessed"),
)
_UNDEFINED = (
    re.compile(rf"[Uu]ndefined (?:name|variable) {_NAME}"),
    re.compile(rf"{_NAME} is not defined"),
)

Repair = Callable[[Unit, Complaint], Edited | None]


def fix(unit: Unit, complaints: Sequence[Complaint]) -> Edited | Declined:
    """Whatever of `complaints` can be repaired; their lines are the unit's."""
    changes: list[Change] = []
    notes: list[str] = []
    for complaint in complaints:
        made = _repaired(unit, complaint)
        new = [change for change in made.changes if change not in changes] if made else []
        if made is None or not _fit(unit, [*changes, *new]):
            continue
        changes += new
        notes += [made.note] if made.note not in notes else []
    if not changes:
        return Declined("none of these diagnostics is one the rules can repair with certainty")
    return Edited(tuple(sorted(changes, key=lambda c: c.span)), " ".join(notes))


def _fit(unit: Unit, changes: Sequence[Change]) -> bool:
    """Whether changes don't touch each other and leave code that parses."""
    try:
        return read_source(apply_changes(unit.source.text, changes)) is not None
    except ValueError:
        return False


def _repaired(unit: Unit, complaint: Complaint) -> Edited | None:
    repair = _BY_CODE.get(complaint.code.upper()) or _by_message(complaint)
    return repair(unit, complaint) if repair else None


def _by_message(complaint: Complaint) -> Repair | None:
    for patterns, repair in (
        (_UNUSED_IMPORT, _unused_import),
        (_UNUSED_VARIABLE, _unused_variable),
        (_UNDEFINED, _undefined),
    ):
        if _named(patterns, complaint) is not None:
            return repair
    return None


def _named(patterns: Sequence[re.Pattern[str]], complaint: Complaint) -> str | None:
    found = (pattern.search(complaint.message) for pattern in patterns)
    return next((match[1] for match in found if match), None)


def _unused_import(unit: Unit, complaint: Complaint) -> Edited | None:
    name = _named(_UNUSED_IMPORT, complaint)
    bound = repair_names.imported_at(unit, complaint.line, name) if name else None
    made = remove_unused_imports(unit, {bound}, complaint.line) if bound else None
    return made if isinstance(made, Edited) else None


def _unused_variable(unit: Unit, complaint: Complaint) -> Edited | None:
    name = _named(_UNUSED_VARIABLE, complaint)
    return repair_names.without_variable(unit, complaint.line, name) if name else None


def _undefined(unit: Unit, complaint: Complaint) -> Edited | None:
    name = _named(_UNDEFINED, complaint)
    return repair_names.with_import(unit, name) if name else None


def _unsorted(unit: Unit, _: Complaint) -> Edited | None:
    made = sort_imports(unit)
    return made if isinstance(made, Edited) else None


def _undocumented(unit: Unit, complaint: Complaint) -> Edited | None:
    made = document(unit, complaint.line)
    return made if isinstance(made, Edited) else None


_BY_CODE: dict[str, Repair] = {
    "F401": _unused_import,
    "F841": _unused_variable,
    "F821": _undefined,
    "I001": _unsorted,
    **dict.fromkeys(["D101", "D102", "D103", "D105", "D106", "D107"], _undocumented),
    **dict.fromkeys(["W291", "W293"], repair_form.without_trailing_blanks),
    "W292": repair_form.with_last_line_end,
    "E231": repair_form.with_blanks_after_commas,
    "E703": repair_form.without_semicolon,
    "E711": repair_form.compared_by_identity,
    "F632": repair_form.compared_by_value,
    "F541": repair_form.without_prefix,
}
