"""Rename a variable, parameter, function or class of one Python file: rope proposes, the compiler checks.

Never trusts the proposal alone: it must compile to the same code but for the one name.
"""

import io
import json
import keyword
import re
import tokenize
import warnings
from collections.abc import Iterator
from types import CodeType

from flux_lsp.core.text import find_line_starts
from flux_lsp.models.offline.answers import CannotAnswer, TextChanges
from flux_lsp.models.offline.lint import EVERYWHERE, diff_lines
from flux_lsp.models.offline.request import OfflineRequest
from flux_lsp.models.offline.tools import run_tool

# Runs in a process of its own: rope works on a file, so it gets one in an empty folder.
_WORKER = """
import json, pathlib, sys
from rope.base.project import Project
from rope.refactor.rename import Rename
question = json.load(sys.stdin)
pathlib.Path("renamed.py").write_text(question["text"], "utf-8", newline="")
project = Project(".", ropefolder=None)
rename = Rename(project, project.get_resource("renamed.py"), question["offset"])
changes = rename.get_changes(question["new"]).changes
sys.stdout.write(changes[0].new_contents if changes else "")
"""


async def rename(request: OfflineRequest, old: str, new: str) -> TextChanges | CannotAnswer:
    """Rename the one thing called `old` in the target to `new` in the whole file."""
    before, lines = request.text.replace("\r\n", "\n"), request.target_lines()
    end = "\r\n" if before != request.text else "\n"
    is_name = new.isidentifier() and not keyword.iskeyword(new) and not new.startswith("__")
    if not is_name or re.search(rf"\b{new}\b", before):
        return CannotAnswer(f"`{new}` stands in the file already, or is no name")
    try:
        places = [place for place in _places(before, old) if place[0] in lines]
    except (SyntaxError, tokenize.TokenError):
        places = []
    if not places or before.replace("\n", end) != request.text:
        return CannotAnswer(f"the target holds no variable, parameter or function `{old}`")
    row, column, _ = next((place for place in places if not place[2]), places[0])
    question = {"text": before, "offset": find_line_starts(before)[row - 1] + column, "new": new}
    after = await run_tool("rope", "-c", _WORKER, stdin=json.dumps(question))
    if isinstance(after, CannotAnswer):
        return after
    if problem := _problem(before, after, old, new):
        return CannotAnswer(problem)
    if any(row in lines and not is_passed for row, _, is_passed in _places(after, old)):
        return CannotAnswer(f"`{old}` means several things in the target; select the one you mean")
    note = f"Renamed `{old}` to `{new}` in this file; other files that use it are not changed."
    changes = diff_lines(request.text, after.replace("\n", end), EVERYWHERE)
    return TextChanges(request.path, request.text, tuple(changes), note)


def _places(text: str, name: str) -> list[tuple[int, int, bool]]:
    """Return line, column and whether `=` follows in parentheses, for each `name` but attributes."""
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    return [
        (*token.start, tokens[index + 1].string == "=" and tokens[index - 1].string in "(,")
        for index, token in enumerate(tokens)
        if token.type == tokenize.NAME and token.string == name and tokens[index - 1].string != "."
    ]


def _problem(before: str, after: str, old: str, new: str) -> str:
    """Say why `after` is not `before` with exactly one binding renamed everywhere; "" if it is."""
    unproved = "rope proposes a renaming of which the rules cannot prove that the meaning stays"
    if re.sub(rf"\b{new}\b", old, after) != before:
        return unproved
    try:
        with warnings.catch_warnings(action="ignore"):
            codes = [*_codes(compile(after, "renamed.py", "exec", dont_inherit=True))]
            code_before = compile(before, "renamed.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return unproved
    if _shape(code_before, {}) != _shape(codes[0], {new: old}):
        return unproved
    is_global = any(new in code.co_names for code in codes)
    in_class = any({new, "__qualname__"} <= set(code.co_names) for code in codes)
    is_read = is_global and any(old in code.co_names for code in codes)
    if in_class or is_read or re.search(rf"\.\s*{new}\b", after):
        return f"`{old}` may be a member of a class; who else uses it cannot be seen from here"
    if is_global and re.search(rf"[\"']{old}[\"']", after):
        return f"`{old}` stands in a string too, which may mean it"
    parameters = (c.co_varnames[: c.co_argcount + c.co_kwonlyargcount] for c in codes)
    if any(new in names for names in parameters) and re.search(rf"[(,]\s*{old}\s*=[^=]", after):
        return f"`{old}` is passed by name to something that may be this function"
    return ""


def _shape(code: CodeType, names: dict[str, str]) -> tuple[object, ...]:
    """Return what a code object does, with its names replaced by those of `names`."""

    def plain(value: object) -> object:
        if isinstance(value, CodeType):
            return _shape(value, names)
        if isinstance(value, tuple):
            return tuple(plain(item) for item in value)
        return names.get(value, value) if isinstance(value, str) else (type(value), value)

    parts = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars, code.co_consts)
    return (code.co_code, code.co_flags, *map(plain, parts))


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for value in code.co_consts:
        if isinstance(value, CodeType):
            yield from _codes(value)
