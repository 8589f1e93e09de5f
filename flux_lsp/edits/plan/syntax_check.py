"""Checks that an edited file parses as well as before; a file that was broken may stay broken.

Only faults that the edit brought in count. A grammar that finds many faults in the old file does
not know its dialect (Flow, Objective-C, macros); then brackets decide.
"""

from collections.abc import Callable, Sequence

from flux_lsp.core.common_ends import count_common_prefix
from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.text import Snapshot
from flux_lsp.edits.quoting import Quotable, number_lines
from flux_lsp.edits.values import Parse, Reject, reject
from flux_lsp.syntax.block_balance import is_newly_unbalanced
from flux_lsp.syntax.brackets import count_imbalance
from flux_lsp.syntax.faults import SyntaxFault
from flux_lsp.syntax.keys import find_new_duplicate_key
from flux_lsp.syntax.languages import Language, find_language
from flux_lsp.syntax.local import is_proven_sound
from flux_lsp.syntax.notebook import find_cell_language, is_cell, read_cell_code
from flux_lsp.syntax.python_ast import find_new_python_fault, find_python_fault
from flux_lsp.syntax.tree import Parsed, parse

Quote = Callable[[], Quotable]  # made only when something is to be quoted

_AROUND = 10
# Their grammars stumble over much that is valid (templates, prose).
_LENIENT = frozenset({"markdown", "html", "plaintext"})
_DIALECTS = frozenset({"sql"})  # every database has its own
_STRANGE = 3  # faults of a file that is not just being typed in: its grammar is no judge


def check(before: Snapshot, after: str, parsed: Parse | None, quote: Quote) -> Reject | None:
    """Return a Reject if `after` has a syntax fault that `before` had not; `quote` gives its lines."""
    language = find_language(before.language_id, before.path)
    if is_cell(before.uri, before.path):
        return _check_cell(before, after, language, quote)
    old = parsed(before) if parsed else None
    old = old or parse(before.text, language)
    if old is not None and is_proven_sound(old, after):
        return _refuse_unbalanced(before, after, language, quote)
    new = parse(after, language, old) if old else None
    if old is None or new is None:
        return _refuse_unbalanced(before, after, language, quote)
    fault = _find_new_fault(old, new, language) or find_new_duplicate_key(old, new)
    if fault is None:
        return _refuse_unbalanced(before, after, language, quote)
    return (
        _refuse_fault(before.path, quote(), fault, had=bool(old.list_faults())) if fault else None
    )


def _check_cell(before: Snapshot, after: str, language: Language, quote: Quote) -> Reject | None:
    """Check a cell of a notebook: it is short, so both texts are compiled or parsed whole."""
    known = find_cell_language(after, language)
    if known is None or find_cell_language(before.text, language) != known:
        return None
    was, now = read_cell_code(before.text, known), read_cell_code(after, known)
    if known.id == "python":
        fault = find_python_fault(now, cell=True)
        had = fault is not None and find_python_fault(was, cell=True) is not None
        return _refuse_fault(before.path, quote(), fault, had=False) if fault and not had else None
    old = parse(was, known)
    new = parse(now, known, old) if old else None
    fault = _find_new_fault(old, new, known) if old and new else None
    return _refuse_fault(before.path, quote(), fault, had=False) if fault else None


def check_new(path: str, content: str, quote: Quote) -> Reject | None:
    """Return a Reject if a new file does not parse."""
    language = find_language("", path)
    if language.id in _LENIENT:
        return None
    parsed = parse(content, language)
    if language.id == "python":
        fault = find_python_fault(content)
    else:
        faults = parsed.list_faults() if parsed else ()
        excused = _is_strange(faults, language) and not count_imbalance(content)
        fault = None if excused else next(iter(faults), None)
    return _refuse_fault(path, quote(), fault, had=False) if fault else None


def _find_new_fault(old: Parsed, new: Parsed, language: Language) -> SyntaxFault | None:
    if language.id == "python":
        fault = find_new_python_fault(old, new)
        if fault is not None:
            return fault
    if language.id in _LENIENT:
        return None
    before, after = old.list_faults(), new.list_faults()
    if len(after) <= len(before):
        # One fault may hide another: a parser that has lost its way takes a bracket more with it.
        more = bool(after) and count_imbalance(new.text) > count_imbalance(old.text)
        return _select_in_changed_lines(old, new, after) if more else None
    if _is_strange(before, language) and count_imbalance(new.text) <= count_imbalance(old.text):
        return None
    known = {fault.message for fault in before}
    return next((fault for fault in after if fault.message not in known), after[0])


def _select_in_changed_lines(
    old: Parsed, new: Parsed, faults: Sequence[SyntaxFault]
) -> SyntaxFault | None:
    """Select the first fault at or behind the change, else the last one."""
    line = new.text.count("\n", 0, count_common_prefix(old.text, new.text)) + 1
    return next((fault for fault in faults if fault.line >= line), faults[-1])


def _refuse_unbalanced(
    before: Snapshot, after: str, language: Language, quote: Quote
) -> Reject | None:
    """Refuse a block or bracket that the edit left without its partner, where no tree shows it."""
    if not is_newly_unbalanced(before.text, after, language):
        return None
    line = after.count("\n", 0, count_common_prefix(before.text, after)) + 1
    fault = SyntaxFault(line, 1, "a block or bracket is opened or closed once too often")
    return _refuse_fault(before.path, quote(), fault, had=False)


def _is_strange(faults: Sequence[SyntaxFault], language: Language) -> bool:
    """Whether the grammar cannot judge a text, since it finds these `faults` in it."""
    if language.id == "python":  # which has its compiler
        return False
    return language.id in _DIALECTS or len(faults) >= _STRANGE


def _refuse_fault(path: str, quotable: Quotable, fault: SyntaxFault, *, had: bool) -> Reject:
    at = fault.line - 1
    shown = number_lines(quotable, at - _AROUND, at + _AROUND + 1, at)
    before = "The file had other faults before" if had else "The file had no fault before"
    return reject(
        ErrorCode.SYNTAX_ERROR,
        f"With the answer, {path} would not parse (line {fault.line}: {fault.message})",
        f"with your edits {path} does not parse: {fault.message} at line {fault.line}, column "
        f"{fault.column} of the result. {before}. The result around it:\n{shown}",
    )
