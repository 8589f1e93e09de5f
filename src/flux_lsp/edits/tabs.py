"""New lines indented with tabs in a file that uses spaces only, or the other way round.

Only where the search text has no indented line that would show how the two relate.
"""

from collections.abc import Callable
from dataclasses import replace

from flux_lsp.edits.answer import Edit
from flux_lsp.edits.document import Document
from flux_lsp.edits.indentation import indent_of, unit_of

_ENOUGH = 1  # indented lines that show what a file uses


def indented_alike(doc: Document, edit: Edit) -> Edit:
    """`edit` with the kind of indentation the file uses throughout."""
    mine = [indent_of(line) for line in edit.new.split("\n") if line.strip()]
    if not any(mine) or any(indent_of(line) for line in edit.old.split("\n") if line.strip()):
        return edit
    tabs, spaces = any("\t" in indent for indent in mine), any(" " in indent for indent in mine)
    if tabs == spaces and not (tabs and "\n\t" not in doc.text):
        return edit
    theirs = [indent for line in doc.lines if (indent := indent_of(line)) and line.strip()]
    if len(theirs) < _ENOUGH:
        return edit
    if tabs and not any("\t" in indent for indent in theirs):
        return _mapped(edit, lambda indent: indent.replace("\t", unit_of(theirs)))
    if not tabs and all(set(indent) == {"\t"} for indent in theirs):
        step = min(len(indent) for indent in mine if indent)
        if step > 1 and all(len(indent) % step == 0 for indent in mine):
            return _mapped(edit, lambda indent: "\t" * (len(indent) // step))
    return edit


def _mapped(edit: Edit, rule: Callable[[str], str]) -> Edit:
    lines = [rule(indent_of(line)) + line[len(indent_of(line)) :] for line in edit.new.split("\n")]
    return replace(edit, new="\n".join(lines))
