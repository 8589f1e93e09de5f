"""What the sandbox computes is what Python computes; where it may differ, it says nothing.

Every snippet here is also really run, by this test.
"""

import ast
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_lsp.models.offline.python.sandbox.machine import Ended, Machine
from flux_lsp.models.offline.python.sandbox.objects import ClassValue, Instance
from flux_lsp.models.offline.python.unit import read_unit

MODULE = '''\
import itertools
import math
import re
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import reduce

LIMIT = 5
RATES = {"a": 1, "b": 2}
NAMES = ("x", "y")
GROWING = []


class AppError(Exception):
    """Base."""


class SmallError(AppError, ):
    pass


class Color(Enum):
    RED = "red"
    BLUE = "blue"

    def loud(self):
        return self.value.upper()


class Step(Enum):
    ONE = auto()
    TWO = auto()


@dataclass(frozen=True)
class Point:
    x: int
    y: int = 0

    def moved(self, dx, dy=0):
        return Point(self.x + dx, self.y + dy)

    @property
    def length(self):
        return abs(self.x) + abs(self.y)

    @classmethod
    def origin(cls):
        return cls(0)


@dataclass(order=True)
class Line:
    start: Point
    tags: list = field(default_factory=list)


class Stack:
    size = 3

    def __init__(self, items=()):
        self._items = list(items)

    def push(self, item):
        if len(self._items) >= self.size:
            raise SmallError("full")
        self._items.append(item)
        return self

    def __len__(self):
        return len(self._items)

    def __contains__(self, item):
        return item in self._items

    def __eq__(self, other):
        return isinstance(other, Stack) and self._items == other._items

    def pop(self):
        return self._items.pop()


class Deep(Stack):
    def __init__(self, items=()):
        super().__init__(items)
        self.pushed = 0

    def push(self, item):
        self.pushed += 1
        return super().push(item)


def words(text):
    counts = {}
    for word in text.lower().split():
        counts[word] = counts.get(word, 0) + 1
    return counts


def fib(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def fact(n):
    if n < 0:
        raise ValueError(f"negative: {n}")
    return 1 if n < 2 else n * fact(n - 1)


def flow(values):
    out = []
    for v in values:
        if v == 0:
            continue
        if v > 9:
            break
        out.append(v)
    else:
        out.append("end")
    n = 0
    while n < 3:
        n += 1
    else:
        out.append(n)
    return out


def tried(x):
    log = []
    try:
        log.append(int(x))
    except (ValueError, KeyError) as error:
        log.append("bad")
    except TypeError:
        log.append("type")
        raise
    else:
        log.append("else")
    finally:
        log.append("finally")
    return log


def finally_wins():
    try:
        raise ValueError
    finally:
        return 1


def handled(x):
    try:
        if x > LIMIT:
            raise SmallError("big", x)
        raise AppError("small")
    except SmallError as error:
        return error.args
    except AppError as error:
        return str(error)


def else_not_caught(x):
    try:
        pass
    except ValueError:
        return "caught"
    else:
        raise ValueError("from else")


def again(x):
    try:
        return 1 / x
    except ZeroDivisionError as error:
        raise AppError("zero") from error


def closure(n):
    def add(x, *more, k=1, **rest):
        return x + n + sum(more) + k + len(rest)
    return [add(1), add(1, 2, 3), add(1, k=5, z=1)]


def star(a, *b, c=3, **d):
    return a, b, c, d


def grouped(pairs):
    found = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return dict(found)


def gen(n):
    for i in range(n):
        if i % 2:
            yield i
    yield from [n, n + 1]


def swap(items):
    first, *middle, last = items
    return [last, *middle, first]


def nested(matrix):
    return [[row[i] for row in matrix] for i in range(len(matrix[0]))]


def walrus(items):
    return [y for x in items if (y := x * 2) > 2]


def rate(key):
    return RATES.get(key, RATES["a"])


def grown():
    return GROWING


def shared(x=[]):
    x.append(1)
    return x


def grow():
    GROWING.append(1)


def annotated(x: int) -> int:
    total: int = 0
    total += x
    y: int
    return total


def slug(text):
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def drop(items):
    del items[0]
    return items


def endless():
    while True:
        pass


def ones(n):
    return "1" * n
'''

