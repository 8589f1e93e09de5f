"""Facts about a class: what its objects keep, what its methods give, which members it has.

Never states anything of a class that a metaclass or an unknown decorator may change.
"""

import ast
from collections.abc import Iterator

from flux_lsp.models.offline.python.callable import decorators
from flux_lsp.models.offline.python.sandbox.frames import Frame
from flux_lsp.models.offline.python.sandbox.objects import ClassValue, Instance
from flux_lsp.models.offline.python.sandbox.signals import NATIVE, Thrown, UnknownError
from flux_lsp.models.offline.python.source import Function
from flux_lsp.models.offline.python.testing.facts import Does, Equals, Fact, Line, Raises
from flux_lsp.models.offline.python.testing.functions import Subject, example_facts, trial_facts
from flux_lsp.models.offline.python.testing.literals import literal, quoted
from flux_lsp.models.offline.python.testing.naming import snake
from flux_lsp.models.offline.python.testing.samples import Samples
from flux_lsp.models.offline.python.testing.trials import trials

_MOST_OF_A_METHOD = 4


def class_facts(subject: Subject, node: ast.ClassDef, only: Function | None) -> list[Fact]:
    """What a test can state about a class; `only`: no more than of this method."""
    if node.keywords or not set(decorators(node)) <= {"dataclass", "dataclasses.dataclass"}:
        return []
    methods = [n for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    wanted = [n for n in methods if only is None or n is only]
    found: list[Fact] = []
    if only is None:
        found += example_facts(subject, node, node.name)
    for method in wanted:
        found += example_facts(subject, method, f"{node.name}_{method.name.strip('_')}")
    value = _value(subject, node.name)
    if value is not None:
        found += _own_facts(subject, value) if only is None else []
        found += _facts_of_objects(subject, node, value, wanted, only is None)
    return found or list(_members(subject, node, wanted))


def _value(subject: Subject, name: str) -> ClassValue | None:
    subject.machine.begin()
    try:
        value = subject.machine.global_(name)
    except (UnknownError, Thrown, *NATIVE):
        return None
    return value if isinstance(value, ClassValue) else None


def _own_facts(subject: Subject, value: ClassValue) -> Iterator[Fact]:
    base = snake(value.name)
    errors = [one.error for one in value.lineage() if one.error is not None]
    if errors:
        line = Equals(f"issubclass({value.name}, {errors[0].__name__})", "True")
        yield subject.fact(f"{base}_is_a_kind_of_{snake(errors[0].__name__)}", (line,))
    if value.cases is not None:
        pairs = {name: literal(case.value) for name, case in value.cases.items()}
        if all(pairs.values()):
            spelled = ", ".join(f"{quoted(name)}: {text}" for name, text in pairs.items())
            code = f"{{member.name: member.value for member in {value.name}}}"
            line = Equals(code, "{" + spelled + "}")
            yield subject.fact(f"{base}_has_its_members", (line,))


def _facts_of_objects(
    subject: Subject,
    node: ast.ClassDef,
    value: ClassValue,
    methods: list[Function],
    whole: bool,
) -> Iterator[Fact]:
    """Facts that need an object, from the first sample that can be made."""
    if value.cases is not None:
        made = [f"{value.name}.{name}" for name in value.cases][:1]
    elif any(one.error is not None for one in value.lineage()):
        made = []
    else:
        anything = next((m for m in methods), None) or ast.parse("def f(): 0").body[0]
        assert isinstance(anything, ast.FunctionDef | ast.AsyncFunctionDef)
        samples = Samples(subject.unit, subject.machine, anything)
        made = [code for code in samples.objects(node.name) if _instance(subject, code)]
    if not made:
        return
    if whole and value.cases is None:
        yield from _kept(subject, value, made)
    for method in methods:
        yield from _method_facts(subject, value, method, made[-1])


def _instance(subject: Subject, code: str) -> Instance | None:
    ended = subject.machine.run(ast.parse(code, mode="eval").body)
    return ended.value if ended is not None and isinstance(ended.value, Instance) else None


def _kept(subject: Subject, value: ClassValue, made: list[str]) -> Iterator[Fact]:
    """What an object's attributes are after it was made."""
    name, base = subject.variable(value.name), snake(value.name)
    for code, what in zip(made, ("keeps_what_it_is_given", "takes_other_values"), strict=False):
        one = _instance(subject, code)
        assert one is not None
        lines = [
            Equals(f"{name}.{attribute}", text)
            for attribute, held in one.attributes.items()
            if not attribute.startswith("_") and (text := literal(held)) is not None
        ]
        if lines and (what == "keeps_what_it_is_given" or made[0] != code):
            yield subject.fact(f"{base}_{what}", (Does(f"{name} = {code}"), *lines))
    first = next((f.name for f in value.fields or ()), None)
    if first is not None and value.options.get("frozen"):
        line = Raises(f"{name}.{first} = None", "AttributeError")
        yield subject.fact(f"{base}_cannot_be_changed", (Does(f"{name} = {made[0]}"), line))


def _method_facts(
    subject: Subject, value: ClassValue, method: Function, made: str
) -> Iterator[Fact]:
    member = value.members.get(method.name)
    if member is None or method.name.startswith("__") or isinstance(method, ast.AsyncFunctionDef):
        return
    base = f"{snake(value.name)}_{snake(method.name)}"
    if member.kind == "property":
        ended = subject.machine.run(ast.parse(f"{made}.{method.name}", mode="eval").body)
        text = literal(ended.value) if ended is not None and ended.error is None else None
        if text is not None:
            yield subject.fact(base, (Equals(f"{made}.{method.name}", text),))
        return
    callee = f"{value.name if member.kind in {'static', 'class'} else made}.{method.name}"
    bound = member.kind != "static"
    tried = trials(subject.unit, subject.machine, method, callee, bound=bound)
    effects = [
        effect
        for trial in tried
        if trial.expected == "None" and member.kind == "method"
        for effect in _effect(subject, value, made, trial.code.removeprefix(made), base)
    ]
    plain = [trial for trial in tried if trial.expected != "None" or not effects]
    yield from effects[:1]
    yield from list(trial_facts(subject, plain, base, set()))[:_MOST_OF_A_METHOD]


def _effect(subject: Subject, value: ClassValue, made: str, call: str, base: str) -> Iterator[Fact]:
    """What a call that gives nothing back has changed."""
    name = subject.variable(value.name)
    before = _instance(subject, made)
    after = _instance(subject, made)
    if before is None or after is None:
        return
    frame = Frame(subject.machine, frozenset({name}))
    frame.values[name] = after
    ended = subject.machine.run(ast.parse(f"{name}{call}", mode="eval").body, frame)
    if ended is None or ended.error is not None:
        return
    lines = [
        Equals(f"{name}.{attribute}", text)
        for attribute, held in after.attributes.items()
        if not attribute.startswith("_")
        and (text := literal(held)) is not None
        and text != literal(before.attributes.get(attribute, _Unset))
    ]
    if lines:
        done: tuple[Line, ...] = (Does(f"{name} = {made}"), Does(f"{name}{call}"), *lines)
        yield subject.fact(f"{base}_changes_the_{snake(lines[0].code.split('.')[1])}", done)


def _mangled(name: str) -> bool:
    return name.startswith("__") and not name.endswith("__")


class _Unset:
    """Stands for an attribute that was not there."""


def _members(subject: Subject, node: ast.ClassDef, wanted: list[Function]) -> Iterator[Fact]:
    """The methods a class has, where nothing more can be told."""
    plain = [
        one.name
        for one in wanted
        if set(decorators(one)) <= {"staticmethod", "classmethod"} and not _mangled(one.name)
    ]
    if not plain:
        return
    lines = tuple(Equals(f"callable({node.name}.{name})", "True") for name in plain)
    what = "its_methods" if len(plain) > 1 else snake(plain[0])
    yield subject.fact(f"{snake(node.name)}_has_{what}", lines)
