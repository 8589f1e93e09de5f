"""Tool calls that a model writes as Python, `rewrite_range(code="…")`: only literal arguments.

Never runs anything: the text is parsed, and what is more than a call with literals is no call.
"""

import ast
import re
import warnings
from collections.abc import Iterator

from flux_lsp.edits.markers import find_fences

TOOL_NAME = r"(?:\w{1,40}[.:])?(?:rewrite_?range|apply_?edits|report_?findings)"
OUR_NAME = re.compile(TOOL_NAME, re.IGNORECASE)
_BEGINS = re.compile(rf"\[?(?:print\()?{TOOL_NAME}\(", re.IGNORECASE)
_LONGEST = 200_000  # characters

PythonCall = tuple[str, dict[str, object]]  # name and arguments


def read_python(text: str) -> Iterator[tuple[PythonCall, int, int]]:
    """(call, start, end) of each call, where calls are all of the text or all of a code fence."""
    fences = find_fences(text)
    if not fences:
        yield from ((call, 0, len(text)) for call in _read_calls(text))
        return
    for (_, start), (end, _) in zip(fences[::2], fences[1::2], strict=False):
        yield from ((call, start, end) for call in _read_calls(text[start:end]))


def _read_calls(text: str) -> list[PythonCall]:
    if len(text) > _LONGEST or not _BEGINS.match(text.lstrip()):
        return []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd escapes in the model's strings
            body = ast.parse(text.strip()).body
        return [call for statement in body for call in _read_statement(statement)]
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return []


def _read_statement(statement: ast.stmt) -> Iterator[PythonCall]:
    value = statement.value if isinstance(statement, ast.Expr) else None
    for item in value.elts if isinstance(value, ast.List) else [value]:
        call = item
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "print" and len(call.args) == 1:
            call = call.args[0]
        if not isinstance(call, ast.Call) or call.args:
            raise SyntaxError("no call")
        name = ast.unparse(call.func)
        if not OUR_NAME.fullmatch(name) or any(k.arg is None for k in call.keywords):
            raise SyntaxError("another call")
        yield name, {str(k.arg): ast.literal_eval(k.value) for k in call.keywords}