KNOWN = [
    "1 + 2 * 3 ** 2 // 4 % 3 - -1",
    "7 / 2, 7 // -2, -7 % 3, 1.5 * 2, 2 ** -0 if True else 1",
    "'a' < 'b' <= 'b' != 'c'",
    "1 in [1] and 2 not in (1,) and 'k' in {'k': 1} and 3 in {3}",
    "None is None, [] or 'x', 0 and 1, not []",
    "f'{1.5:.2f}|{\"a\":>3}|{[1, 2]!r}|{Point(1)}'",
    "'%s-%03d' % ('a', 7), '{} {b}'.format(1, b=2)",
    "[1, 2, 3][1:], 'abc'[::-1], (1, 2)[-1], {'a': 1}['a']",
    "{1: 2, **{3: 4}}, [*'ab', *range(2)], {*()}",
    "sorted('bca'), sorted({3, 1, 2}, reverse=True), sorted([-2, 1], key=abs)",
    "min([3, 1]), max('a', 'b'), max([], default=0), min(['bb', 'a'], key=len)",
    "sum([1, 2], 3), any(x > 1 for x in [1, 2]), all([]), abs(-2), round(2.675, 2)",
    "list(map(str, [1])), list(filter(None, [0, 1])), list(zip('ab', [1, 2]))",
    "list(enumerate('ab', 1)), list(reversed([1, 2])), divmod(7, 2)",
    "int('12'), int('ff', 16), float('1.5'), str(None), bool([]), list('ab'), tuple([1])",
    "isinstance(True, int), isinstance('a', (int, str)), isinstance(Point(1), Point)",
    "'a,b'.split(','), ' x '.strip(), 'ab'.upper(), 'abc'.replace('b', ''), '-'.join(['a', 'b'])",
    "'Hello'.swapcase().center(9, '*'), 'a'.isalpha(), 'x=1'.partition('='), 'ab'.find('z')",
    "str.upper('a'), list(map(str.strip, [' a '])), dict.fromkeys('ab', 0)",
    "math.floor(1.5), math.sqrt(16), math.gcd(12, 18), math.pi > 3, math.factorial(5)",
    "reduce(lambda a, b: a * b, [1, 2, 3]), list(itertools.chain([1], [2]))",
    "Counter('aab').most_common(1), dict(Counter('ab')), list(deque([1, 2]))",
    "words('a b A'), fib(10), fact(5), flow([1, 0, 2]), flow([1, 10])",
    "tried('1'), tried('x'), finally_wins(), handled(9), handled(1)",
    "closure(10), star(1), star(1, 2, c=4, e=5), grouped([(1, 2), (1, 3)])",
    "swap([1, 2, 3, 4]), nested([[1, 2], [3, 4]]), walrus([1, 2]), rate('b'), rate('z')",
    "annotated(2), slug('Hello, World!'), drop([1, 2])",
    "Point(1).moved(2, 3), Point(y=2, x=1).length, Point.origin(), Point(1) == Point(1, 0)",
    "str(Point(1)), {Point(1): 2}[Point(1)], Line(Point(1)) == Line(Point(1)), Line(Point(2)).tags",
    "Color('red') is Color.RED, Color.RED.loud(), Color.BLUE.name, [c.value for c in Color]",
    "Step.TWO.value, str(Color.RED), f'{Color.RED}', {Color.RED: 1}[Color.RED]",
    "len(Stack([1]).push(2)), 2 in Stack([2]), Stack() == Stack([]), bool(Stack()), Stack.size",
    "Deep([1]).push(2).pushed, len(Deep('ab')), Deep('ab').pop(), isinstance(Deep(), Stack)",
    "(lambda x, y=2: x + y)(1), (lambda *a: a)(1, 2)",
    "[f(2) for f in [lambda x, n=n: x * n for n in [3]]]",
    "{k: v for k, v in zip('ab', range(2))}, {x % 2 for x in range(4)}",
    "[(x, y) for x in 'ab' for y in 'bc' if x < y]",
    "LIMIT, NAMES, RATES['a'], len(RATES), [k for k in RATES]",
    "b'ab'.hex(), chr(97), ord('a'), hex(255), bin(2)",
    "print('x'), repr('a'), ascii('é')",
]
RAISING = [
    "fact(-1)",
    "int('x')",
    "[][0]",
    "{}['a']",
    "1 / 0",
    "'a' + 1",
    "again(0)",
    "else_not_caught(1)",
    "Stack([1, 2, 3]).push(4)",
    "tried(None)",
    "Color('green')",
    "Point()",
    "fact()",
    "star()",
    "Point(1).z",
    "(1, 2)[5]",
    "next(iter([]))",
    "'abc'.index('z')",
    "swap([])",
]
UNKNOWN = [
    "set('abc').pop()",
    "list({'a', 'b'})",
    "str({'a', 'b'})",
    "'-'.join({'a', 'b'})",
    "[x for x in {'a', 'b'}]",
    "sum([0.1, 0.2])",
    "0.1 ** 0.5",
    "'a' * 10 ** 9",
    "9 ** 9 ** 9",
    "1 << 10 ** 9",
    "range(10 ** 9)",
    "'x'.ljust(10 ** 9)",
    "f'{1:999999999}'",
    "'%999999999d' % 1",
    "'{0.__class__}'.format(1)",
    "endless()",
    "ones(10 ** 7)",
    "grown()",
    "shared()",
    "grow()",
    "gen(3)",
    "open('x')",
    "__import__('os')",
    "().__class__.__bases__",
    "Stack().__class__",
    "str(Stack())",
    "f'{map}'",
    "id(1)",
    "hash('a')",
    "5 is 5",
    "re.match('(a+)+b', 'a' * 30)",
    "re.match('a*' * 30 + 'b', 'a' * 100)",
    "input()",
    "super()",
    "None.x",
    "bytes(10 ** 9)",
    "unknown_name",
    "itertools.count()",
    "fact(200)",
    "str(1j)",
]


