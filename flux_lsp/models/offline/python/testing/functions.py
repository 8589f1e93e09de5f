"""Facts about one function or method: its examples, what trials show, else its signature.

Never states what a decorator or a second definition of the name may change.
"""

import ast
import keyword
from collections.abc import Iterator
from dataclasses import dataclass

from flux_lsp.models.offline.python.callable import parameters_of
from flux_lsp.models.offline.python.sandbox.machine import Machine
from flux_lsp.models.offline.python.source import Function
from flux_lsp.models.offline.python.testing.examples import promised
from flux_lsp.models.offline.python.testing.facts import Equals, Fact, Line, Raises
from flux_lsp.models.offline.python.testing.literals import quoted
from flux_lsp.models.offline.python.testing.naming import slug, snake
from flux_lsp.models.offline.python.testing.purity import touches_outside
from flux_lsp.models.offline.python.testing.trials import Trial, trials
from flux_lsp.models.offline.python.unit import Unit


@dataclass(frozen=True)
class Subject:
    """What facts are wanted of, and what they may need.

    `known`: the module's names that can be imported. `broken` collects examples that don't hold.
    """

    unit: Unit
    machine: Machine
    known: frozenset[str]
    broken: list[str]

    def variable(self, name: str) -> str:
        """A name for an object of the class `name` that hides nothing of the module."""
        found = snake(name)
        while found in self.known or keyword.iskeyword(found):
            found = f"one_{found}"
        return found

    def fact(self, name: str, lines: tuple[Line, ...], *modules: str) -> Fact:
        """A fact with the names it uses worked out."""
        read = {word for line in lines for word in _names(line)}
        return Fact(name, lines, frozenset(read & self.known), frozenset(modules))


def function_facts(subject: Subject, node: Function) -> list[Fact]:
    """What a test can state about a function of the module."""
    found = list(example_facts(subject, node, node.name))
    if node.decorator_list:
        return found
    if isinstance(node, ast.AsyncFunctionDef):
        return [*found, _coroutine(subject, node.name), _signature(subject, node, node.name)]
    shown = {line.code for fact in found for line in fact.lines}
    tried = trials(subject.unit, subject.machine, node, node.name, bound=False)
    found += trial_facts(subject, tried, snake(node.name), shown)
    return found or [_signature(subject, node, node.name)]


def example_facts(subject: Subject, node: Function | ast.ClassDef, name: str) -> Iterator[Fact]:
    """The docstring's examples, as one test."""
    made = promised(subject.machine, node, set(subject.known))
    if made.broken:
        subject.broken.append(made.broken)
    sure = made.proven or not any(touches_outside(subject.unit, n) for n in (node, *made.trees))
    if made.lines and sure:
        yield subject.fact(f"{snake(name)}_keeps_its_examples", made.lines)


def trial_facts(subject: Subject, tried: list[Trial], base: str, shown: set[str]) -> Iterator[Fact]:
    """One test for each call, named by what is special about it."""
    ordinary = "for_ordinary_arguments" if any(t.varied[0] for t in tried) else "result"
    for trial in tried:
        if trial.code in shown:
            continue
        name, code = trial.varied
        parts = [base, f"with_{name}_{slug(code)}" if name else "" if trial.error else ordinary]
        parts += [f"raises_{snake(trial.error)}"] if trial.error else []
        yield subject.fact("_".join(filter(None, parts)), (_line(trial),))


def _line(trial: Trial) -> Line:
    if trial.error:
        return Raises(trial.code, trial.error, trial.message)
    return Equals(trial.code, trial.expected)


def _signature(subject: Subject, node: Function, callee: str) -> Fact:
    names = [quoted(p.name) for p in parameters_of(subject.unit.source, node)]
    code = f"list(inspect.signature({callee}).parameters)"
    line = Equals(code, f"[{', '.join(names)}]")
    return subject.fact(f"{snake(node.name)}_takes_its_parameters", (line,), "inspect")


def _coroutine(subject: Subject, name: str) -> Fact:
    line = Equals(f"inspect.iscoroutinefunction({name})", "True")
    return subject.fact(f"{snake(name)}_is_a_coroutine", (line,), "inspect")


def _names(line: Line) -> Iterator[str]:
    texts = [line.code]
    if isinstance(line, Equals):
        texts.append(line.expected)
    elif isinstance(line, Raises):
        texts.append(line.error)
    for text in texts:
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Name):
                yield node.id
