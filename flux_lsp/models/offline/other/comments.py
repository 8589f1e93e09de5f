"""Comments that document: the ones there are, and new ones in the form the language uses.

Never decides where they go.
"""

import re
from collections.abc import Callable, Sequence

from flux_lsp.models.offline import words
from flux_lsp.models.offline.other.outline import CALLABLE, Outline
from flux_lsp.syntax.symbols import Symbol
from flux_lsp.syntax.tree import Parsed

_MARKS = re.compile(r"^\s*(?:/\*\*?|\*/|\*|///?!?|--+\[*|#+|;+|<!--)\s?|\s*(?:\*/|-->|\]\])\s*$")
_OPENING = re.compile(r"\s*(?:/\*|//|--|#(?!\[)|;|<!--|%|\(\*)")


def has_comment(parsed: Parsed, symbol: Symbol) -> bool:
    """Whether a comment stands directly above the symbol."""
    return any(_OPENING.match(row) for row in _above(parsed, symbol))


def first_sentence(parsed: Parsed, symbol: Symbol) -> str:
    """The first sentence of the comment above a symbol, "" without one."""
    if not has_comment(parsed, symbol):
        return ""
    rows = [_MARKS.sub("", _MARKS.sub("", row)).strip() for row in _above(parsed, symbol)]
    text = " ".join(filter(None, rows))
    ended = re.match(r".*?[.!?](?=\s|$)", text)
    return ended[0] if ended else text


def _above(parsed: Parsed, symbol: Symbol) -> list[str]:
    """The comment's lines: those of the symbol before its name, or the line above it."""
    head = parsed.text[symbol.span.start : symbol.name_span.start]
    before = head[: head.rfind("\n") + 1].splitlines()
    if before:
        return before
    rows = parsed.text[: symbol.span.start].splitlines()
    return [rows[-1]] if rows and _OPENING.match(rows[-1]) else []


def comment_for(found: Outline) -> list[str]:
    """The lines of a documenting comment, without indentation and line ends."""
    return _FORMS.get(found.parsed.language.id, _plain)(found)


def doing(found: Outline) -> str | None:
    """What a function's name says it does; a verb alone is about the first thing it takes."""
    said = words.action(found.symbol.name)
    return said and words.with_object(said, [one.name for one in found.parameters()])


def _sentence(found: Outline) -> str:
    symbol = found.symbol
    if symbol.kind in CALLABLE:
        if symbol.name in {"constructor", "initialize", "__construct", "new"}:
            owner = (symbol.parent or "").split(".")[-1]
            return f"Set up {words.noun(owner) if owner else 'the object'}."
        return words.sentence(doing(found) or f"run {words.noun(symbol.name)}")
    return words.sentence(words.with_article(words.phrase(symbol.name)))


def _block(found: Outline, tags: Sequence[str]) -> list[str]:
    sentence = _sentence(found).replace("*/", "* /")
    if not tags:
        return [f"/** {sentence} */"]
    return ["/**", f" * {sentence}", " *", *(f" * {tag}" for tag in tags), " */"]


def _params(found: Outline) -> list[str]:
    mark = "$" if found.parsed.language.id == "php" else ""
    return [f"@param {mark}{one.name} {_meaning(one.name)}" for one in found.parameters()]


def _meaning(name: str) -> str:
    return words.sentence(words.noun(name) if len(name) > 1 else f"the value {name}")


def _jsdoc(found: Outline) -> list[str]:
    returns = ["@returns The result."] if _gives_result(found) else []
    throws = [f"@throws {{{kind}}}" for kind in _thrown(found)]
    return _block(found, [*_params(found), *returns, *throws])


def _javadoc(found: Outline) -> list[str]:
    returns = ["@return the result"] if _gives_result(found) else []
    throws = [f"@throws {kind}" for kind in _thrown(found)]
    return _block(found, [*_params(found), *returns, *throws])


def _go(found: Outline) -> list[str]:
    """A Go comment begins with the name it is about."""
    name = found.symbol.name
    if found.symbol.kind not in CALLABLE:
        return [f"// {name} is {words.with_article(words.phrase(name))}."]
    said = doing(found) or f"run {words.noun(name)}"
    return [f"// {name} {words.third_person(said)}."]


def _triple(found: Outline) -> list[str]:
    return [f"/// {_sentence(found)}"]


def _swift(found: Outline) -> list[str]:
    taken = [f"///   - {one.name}: {_meaning(one.name)}" for one in found.parameters()]
    returns = ["/// - Returns: The result."] if _gives_result(found) else []
    more = [*(["/// - Parameters:", *taken] if taken else []), *returns]
    return [*_triple(found), *(["///", *more] if more else [])]


def _csharp(found: Outline) -> list[str]:
    taken = [
        f'/// <param name="{one.name}">{_meaning(one.name)}</param>' for one in found.parameters()
    ]
    returns = ["/// <returns>The result.</returns>"] if _gives_result(found) else []
    return [f"/// <summary>{_sentence(found)}</summary>", *taken, *returns]


def _ruby(found: Outline) -> list[str]:
    taken = [f"# @param {one.name} {_meaning(one.name)}" for one in found.parameters()]
    return [f"# {_sentence(found)}", *(["#", *taken] if taken else [])]


def _lua(found: Outline) -> list[str]:
    taken = [f"---@param {one.name} any {_meaning(one.name)}" for one in found.parameters()]
    return [f"--- {_sentence(found)}", *taken]


def _plain(found: Outline) -> list[str]:
    language = found.parsed.language
    if language.line_comment:
        return [f"{language.line_comment} {_sentence(found)}"]
    opening, closing = language.block_comment or ("/*", "*/")
    return [f"{opening} {_sentence(found)} {closing}"]


def _gives_result(found: Outline) -> bool:
    result = found.result()
    if result in {"void", "Unit", "()", "Promise<void>", "Void"}:
        return False
    return found.symbol.kind in CALLABLE and (bool(result) or found.returns_something())


def _thrown(found: Outline) -> list[str]:
    """The classes it throws by `new`."""
    if found.symbol.kind not in CALLABLE:
        return []
    kinds = (re.match(r"(?:new\s+)?([A-Z][\w.]*)", text) for text in found.raises())
    return list(dict.fromkeys(kind[1] for kind in kinds if kind))


_FORMS: dict[str, Callable[[Outline], list[str]]] = {
    "javascript": _jsdoc,
    "typescript": _jsdoc,
    "typescriptreact": _jsdoc,
    "php": _javadoc,
    "java": _javadoc,
    "scala": _javadoc,
    "kotlin": _javadoc,
    "c": _javadoc,
    "cpp": _javadoc,
    "go": _go,
    "rust": _triple,
    "swift": _swift,
    "csharp": _csharp,
    "ruby": _ruby,
    "lua": _lua,
}