@pytest.fixture(scope="module")
def machine() -> Machine:
    unit = read_unit("m.py", MODULE, 1, MODULE)
    assert unit is not None
    return Machine(unit)


@pytest.fixture(scope="module")
def real() -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "m"}
    exec(compile(MODULE, "m.py", "exec", dont_inherit=True), names)
    return names


def run(machine: Machine, text: str) -> Ended | None:
    return machine.run(ast.parse(text, mode="eval").body)


@pytest.mark.parametrize("text", KNOWN)
def test_it_computes_what_python_computes(
    text: str, machine: Machine, real: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    ended = run(machine, text)
    assert ended is not None
    assert ended.error is None
    assert _plain(ended.value) == _plain(eval(text, real))


@pytest.mark.parametrize("text", RAISING)
def test_it_raises_what_python_raises(text: str, machine: Machine, real: dict[str, Any]) -> None:
    ended = run(machine, text)
    assert ended is not None
    assert ended.error is not None
    found = ended.error.kind
    kind = found.name if isinstance(found, ClassValue) else found.__name__  # type: ignore[attr-defined]
    error = _raised(text, real)
    assert type(error).__name__ == kind
    if ended.error.explicit:
        assert str(error) == str(ended.error)


@pytest.mark.parametrize("text", UNKNOWN)
def test_it_says_nothing_where_it_cannot_know(text: str, machine: Machine) -> None:
    assert run(machine, text) is None


def test_a_generator_is_known_when_all_of_it_is_asked_for(machine: Machine) -> None:
    unit = read_unit("m.py", MODULE, 1, MODULE)
    assert unit is not None
    machine = Machine(unit)
    node = next(n for n in unit.source.body if getattr(n, "name", "") == "gen")
    ended = machine.run(ast.parse("gen(4)", mode="eval").body, collected=node)
    assert ended is not None
    assert ended.value == [1, 3, 4, 5]


_LEAVES = st.sampled_from("0 1 -3 7 2.5 True None '' 'ab' [] [1,2] (3,) {'a':1} {1} {1,2}".split())
_FUNCTIONS = st.sampled_from("len str sorted sum bool list abs max - not".split())
_METHODS = st.sampled_from("upper copy keys split bit_length count".split())
_OPERATORS = st.sampled_from("+ - * / // % < == >= and or in is".split())


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, inner, _OPERATORS, inner),
        st.builds("({} ({}))".format, _FUNCTIONS, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("[x for x in {} if {}]".format, inner, inner),
        st.builds("({})[{}]".format, inner, inner),
        st.builds("({}).{}()".format, inner, _METHODS),
        st.builds("'%r' % [{}]".format, inner),
    )


@settings(max_examples=200, deadline=None)
@given(st.recursive(_LEAVES, _larger, max_leaves=8))
def test_any_expression_ends_as_in_python_or_is_unknown(text: str) -> None:
    unit = read_unit("m.py", "x = 1\n", 1, "x = 1\n")
    assert unit is not None
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError:
        return
    ended = Machine(unit).run(tree)
    if ended is None:
        return
    error = _raised(text, {})
    assert (ended.error and ended.error.kind) == (type(error) if error else None)
    if error is not None:
        return
    value = _really(text, {})
    assert type(ended.value) is type(value)
    assert repr(ended.value) == repr(value) or ended.value == value


def _really(text: str, names: dict[str, Any]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return eval(text, names)


def _raised(text: str, names: dict[str, Any]) -> Exception | None:
    try:
        _really(text, names)
    except Exception as error:
        return error
    return None


def _plain(value: Any) -> Any:
    """Values with objects replaced by what can be compared across the two worlds."""
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Instance) or type(value).__name__ in {"Point", "Line"}:
        return str(value)
    return value
