"""Facts in the words of pytest or unittest.

Never writes a line that a person would have to mend: no trailing blanks, one blank line rule.
"""

import ast
import re
from collections.abc import Sequence

from flux_lsp.models.offline.python.testing.facts import Does, Fact, Line, Raises
from flux_lsp.models.offline.python.testing.literals import quoted

_SPECIAL = re.compile(r"[.^$*+?{}\[\]\\|()]")
_SHORTEST_MATCH = 6
_PREDICATES = ("issubclass(", "callable(", "inspect.")


def pytest_functions(facts: Sequence[Fact], names: Sequence[str]) -> str:
    """Test functions, two blank lines between them, one line end at the end."""
    blocks = [
        "\n".join([f"def {name}():", *(f"    {row}" for one in fact.lines for row in _pytest(one))])
        for fact, name in zip(facts, names, strict=True)
    ]
    return "\n\n\n".join(blocks) + "\n"


def unittest_class(title: str, facts: Sequence[Fact], names: Sequence[str]) -> str:
    """A TestCase with a method for each fact."""
    blocks = [
        "\n".join(
            [
                f"    def {name}(self):",
                *(f"        {row}" for one in fact.lines for row in _unittest(one)),
            ]
        )
        for fact, name in zip(facts, names, strict=True)
    ]
    return f"class {title}(unittest.TestCase):\n" + "\n\n".join(blocks) + "\n"


def modules_of(facts: Sequence[Fact], framework: str) -> list[str]:
    """The modules the tests need, sorted."""
    found = {module for fact in facts for module in fact.modules}
    if framework == "unittest":
        found.add("unittest")
    elif any(isinstance(line, Raises) for fact in facts for line in fact.lines):
        found.add("pytest")
    return sorted(found)


def _pytest(line: Line) -> list[str]:
    if isinstance(line, Does):
        return line.code.splitlines()
    if isinstance(line, Raises):
        match = _pattern(line.message)
        more = f", match={quoted(match)}" if match else ""
        rows = (f"    {row}" for row in line.code.splitlines())
        return [f"with pytest.raises({line.error}{more}):", *rows]
    if line.expected == "True" and line.code.startswith(_PREDICATES):
        return [f"assert {line.code}"]
    sign = "is" if line.alone else "=="
    return [f"assert {_operand(line.code)} {sign} {line.expected}"]


def _unittest(line: Line) -> list[str]:
    if isinstance(line, Does):
        return line.code.splitlines()
    if isinstance(line, Raises):
        rows = (f"    {row}" for row in line.code.splitlines())
        return [f"with self.assertRaises({line.error}):", *rows]
    if line.alone:
        return [f"self.assertIs({line.code}, {line.expected})"]
    return [f"self.assertEqual({line.code}, {line.expected})"]


def _operand(code: str) -> str:
    """Code that can stand beside `==`."""
    node = ast.parse(code, mode="eval").body
    loose = (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.IfExp, ast.Lambda, ast.NamedExpr)
    return f"({code})" if isinstance(node, loose) else code


def _pattern(message: str) -> str:
    """The longest beginning of a message that means itself as a regular expression."""
    found = _SPECIAL.split(message)[0]
    return found.rstrip() if len(found) >= _SHORTEST_MATCH or found == message else ""
