"""Converts new lines with tabs for a file that uses spaces only, and the other way round.

Only where the search text of the edit itself does not show how the two relate; what other edits of
the same answer show counts.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from flux_lsp.edits.document import TextLines
from flux_lsp.edits.indentation import TAB_WIDTHS, get_indent, get_indents, infer_unit
from flux_lsp.edits.parse.answer import Edit


def convert_tabs(doc: TextLines, edits: Sequence[Edit]) -> list[Edit]:
    """Return `edits` with the kind of indentation that the file uses throughout."""
    width = _infer_width(doc, edits)
    return [edit if edit.replace_all else _convert_edit(doc, edit, width) for edit in edits]


def _infer_width(doc: TextLines, edits: Sequence[Edit]) -> int | None:
    """Infer how many spaces of the file a tab of the answer stands for, from lines that both have."""
    searched = [line for edit in edits for line in edit.old.split("\n") if "\t" in get_indent(line)]
    if not searched or _has_tabs(doc):
        return None
    real: dict[str, set[str]] = {}
    for line in doc.lines:
        real.setdefault(line.strip(), set()).add(get_indent(line))
    pairs = [(get_indent(x), y) for x in searched if len(y := real.get(x.strip(), ())) == 1]
    fitting = [w for w in TAB_WIDTHS if all(a.expandtabs(w) in b for a, b in pairs)]
    return fitting[0] if len(fitting) == 1 else None


def _has_tabs(doc: TextLines) -> bool:
    return any("\t" in get_indent(line) for line in doc.lines if line[:1].isspace())


def _convert_edit(doc: TextLines, edit: Edit, width: int | None) -> Edit:
    own = get_indents(edit.new.split("\n"))
    shown = get_indents(edit.old.split("\n"))
    tabs, spaces = any("\t" in indent for indent in own), any(" " in indent for indent in own)
    if tabs and width and not any("\t" in indent for indent in shown):
        return _map_indents(edit, lambda indent: indent.expandtabs(width))
    if shown:
        return edit
    theirs = get_indents(doc.lines)
    if tabs and theirs and not any("\t" in indent for indent in theirs):
        return _map_indents(edit, lambda indent: indent.replace("\t", infer_unit(theirs)))
    if spaces and not tabs and theirs and all(set(indent) == {"\t"} for indent in theirs):
        step = min(map(len, own))
        if step > 1 and all(len(indent) % step == 0 for indent in own):
            return _map_indents(edit, lambda indent: "\t" * (len(indent) // step))
    return edit


def _map_indents(edit: Edit, rule: Callable[[str], str]) -> Edit:
    lines = [
        rule(get_indent(line)) + line[len(get_indent(line)) :] for line in edit.new.split("\n")
    ]
    return replace(edit, new="\n".join(lines))
