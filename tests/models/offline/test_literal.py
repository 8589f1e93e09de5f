"""A literal gets a name above the code that uses it; nothing else is replaced."""

import pytest

from tests.models.offline.asking import ask, declined, edited

INSTRUCTION = "name the literal 3600 as SECONDS_PER_HOUR"
CODE = '''\
"""Times: 3600."""

import time


def hours(seconds, start=3600):
    """Not 3600 here."""
    # nor 3600 here
    match seconds:
        case 3600:
            return f"3600 {seconds / 3600} {3600!r}"
    return (-3600, 3600.0, "3600", seconds // 3_600)


def other():
    return 3600
'''


async def test_equal_literals_in_the_target_get_the_name() -> None:
    after = await edited(CODE, INSTRUCTION, (6, 12))
    assert after == CODE.replace(
        "import time\n", "import time\n\nSECONDS_PER_HOUR = 3600\n"
    ).replace("start=3600", "start=SECONDS_PER_HOUR").replace(
        "seconds / 3600} {3600!r}", "seconds / SECONDS_PER_HOUR} {SECONDS_PER_HOUR!r}"
    ).replace("seconds // 3_600", "seconds // SECONDS_PER_HOUR")


async def test_above_the_target_where_nothing_else_can_be_edited() -> None:
    asked = await ask("edit", CODE, (15, 16), INSTRUCTION, tools=("rewrite_range",))
    assert asked.after["src/shop/stock.py"] == CODE.replace(
        "def other():\n    return 3600",
        "SECONDS_PER_HOUR = 3600\n\n\ndef other():\n    return SECONDS_PER_HOUR",
    )


@pytest.mark.parametrize(
    ("code", "instruction", "after"),
    [
        ("x = -1 + 1\n", "name the literal -1 as N", "N = -1\nx = N + 1\n"),
        ("x = f('a', \"a\", b'a')\n", "name the string 'a' as A", "A = 'a'\nx = f(A, A, b'a')\n"),
        ("x = [1, 1.0, True]\n", "name the literal 1.0 as ONE", "ONE = 1.0\nx = [1, ONE, True]\n"),
        ("import a\nx = 2", "extract 2 into TWO", "import a\n\nTWO = 2\nx = TWO"),
        ("x: Literal[2] = 2\n", "name the literal 2 as TWO", "TWO = 2\nx: Literal[2] = TWO\n"),
    ],
)
async def test_what_counts_as_equal(code: str, instruction: str, after: str) -> None:
    assert await edited(code, instruction) == after


@pytest.mark.parametrize(
    ("code", "instruction", "why"),
    [
        ("x = 1\n", "name the literal 2 as TWO", "does not stand in the target"),
        ("x = 2\nTWO = 3\n", "name the literal 2 as TWO", "is a name there already"),
        ("x = 2\n", "name the literal 2 as class", "no name Python allows"),
        ("x = 2\n", "name the literal None as X", "is no number, string or bytes"),
        ("x = 2\n", "name the literal y as X", "is no number, string or bytes"),
        ('x = f"a"\n', "name the literal 'a' as A", "does not stand in the target"),
    ],
)
async def test_it_refuses_the_rest(code: str, instruction: str, why: str) -> None:
    assert why in await declined(code, instruction)


async def test_a_method_alone_has_no_place_for_a_constant() -> None:
    code = "class A:\n    def f(self):\n        return 3600\n"
    asked = await ask("edit", code, (2, 3), INSTRUCTION, shown=())
    assert "no place for a constant" in asked.text
