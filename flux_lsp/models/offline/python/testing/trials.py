"""Tries a function with samples in the sandbox and keeps the calls that show something.

Never keeps a call whose end is not certain, or that fails by accident instead of by a `raise`.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flux_lsp.models.offline.python.callable import is_generator
from flux_lsp.models.offline.python.sandbox.machine import Ended, Machine
from flux_lsp.models.offline.python.sandbox.objects import ClassValue
from flux_lsp.models.offline.python.sandbox.signals import ExceptionValue, UnknownError
from flux_lsp.models.offline.python.source import Function
from flux_lsp.models.offline.python.testing.literals import literal
from flux_lsp.models.offline.python.testing.samples import Samples
from flux_lsp.models.offline.python.unit import Unit

_MOST_TRIALS = 60
_MOST_VALUES, _MOST_ERRORS = 5, 3


@dataclass(frozen=True, slots=True)
class Trial:
    """A call and how it ended.

    `varied` is the parameter that differs from the ordinary call, with its code; ("", "") for the
    ordinary call itself. Of `expected` and `error` one is set; `message` belongs to `error`.
    """

    code: str
    varied: tuple[str, str]
    expected: str = ""
    error: str = ""
    message: str = ""
    trace: frozenset[tuple[int, object]] = frozenset()


def trials(
    unit: Unit, machine: Machine, function: Function, callee: str, *, bound: bool
) -> list[Trial]:
    """The calls worth a test; `callee` is the code before the parentheses.

    `bound`: the first parameter is filled by it.
    """
    chosen = _choices(Samples(unit, machine, function), function, int(bound))
    if chosen is None:
        return []
    tried: dict[str, Trial] = {}
    for arguments, varied in list(_calls(chosen))[:_MOST_TRIALS]:
        if arguments not in tried:
            trial = _tried(machine, function, f"{callee}({arguments})", varied)
            if trial is not None:
                tried[arguments] = trial
    return _worth(list(tried.values()))


@dataclass(frozen=True, slots=True)
class _Choice:
    """A parameter: how its argument is passed, and the code to pass, the ordinary one first."""

    name: str
    kind: str  # "positional", "either" or "keyword"
    required: bool
    codes: tuple[str, ...]


def _choices(samples: Samples, function: Function, skipped: int) -> list[_Choice] | None:
    """All parameters but the first `skipped`; None when a required one has no sample."""
    given = function.args
    front = [*given.posonlyargs, *given.args]
    defaults: list[ast.expr | None] = [None] * (len(front) - len(given.defaults))
    defaults += given.defaults
    pairs = [*zip(front, defaults, strict=True)][skipped:]
    pairs += zip(given.kwonlyargs, given.kw_defaults, strict=True)
    found = [
        _Choice(arg.arg, _kind(given, arg), default is None, tuple(samples.of(arg, default)))
        for arg, default in pairs
    ]
    return None if any(one.required and not one.codes for one in found) else found


def _kind(given: ast.arguments, arg: ast.arg) -> str:
    if arg in given.kwonlyargs:
        return "keyword"
    return "positional" if arg in given.posonlyargs else "either"


def _calls(choices: Sequence[_Choice]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Arguments: the ordinary ones, then one parameter varied at a time, then all of them."""
    ordinary = {one.name: one.codes[0] for one in choices if one.required}
    yield _spelled(choices, ordinary), ("", "")
    for one in choices:
        for code in one.codes[1 if one.required else 0 :]:
            yield _spelled(choices, ordinary | {one.name: code}), (one.name, code)
    for number in range(1, 5):
        codes = {o.name: o.codes[number % len(o.codes)] for o in choices if o.required}
        yield _spelled(choices, codes), ("", "")


def _spelled(choices: Sequence[_Choice], codes: dict[str, str]) -> str:
    parts = []
    gap = False
    for one in choices:
        if one.name not in codes:
            gap = True
        elif one.kind == "keyword" or (one.kind == "either" and (gap or not one.required)):
            parts.append(f"{one.name}={codes[one.name]}")
        elif not gap:
            parts.append(codes[one.name])
    return ", ".join(parts)


def _tried(
    machine: Machine, function: Function, code: str, varied: tuple[str, str]
) -> Trial | None:
    call = ast.parse(code, mode="eval").body
    if isinstance(call, ast.Call) and not _makeable(machine, call):
        return None
    lazy = is_generator(function)
    ended = machine.run(call, collected=function if lazy else None)
    if ended is None:
        return None
    shown = f"list({code})" if lazy or ended.lazy else code
    if ended.error is not None:
        return _failed(ended, ended.error, shown, varied)
    expected = literal(ended.value)
    if expected is None:
        return None
    return Trial(shown, varied, expected=expected, trace=ended.trace)


def _makeable(machine: Machine, call: ast.Call) -> bool:
    """Whether the arguments themselves can be made without an error."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    ends = (machine.run(argument) for argument in given)
    return all(ended is not None and ended.error is None for ended in ends)


def _failed(
    ended: Ended, error: ExceptionValue, code: str, varied: tuple[str, str]
) -> Trial | None:
    """A call that ends in a `raise` of the code's own."""
    if not error.explicit:
        return None
    kind = error.kind.name if isinstance(error.kind, ClassValue) else error_name(error.kind)
    return Trial(code, varied, error=kind, message=_message(error), trace=ended.trace)


def error_name(kind: object) -> str:
    """The name of a builtin exception class."""
    assert isinstance(kind, type)
    return kind.__name__


def _message(error: ExceptionValue) -> str:
    """The text `pytest.raises` can look for, "" when it is not certain."""
    plain = isinstance(error.kind, type) and not issubclass(error.kind, KeyError | OSError)
    if not plain or len(error.args) != 1 or not isinstance(error.args[0], str):
        return ""
    try:
        return str(error) if len(str(error)) <= 80 else ""
    except UnknownError:
        return ""


def _worth(tried: list[Trial]) -> list[Trial]:
    """The calls that go new ways through the code; at least two results when there are two."""
    seen: set[tuple[int, object]] = set()
    kept: list[Trial] = []
    for trial in tried:
        if trial.trace - seen and _room(kept, trial):
            kept.append(trial)
            seen |= trial.trace
    for trial in tried:
        results = {one.expected for one in kept if one.expected}
        if len(results) < 2 and trial.expected and trial.expected not in results:
            kept.append(trial)
    return kept


def _room(kept: list[Trial], trial: Trial) -> bool:
    same = sum(bool(one.error) == bool(trial.error) for one in kept)
    return same < (_MOST_ERRORS if trial.error else _MOST_VALUES)
