"""New lines indented with tabs in a file that uses spaces only, or the other way round.

Only where the search text of the edit itself does not show how the two relate; what other edits of
the same answer show counts.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from flux_lsp.edits.document import Document
from flux_lsp.edits.indentation import TAB_WIDTHS, indent_of, indents_of, unit_of
from flux_lsp.edits.parse.answer import Edit


def indented_alike(doc: Document, edits: Sequence[Edit]) -> list[Edit]:
    """`edits` with the kind of indentation the file uses throughout."""
    width = _width(doc, edits)
    return [edit if edit.replace_all else _alike(doc, edit, width) for edit in edits]


def _width(doc: Document, edits: Sequence[Edit]) -> int | None:
    """How many spaces of the file a tab of the answer stands for, by lines both have at one depth."""
    mine = [line for edit in edits for line in edit.old.split("\n") if "\t" in indent_of(line)]
    if not mine or _has_tabs(doc):
        return None
    theirs: dict[str, set[str]] = {}
    for line in doc.lines:
        theirs.setdefault(line.strip(), set()).add(indent_of(line))
    pairs = [(indent_of(x), y) for x in mine if len(y := theirs.get(x.strip(), ())) == 1]
    fitting = [w for w in TAB_WIDTHS if all(a.expandtabs(w) in b for a, b in pairs)]
    return fitting[0] if len(fitting) == 1 else None


def _has_tabs(doc: Document) -> bool:
    return any("\t" in indent_of(line) for line in doc.lines if line[:1].isspace())


def _alike(doc: Document, edit: Edit, width: int | None) -> Edit:
    mine = indents_of(edit.new.split("\n"))
    shown = indents_of(edit.old.split("\n"))
    tabs, spaces = any("\t" in indent for indent in mine), any(" " in indent for indent in mine)
    if tabs and width and not any("\t" in indent for indent in shown):
        return _mapped(edit, lambda indent: indent.expandtabs(width))
    if shown:
        return edit
    theirs = indents_of(doc.lines)
    if tabs and theirs and not any("\t" in indent for indent in theirs):
        return _mapped(edit, lambda indent: indent.replace("\t", unit_of(theirs)))
    if spaces and not tabs and theirs and all(set(indent) == {"\t"} for indent in theirs):
        step = min(map(len, mine))
        if step > 1 and all(len(indent) % step == 0 for indent in mine):
            return _mapped(edit, lambda indent: "\t" * (len(indent) // step))
    return edit


def _mapped(edit: Edit, rule: Callable[[str], str]) -> Edit:
    lines = [rule(indent_of(line)) + line[len(indent_of(line)) :] for line in edit.new.split("\n")]
    return replace(edit, new="\n".join(lines))
