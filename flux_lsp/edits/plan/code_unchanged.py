"""Whether an edit left all code as it is, and changed documentation alone.

Compares what the change touches, leaf by leaf, with comments and documentation strings taken out.
Comments that document nothing, and lines in any comment that a tool reads, must stay, too.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from flux_lsp.core.errors import ErrorCode
from flux_lsp.core.text import Snapshot, Span
from flux_lsp.edits.values import Parse, Reject, reject
from flux_lsp.syntax.code import CodeParts, Remark, Token
from flux_lsp.syntax.code_lines import read_code_lines
from flux_lsp.syntax.code_tokens import read_code_tokens
from flux_lsp.syntax.languages import Language, find_language
from flux_lsp.syntax.pragmas import find_tag, is_about_next_line, is_legal, is_pragma, is_task
from flux_lsp.syntax.reparse import find_changed_bytes
from flux_lsp.syntax.tree import Parsed, parse

_WORD = re.compile(r"\w{3,}")
_KEPT_WORDS = 0.7  # of a comment that moved into documentation
_MOST_SHOWN = 5  # lines named to the model
_PARAGRAPH = 60  # lines of a comment
_COMMENTED = re.compile(rb"\s*(?:#|/[/*]|\*|--|;|%|<!--|\(\*|\{-|\"|')")
_LONGEST = 160  # characters of a line shown


def check_code_unchanged(
    before: Snapshot, after: str, parsed: Parse | None = None, target: Span | None = None
) -> Reject | None:
    """Return None when only documentation differs, else a CODE_CHANGED that names the lines.

    `target` is what the action promised to change, a span of `before`; None is the whole text.
    """
    if before.text == after:
        return None
    language = find_language(before.language_id, before.path)
    tree = (parsed(before) if parsed else None) or parse(before.text, language)
    other = parse(after, language, tree) if tree else None
    if tree is None or other is None:
        return _find_fault(before, after, target, *_read_by_lines(before.text, after, language))
    fault = _find_fault(before, after, target, *_read_touched(tree, other))
    if fault is not None and (tree.root.has_error or other.root.has_error):
        # Around a fault a parser may cut the same text into other pieces: then lines tell as well.
        by_lines = _read_by_lines(before.text, after, language)
        return fault if _find_fault(before, after, target, *by_lines) else None
    return fault


def _find_fault(
    before: Snapshot, after: str, target: Span | None, old: CodeParts, new: CodeParts
) -> Reject | None:
    return (
        _refuse_changed_code(before, after, old, new)
        or _refuse_lost_comment(old, new)
        or _refuse_new_pragma(old, new)
        or _refuse_misplaced(before, old, new, target)
    )


def _read_by_lines(before: str, after: str, language: Language) -> tuple[CodeParts, CodeParts]:
    return read_code_lines(before, language), read_code_lines(after, language)


def _read_touched(old: Parsed, new: Parsed) -> tuple[CodeParts, CodeParts]:
    first, old_last, new_last = find_changed_bytes(old.tree, old.data, new.tree, new.data)
    first = _find_paragraph_start(old.data, first)
    more = _find_paragraph_end(old.data, old_last) - old_last
    return read_code_tokens(old, first, old_last + more), read_code_tokens(
        new, first, new_last + more
    )


def _find_paragraph_start(data: bytes, byte: int) -> int:
    """Find where the comment above begins, or the line itself: neighbouring comments belong together."""
    start = data.rfind(b"\n", 0, byte) + 1
    for _ in range(_PARAGRAPH):
        above = data.rfind(b"\n", 0, max(0, start - 1)) + 1
        if not data[above:start].strip():
            break
        start = above
        if not _COMMENTED.match(data, start):
            break
    return start


def _find_paragraph_end(data: bytes, byte: int) -> int:
    for _ in range(_PARAGRAPH):
        stop = data.find(b"\n", byte)
        if stop < 0:
            return len(data)
        line = byte
        byte = stop + 1
        if not _COMMENTED.match(data, line):
            break
    return byte


def _refuse_changed_code(
    before: Snapshot, after: str, old: CodeParts, new: CodeParts
) -> Reject | None:
    was, now = _list_keys(old.tokens), _list_keys(new.tokens)
    if was == now:
        return None
    start = next((i for i, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), None)
    start = min(len(was), len(now)) if start is None else start
    kept = 0
    while kept < min(len(was), len(now)) - start and was[-1 - kept] == now[-1 - kept]:
        kept += 1
    gone = _quote_lines(before.text, old.tokens[start : len(was) - kept])
    come = _quote_lines(after, new.tokens[start : len(now) - kept])
    facts = [f"line {number} of the file: `{line}`" for number, line in gone]
    facts += [f"in your answer: `{line}`" for _, line in come]
    where = f" (line {gone[0][0]}: `{gone[0][1]}`)" if gone else ""
    if not gone and come:
        where = f" (new: `{come[0][1]}`)"
    return reject(
        ErrorCode.CODE_CHANGED,
        f"The answer changes code, not only documentation{where}",
        "only documentation may change, every line of code stays as it is. Your answer changes\n"
        + "\n".join(facts),
    )


def _list_keys(tokens: Sequence[Token]) -> list[tuple[str, str]]:
    keys = [(token.text, token.layout) for token in tokens]
    return [(keys[0][0], ""), *keys[1:]] if keys else []


def _quote_lines(text: str, tokens: Iterable[Token]) -> list[tuple[int, str]]:
    """Quote the first lines that hold `tokens`: their 1-based numbers and their text."""
    numbers = list(dict.fromkeys(token.line for token in tokens))[:_MOST_SHOWN]
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [(n + 1, lines[n].strip()[:_LONGEST]) for n in numbers if n < len(lines)]


def _refuse_lost_comment(old: CodeParts, new: CodeParts) -> Reject | None:
    """Refuse when a comment that must stay where it stands does not."""
    there = _group_by_place(new.remarks)
    words = _collect_words(new)
    for at, remarks in _group_by_place(old.remarks).items():
        waiting = list(there.get(at, ()))
        for remark in remarks:
            match = _find_next_alike(remark, waiting)
            if match is not None:
                waiting = waiting[match + 1 :]
            elif _must_stay(remark, words):
                return _refuse_lost(remark)
    return None


def _group_by_place(remarks: Iterable[Remark]) -> dict[int, list[Remark]]:
    places: dict[int, list[Remark]] = defaultdict(list)
    for remark in remarks:
        places[remark.at].append(remark)
    return places


def _find_next_alike(remark: Remark, waiting: Sequence[Remark]) -> int | None:
    tag = None if _is_fixed(remark) else find_tag(remark.text)
    for number, other in enumerate(waiting):
        same = other.text == remark.text if tag is None else find_tag(other.text) == tag
        if same and other.trailing == remark.trailing and _is_as_near(remark, other):
            return number
    return None


def _is_as_near(remark: Remark, other: Remark) -> bool:
    """Whether a pragma about the next line is still next to it."""
    return not is_about_next_line(remark.text) or other.last or not remark.last


def _is_fixed(remark: Remark) -> bool:
    """Whether every character of it counts."""
    return not remark.doc or is_pragma(remark.text) or is_legal(remark.whole)


def _must_stay(remark: Remark, words: set[str]) -> bool:
    if is_pragma(remark.text) or is_legal(remark.whole):
        return True
    if remark.doc:
        return find_tag(remark.text) is not None or (
            is_task(remark.text) and not _is_said(remark, words)
        )
    return not (remark.above and _is_said(remark, words))


def _collect_words(code: CodeParts) -> set[str]:
    texts = [*code.docs, *(remark.text for remark in code.remarks if remark.doc)]
    return {word.lower() for text in texts for word in _WORD.findall(text)}


def _is_said(remark: Remark, words: set[str]) -> bool:
    """Whether documentation says what the comment said."""
    own = [word.lower() for word in _WORD.findall(remark.text)]
    return sum(word in words for word in own) >= _KEPT_WORDS * len(own)


def _refuse_lost(remark: Remark) -> Reject:
    shown = remark.text[:_LONGEST]
    return reject(
        ErrorCode.CODE_CHANGED,
        f"The answer changes a comment that must stay (line {remark.line + 1}: `{shown}`)",
        f"line {remark.line + 1} of the file, `{shown}`, must stay exactly as and where it is; only "
        "documentation may change",
    )


def _refuse_new_pragma(old: CodeParts, new: CodeParts) -> Reject | None:
    known = {remark.text for remark in old.remarks}
    for remark in new.remarks:
        if is_pragma(remark.text) and remark.text not in known:
            return reject(
                ErrorCode.CODE_CHANGED,
                f"The answer adds an instruction for a tool: `{remark.text[:_LONGEST]}`",
                f"your answer adds `{remark.text[:_LONGEST]}`, which a tool reads. Add documentation "
                "only",
            )
    return None


def _refuse_misplaced(
    before: Snapshot, old: CodeParts, new: CodeParts, target: Span | None
) -> Reject | None:
    """Refuse a string that documents the file where the documentation of a symbol was meant."""
    if new.module_doc is None or old.module_doc is not None:
        return None
    whole = (
        target is None
        or not before.text[: target.start].strip() + before.text[target.end :].strip()
    )
    if whole and not _is_above_definition(new):
        return None
    return reject(
        ErrorCode.CODE_CHANGED,
        "The answer puts the documentation where it is no documentation of the symbol",
        "a string above a definition or its decorators documents the file, not the symbol. Put it "
        "right below the line that ends the signature, indented like the body",
    )


def _is_above_definition(new: CodeParts) -> bool:
    """Whether the line right below the string begins a definition."""
    below = next((t for t in new.tokens if t.line == (new.module_doc or 0) + 1), None)
    return below is not None and below.text in {"@", "def", "class", "async"}
