"""How each language writes a comment and the documentation of a symbol."""

from collections.abc import Sequence

from flux_lsp.syntax.languages import Language

_BLOCK = frozenset(
    {"javascript", "typescript", "typescriptreact", "java", "php", "kotlin", "scala", "c", "cpp",
     "vue", "svelte"}
)  # fmt: skip
_LINE = {
    "go": "// ", "rust": "/// ", "swift": "/// ", "csharp": "/// ", "ruby": "# ",
    "shellscript": "# ", "lua": "--- ", "haskell": "-- | ", "vim": '" ', "fsharp": "/// ",
}  # fmt: skip
_SLASHES = ("/**", "///", "//!")
# How documentation begins where other comments begin in another way.
_DOCUMENTS = {
    **dict.fromkeys(_BLOCK, ("/**",)), "c": _SLASHES, "cpp": _SLASHES,
    **dict.fromkeys(("rust", "swift", "csharp", "fsharp"), ("///", "/**")),
    "lua": ("---",), "haskell": ("-- |", "{-|"),
}  # fmt: skip
# Where a comment that begins in another way is surely none.
_SEPARATE = frozenset({"rust", "swift", "csharp", "fsharp", "java", "php"})
# Documentation that stands inside of the symbol, below its header.
INSIDE = frozenset({"python", "nim"})
_SCRIPTS = frozenset({"vue", "svelte"})  # their symbols stand in a script
_PRAGMAS = ("nolint", "noqa", "eslint", "@ts-", "rubocop", "shellcheck", "go:", "#!", "license",
            "copyright", "coding", "pragma", "type:", "istanbul", "prettier")  # fmt: skip


def documentation(language: Language, name: str) -> tuple[str, ...]:
    """A new documentation of the symbol, at the margin; () where the language has no form for it."""
    first, second = f"What {name} is for, in one sentence.", "It is called where that is needed."
    if language.id in _BLOCK:
        return ("/**", f" * {first}", " *", f" * {second}", " */")
    if language.id == "python":
        return (f'"""{first}', "", second, '"""')
    if language.id == "nim":
        return (f"## {first}", f"## {second}")
    if language.id == "elixir":
        return ('@doc """', first, "", second, '"""')
    if language.id == "julia":
        return ('"""', f"    {name}", "", first, '"""')
    start = _LINE.get(language.id)
    if start is None:
        return ()
    following = start.replace("|", " ") if language.id == "haskell" else start
    return (f"{start}{first}", f"{following}{second}")


def comment(language: Language, text: str) -> str:
    """`text` as a comment on a line of its own."""
    if language.id in _SCRIPTS:
        return f"// {text}"
    if language.line_comment:
        return f"{language.line_comment} {text}"
    opener, closer = language.block_comment or ("#", "")
    return f"{opener} {text} {closer}".rstrip()


def leading_comment(lines: Sequence[str], language: Language) -> int:
    """How many of the first lines are comments."""
    count, closer = 0, ""
    for line in lines:
        text = line.strip()
        if closer:
            closer = "" if closer in text else closer
        elif text.startswith("/*") and language.id not in {"ruby", "shellscript", "haskell"}:
            closer = "" if "*/" in text[2:] else "*/"
        elif language.id == "lua" and text.startswith("--[["):
            closer = "" if "]]" in text else "]]"
        elif language.id == "haskell" and text.startswith("{-"):
            closer = "" if "-}" in text else "-}"
        elif not is_comment(text, language):
            break
        count += 1
    return count


def is_comment(text: str, language: Language) -> bool:
    """Whether a line without its blanks begins a line comment."""
    start = "//" if language.id in _SCRIPTS else language.line_comment
    attribute = text.startswith("#[") and language.id in {"rust", "php"}
    hash_too = language.id == "php" and text.startswith("#")
    return not attribute and (bool(start and text.startswith(start)) or hash_too)


def holds_pragma(lines: Sequence[str]) -> bool:
    """Whether comments say something to a tool, or whose the file is."""
    text = "\n".join(lines).lower()
    return any(word in text for word in _PRAGMAS)


def is_documentation(lines: Sequence[str], language: Language) -> bool | None:
    """Whether comments above a symbol are its documentation; None when it cannot be told."""
    first, known = lines[0].strip(), _DOCUMENTS.get(language.id)
    if language.id in {"elixir", "julia"}:  # theirs are strings
        return False
    if known is None:
        return True
    if first.startswith(known):
        return True
    return False if language.id in _SEPARATE else None
