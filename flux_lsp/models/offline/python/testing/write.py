"""Tests for a target: which facts, in which file, in which words.

Never writes a test that is neither proven nor promised.
"""

import ast
from collections.abc import Sequence

from flux_lsp.models.offline.python.callable import dotted
from flux_lsp.models.offline.python.sandbox.machine import Machine
from flux_lsp.models.offline.python.source import Definition, Function
from flux_lsp.models.offline.python.testing.classes import class_facts
from flux_lsp.models.offline.python.testing.extend import extended, free_of, imported_in, names_in
from flux_lsp.models.offline.python.testing.facts import Fact
from flux_lsp.models.offline.python.testing.functions import Subject, function_facts
from flux_lsp.models.offline.python.testing.naming import Names
from flux_lsp.models.offline.python.testing.order import Order, read_order
from flux_lsp.models.offline.python.testing.render import (
    modules_of,
    pytest_functions,
    unittest_class,
)
from flux_lsp.models.offline.python.unit import Unit
from flux_lsp.models.offline.question import Question
from flux_lsp.models.offline.values import Answer, Created, Declined, Revised

_MOST = 40
_Wanted = tuple[Definition, Function | None]


def write_tests(unit: Unit, question: Question) -> Answer:
    """The test file for the target, new or longer."""
    order = read_order(question.instruction, unit.path)
    if not order.module:
        return Declined(f"`{unit.path}` has no name that a test could import it by")
    if order.path == unit.path:
        return Declined("the target is in a test file itself")
    subject = Subject(unit, Machine(unit), _importable(unit), [])
    wanted = [pair for pair in _wanted(unit) if pair[0].name in subject.known]
    if not wanted:
        return Declined("there is no function or class of the module in the target")
    facts = [fact for pair in wanted for fact in _facts(subject, *pair)][:_MOST]
    if not facts:
        return Declined("nothing about the target can be proven from its code alone")
    note = _note(facts, subject.broken)
    if order.exists:
        return _longer(order, question, facts, note)
    return Created(order.path, _file(order, facts, unit.path), note)


def _facts(subject: Subject, node: Definition, only: Function | None) -> list[Fact]:
    if isinstance(node, ast.ClassDef):
        return class_facts(subject, node, only)
    return function_facts(subject, node)


def _wanted(unit: Unit) -> list[_Wanted]:
    """The module's definitions that the target is about, a method with its class."""
    found: list[_Wanted] = []
    for node, around in unit.statements:
        chain = (*around, node) if isinstance(node, Definition) else around
        if (
            not chain
            or chain[0].name.startswith("test_")
            or unit.source.indent(unit.source.body[0])
        ):
            continue
        method = chain[1] if len(chain) > 1 and not isinstance(chain[1], ast.ClassDef) else None
        pair = (chain[0], method if isinstance(chain[0], ast.ClassDef) else None)
        if pair not in found and unit.means(chain[0]):
            found.append(pair)
    return found


def _importable(unit: Unit) -> frozenset[str]:
    """The names that the module has in any case, without those a runner would take for tests."""
    always = [n for n in unit.source.body if not isinstance(n, ast.If | ast.For | ast.While)]
    spans = [unit.source.span(node) for node in always]
    names = {
        one.name
        for one in unit.names.all
        if one.use not in {"read", "delete"} and one.home is unit.names.module
        if one.span and any(span.contains(one.span) for span in spans)
    }
    return frozenset(n for n in names if not n.lower().startswith("test")) - _test_cases(unit)


def _test_cases(unit: Unit) -> set[str]:
    """Classes on top of a test case, which runners collect wherever they are imported."""
    found: set[str] = set()
    for node in unit.source.body:
        if isinstance(node, ast.ClassDef):
            bases = {(dotted(base) or "").split(".")[-1] for base in node.bases}
            if bases & found or any(base.endswith("TestCase") for base in bases):
                found.add(node.name)
    return found


def _file(order: Order, facts: Sequence[Fact], source: str) -> str:
    """A new test file."""
    names = _test_names(facts, Names(order.taken))
    title = _title(source, Names(order.taken))
    modules = modules_of(facts, order.framework)
    standard = [f"import {name}" for name in modules if name != "pytest"]
    third = ["import pytest"] if "pytest" in modules else []
    groups = ["\n".join(standard), "\n".join(third), "\n".join(_own_import(order.module, facts))]
    head = f'"""Tests of `{order.module}`: what its code proves and its docstrings promise."""'
    imports = "\n\n".join(filter(None, groups))
    return f"{head}\n\n{imports}\n\n\n{_tests(order, facts, names, title)}"


def _longer(order: Order, question: Question, facts: Sequence[Fact], note: str) -> Answer:
    """The test file that is there, with more in it."""
    pieces = sorted(question.of_file(order.path), key=lambda piece: piece.first)
    if not pieces or pieces[0].first != 1:
        return Declined(f"`{order.path}` is not shown, so nothing can be added to it")
    head = pieces[0].text
    tail = "".join(piece.text for piece in pieces[1:])
    known = imported_in(head)
    clash = free_of({n for f in facts for n in f.uses}, known, order.module)
    facts = [fact for fact in facts if not fact.uses & clash]
    taken = Names({*order.taken, *names_in(head), *names_in(tail)})
    names = _test_names(facts, taken)
    if not facts:
        return Declined("the names that tests would need mean something else in the test file")
    modules = [m for m in modules_of(facts, order.framework) if m not in known]
    missing = [fact for fact in facts if fact.uses - set(known)]
    imports = [f"import {module}" for module in modules]
    own = "\n".join(_own_import(order.module, missing, set(known)))
    imports += [own] if own else []
    title = _title(question.target.path, taken)
    tests = _tests(order, facts, names, title)
    changes = extended(order.path, head, tail, imports, tests)
    return Revised(order.path, head + tail, None, changes, note)


def _tests(order: Order, facts: Sequence[Fact], names: Sequence[str], title: str) -> str:
    if order.framework == "unittest":
        return unittest_class(title, facts, names)
    return pytest_functions(facts, names)


def _test_names(facts: Sequence[Fact], names: Names) -> list[str]:
    return [names.free(f"test_{fact.name}") for fact in facts]


def _title(source: str, names: Names) -> str:
    stem = source.rsplit("/", 1)[-1].removesuffix(".py")
    return names.free("".join(part.capitalize() for part in stem.split("_")) + "Tests")


def _own_import(
    module: str, facts: Sequence[Fact], known: frozenset[str] | set[str] = frozenset()
) -> list[str]:
    """The import of the tested names, over several lines when one would be too long."""
    names = sorted({name for fact in facts for name in fact.uses} - known, key=_import_order)
    if not names:
        return []
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= 88:
        return [line]
    return [f"from {module} import (", *(f"    {name}," for name in names), ")"]


def _import_order(name: str) -> tuple[int, str]:
    kind = 0 if len(name) > 1 and name.isupper() else 1 if name[:1].isupper() else 2
    return kind, name.lower()


def _note(facts: Sequence[Fact], broken: Sequence[str]) -> str:
    count = f"{len(facts)} test{'s' * (len(facts) != 1)}"
    said = f"Wrote {count}, of what the code proves and the docstrings promise."
    if broken:
        said += f" An example in a docstring does not hold, so it was left out: `{broken[0]}`."
    return said
