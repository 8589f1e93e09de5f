"""Other ways to read an answer that, read as it stands, would break the file's syntax.

Only damage that nothing in the files excuses: characters that none of them holds. Whether a second
reading is right is decided by the same checks as the first.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from flux_lsp.edits.parse.answer import Answer
from flux_lsp.edits.parse.undo_damage import has_entities, maybe_escaped, without_entities
from flux_lsp.edits.values import NewFile, Workpiece

_CURLY = re.compile("[\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f]")
_STRAIGHT = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b", "'") | dict.fromkeys("\u201c\u201d\u201e\u201f", '"')
)


def second_readings(answer: Answer, piece: Workpiece) -> Iterator[Answer]:
    """`answer` without entities, and with straight quotes, where that makes a difference."""
    texts = [snapshot.text for snapshot in piece.files.values()]
    if not any(has_entities(text) for text in texts):
        yield from _changed(answer, without_entities)
    if not any(_CURLY.search(text) for text in texts):
        yield from _changed(answer, _straight)


def unescaped_too(answer: Answer, piece: Workpiece) -> Answer | None:
    """`answer` without entities, when all of it may have been escaped; None when it was not."""
    texts = [text for edit in answer.edits for text in (edit.old, edit.new)]
    texts += [answer.rewrite or "", *(new.content for new in answer.new_files)]
    if not maybe_escaped(texts) or any(has_entities(one.text) for one in piece.files.values()):
        return None
    return next(_changed(answer, without_entities), None)


def _straight(text: str) -> str:
    return text.translate(_STRAIGHT)


def _changed(answer: Answer, read: Callable[[str], str]) -> Iterator[Answer]:
    other = Answer(
        rewrite=None if answer.rewrite is None else read(answer.rewrite),
        edits=tuple(replace(edit, old=read(edit.old), new=read(edit.new)) for edit in answer.edits),
        new_files=tuple(NewFile(new.path, read(new.content)) for new in answer.new_files),
        note=answer.note,
    )
    if other != answer:
        yield other
