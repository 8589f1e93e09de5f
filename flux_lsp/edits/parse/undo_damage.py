"""Undoes what copying does to the texts of an answer: line numbers, signs, fences, escapes.

Never undoes what is not in both texts alike, and only repairs: whether it fits is for `locate`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from flux_lsp.edits.parse.answer import EditLines, ParsedAnswer
from flux_lsp.edits.values import EditScope, NewFile

_NUMBER = re.compile(r"^\s*(\d{1,7})(?: ?[|:\u2502]( ?)|[\u2192\t])")
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})[^`]*$")
_ENTITY = re.compile(r"&(lt|gt|amp|quot|apos|nbsp|#39|#34|#x27|#x22|#60|#62|#38);")
_BRACKET = re.compile("&[lg]t;")
_ENTITIES = {
    "lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'", "nbsp": " ", "#39": "'",
    "#34": '"', "#x27": "'", "#x22": '"', "#60": "<", "#62": ">", "#38": "&",
}  # fmt: skip
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "r": "", '"': '"', "'": "'", "\\": "\\", "/": "/", "`": "`"}
_MARKER = re.compile(r"^(\s*)\\(?=[<=>-]{3,})")

_CURLY = re.compile("[\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f]")
_STRAIGHT = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b", "'") | dict.fromkeys("\u201c\u201d\u201e\u201f", '"')
)

Repair = Callable[[EditLines], EditLines | None]


def propose_repairs(lines: EditLines) -> Iterator[tuple[str, EditLines]]:
    """Yield `lines` with one kind of damage undone, then with all kinds undone."""
    every = lines
    kinds = 0
    for name, repair in _REPAIRS:
        done = repair(lines)
        if done is None:
            continue
        yield name, done
        together = repair(every)
        every, kinds = (together, kinds + 1) if together else (every, kinds)
    if kinds > 1:
        yield "copying damage", every


def propose_readings(answer: ParsedAnswer, scope: EditScope) -> Iterator[ParsedAnswer]:
    """Yield other readings of `answer`, for one that would break the syntax as it is."""
    texts = [snapshot.text for snapshot in scope.files.values()]
    if not any(has_entities(text) for text in texts):
        yield from _change_answer(answer, replace_entities)
    if not any(_CURLY.search(text) for text in texts):
        yield from _change_answer(answer, _straighten_quotes)


def unescape_answer(answer: ParsedAnswer, scope: EditScope) -> ParsedAnswer | None:
    """`answer` without entities, when all of it may have been escaped; None when it was not."""
    texts = [text for edit in answer.edits for text in (edit.old, edit.new)]
    texts += [answer.rewrite or "", *(new.content for new in answer.new_files)]
    if not may_be_escaped(texts) or any(
        has_entities(snapshot.text) for snapshot in scope.files.values()
    ):
        return None
    return next(_change_answer(answer, replace_entities), None)


def _drop_fences(lines: EditLines) -> EditLines | None:
    search, new = strip_fence(lines.search), strip_fence(lines.new)
    if search is None:
        return None
    return EditLines(search, lines.new if new is None else new)


def strip_fence(lines: list[str]) -> list[str] | None:
    """The lines within a fence that holds all of `lines`, None when there is no such fence."""
    solid = [i for i, line in enumerate(lines) if line.strip()]
    if len(solid) < 2:
        return None
    first, last = lines[solid[0]], lines[solid[-1]]
    opening = _FENCE.match(first)
    if not opening or last.strip() != opening[1]:
        return None
    return lines[solid[0] + 1 : solid[-1]]


def _drop_numbers(lines: EditLines) -> EditLines | None:
    search = _match_numbers(lines.search)
    if search is None:
        return None
    new = list(map(_NUMBER.match, lines.new))
    spaced = _is_spaced([*search, *new])
    return EditLines(
        _cut_numbers(lines.search, search, spaced), _cut_numbers(lines.new, new, spaced)
    )


def strip_numbers(lines: list[str]) -> list[str] | None:
    """Return the lines without their numbers; None unless every line has one and they ascend."""
    numbers = _match_numbers(lines)
    return None if numbers is None else _cut_numbers(lines, numbers, _is_spaced(numbers))


Numbers = list[re.Match[str] | None]


def _match_numbers(lines: list[str]) -> Numbers | None:
    matches = list(map(_NUMBER.match, lines))
    numbers = [int(match[1]) for match in matches if match]
    complete = all(match or not line.strip() for match, line in zip(matches, lines, strict=True))
    return matches if numbers and complete and numbers == sorted(set(numbers)) else None


def _is_spaced(numbers: Numbers) -> bool:
    """Whether the space behind the sign belongs to the numbers: when every line has it."""
    return all(match[2] or match.end() == len(match.string) for match in numbers if match)


def _cut_numbers(lines: list[str], numbers: Numbers, spaced: bool) -> list[str]:
    """Return the lines without their numbers; those that have none stay as they are."""
    return [
        line[match.end() if spaced else match.end() - len(match[2] or "") :] if match else line
        for match, line in zip(numbers, lines, strict=True)
    ]


def _drop_signs(lines: EditLines) -> EditLines | None:
    search, new = _strip_signs(lines.search, "-"), _strip_signs(lines.new, "+")
    return None if search is None or new is None else EditLines(search, new)


def _strip_signs(lines: list[str], sign: str) -> list[str] | None:
    """Return the lines of a patch without their first character, which is `sign` at least once."""
    if not any(line.startswith(sign) for line in lines):
        return None
    if not all(line[:1] in {sign, " ", ""} for line in lines):
        return None
    return [line[1:] for line in lines]


def _replace_entities(lines: EditLines) -> EditLines | None:
    if not any(map(has_entities, lines.search)):
        return None
    return EditLines(
        list(map(replace_entities, lines.search)), list(map(replace_entities, lines.new))
    )


def has_entities(text: str) -> bool:
    """Whether `text` holds an entity such as `&lt;`."""
    return _ENTITY.search(text) is not None


def may_be_escaped(texts: Iterable[str]) -> bool:
    """Whether an answer may be escaped as a whole: entities for brackets, and no bare bracket."""
    whole = "\n".join(texts)
    return bool(_BRACKET.search(whole)) and not any(char in whole for char in "<>")


def replace_entities(text: str) -> str:
    """`text` with entities as the characters they stand for."""
    return _ENTITY.sub(lambda entity: _ENTITIES[entity[1]], text)


def _drop_escapes(lines: EditLines) -> EditLines | None:
    """Drop one level of backslashes, where both texts are escaped throughout."""
    search, new = "\n".join(lines.search), "\n".join(lines.new)
    kinds = {escape[1] for escape in _ESCAPED.finditer(search)}
    if not kinds or not kinds <= _PLAIN.keys() or not _is_escaped(search, kinds):
        return None
    if not {escape[1] for escape in _ESCAPED.finditer(new)} <= _PLAIN.keys():
        return None
    if not _is_escaped(new, kinds):
        return None
    return EditLines(_unescape(search), _unescape(new))


def _is_escaped(text: str, kinds: set[str]) -> bool:
    """Whether nothing of `kinds` also stands unescaped in `text`, which proves a second level."""
    bare = _ESCAPED.sub("", text)
    return not any(_PLAIN[kind] and _PLAIN[kind] in bare for kind in kinds)


def _unescape(text: str) -> list[str]:
    plain = _ESCAPED.sub(lambda escape: _PLAIN[escape[1]], text)
    return plain.removesuffix("\n").split("\n") if plain else []


def _drop_marker_escapes(lines: EditLines) -> EditLines | None:
    if not any(_MARKER.match(line) for line in lines.search):
        return None
    return EditLines(
        *([_MARKER.sub(r"\1", line) for line in part] for part in (lines.search, lines.new))
    )


def _straighten_quotes(text: str) -> str:
    return text.translate(_STRAIGHT)


def _change_answer(answer: ParsedAnswer, read: Callable[[str], str]) -> Iterator[ParsedAnswer]:
    other = ParsedAnswer(
        rewrite=None if answer.rewrite is None else read(answer.rewrite),
        edits=tuple(replace(edit, old=read(edit.old), new=read(edit.new)) for edit in answer.edits),
        new_files=tuple(NewFile(new.path, read(new.content)) for new in answer.new_files),
        note=answer.note,
    )
    if other != answer:
        yield other


_REPAIRS: tuple[tuple[str, Repair], ...] = (
    ("fences", _drop_fences),
    ("line numbers", _drop_numbers),
    ("patch signs", _drop_signs),
    ("entities", _replace_entities),
    ("escapes", _drop_escapes),
    ("escaped markers", _drop_marker_escapes),
)
