"""Finds the language of a notebook's cell: Python with magics, or whatever its cell magic says.

Never runs a magic, and never judges a language that it does not know.
"""

import re

from flux_lsp.syntax.languages import Language, find_language

_CELL_MAGIC = re.compile(r"\s*%%(\w+)[ \t]*([^\n]*)\n?")
# The cell below these is Python.
_PYTHON = frozenset(
    {"time", "timeit", "capture", "prun", "memit", "mprun", "lprun", "python", "python3", "pypy",
     "debug", "heat", "snakeviz", "px", "wandb", "cache", "black", "cell_time"}
)  # fmt: skip
_LANGUAGES = {
    "bash": "shellscript", "sh": "shellscript", "html": "html", "HTML": "html", "svg": "xml",
    "javascript": "javascript", "js": "javascript", "latex": "latex", "markdown": "markdown",
    "ruby": "ruby", "perl": "perl", "sql": "sql", "bigquery": "sql", "R": "r", "cpp": "cpp",
    "rust": "rust", "julia": "julia",
}  # fmt: skip
_SCRIPTS = frozenset({"bash", "sh", "ruby", "perl"})
_LINE_MAGIC = re.compile(r"[ \t]*(?:%{1,2}[A-Za-z_]\w*|!{1,2}|\?{1,2}[\w.]|,[a-z]+ |;[a-z]+ )")
_HELP = re.compile(r"[ \t]*%{0,2}[\w.*]+\?{1,2}[ \t]*$")
_ASSIGNED = re.compile(r"([ \t]*[\w.,\[\]\"' \t]+=[ \t]*)(?:%[A-Za-z_]\w*|!)[^=]?.*$")
_STRING = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|#.*")


def is_cell(uri: str, path: str) -> bool:
    """Whether a document is a cell of a notebook."""
    return uri.startswith("vscode-notebook-cell") or path.lower().endswith(".ipynb")


def find_cell_language(text: str, language: Language) -> Language | None:
    """Find the language of a cell that an editor calls `language`; None if it is unknown."""
    magic = _CELL_MAGIC.match(text)
    if magic is None or language.id != "python" or magic[1] in _PYTHON:
        return language
    name = magic[1]
    if name == "script":
        words = magic[2].split()
        name = words[0].rsplit("/", 1)[-1] if words else ""
        name = name if name in _SCRIPTS else ""
    known = _LANGUAGES.get(name)
    return find_language(known, "") if known else None


def read_cell_code(text: str, language: Language) -> str:
    """Read the cell on the same lines, with all that is not code of `language` replaced."""
    magic = _CELL_MAGIC.match(text)
    if magic is not None:
        text = "\n" * magic[0].count("\n") + text[magic.end() :]
    return _replace_magics(text) if language.id == "python" else text


def _replace_magics(text: str) -> str:
    """Replace each magic, shell command and question for help by a statement that does nothing."""
    lines: list[str] = []
    depth, in_command = (
        0,
        False,
    )  # brackets that are open; the line above goes on behind a backslash
    for line in text.split("\n"):
        if in_command:
            lines.append("")
            in_command = line.rstrip().endswith("\\")
            continue
        code = _replace_magic(line) if depth == 0 else line
        lines.append(code)
        in_command = code != line and line.rstrip().endswith("\\")
        plain = _STRING.sub("", code)
        opened = sum(map(plain.count, "([{")) - sum(map(plain.count, ")]}"))
        depth = max(0, depth + opened)
    return "\n".join(lines)


def _replace_magic(line: str) -> str:
    """Return the line itself, or what replaces its magic."""
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    if _LINE_MAGIC.match(line) or _HELP.match(line):
        return indent + "pass"
    assigned = _ASSIGNED.match(line)
    return f"{assigned[1]}None" if assigned else line
